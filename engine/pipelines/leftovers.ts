import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { RunId } from '../protocol/ids';

/**
 * Ends what the commands of a killed engine have left running. They are known for certain by their environment, which
 * carries the run's id (see stepRunner.ts), never by a process number that may mean another process by now. Windows
 * shows no environments: there they are left to the person.
 */
export async function endLeftovers(runs: readonly RunId[]): Promise<number> {
  if (runs.length === 0 || process.platform === 'win32') return 0;
  const marks = runs.map(runId => `MODELYARD_RUN_ID=${runId}`);
  const processes = process.platform === 'linux' ? await fromProc() : await fromPs();
  const ours = processes.filter(
    ({ environment, pid }) => pid !== process.pid && marks.some(mark => environment.includes(mark)),
  );
  for (const { pid } of ours) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return ours.length;
}

interface Listed {
  readonly pid: number;
  readonly environment: string;
}

async function fromProc(): Promise<readonly Listed[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async name => ({
      pid: Number(name),
      environment: await readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''), // other users' are not readable
    })),
  );
}

async function fromPs(): Promise<readonly Listed[]> {
  const { stdout } = await promisify(execFile)('ps', ['-Axww', '-E', '-o', 'pid=,command='], { maxBuffer: 1 << 26 });
  return stdout.split('\n').map(line => ({ pid: Number.parseInt(line, 10), environment: line }));
}

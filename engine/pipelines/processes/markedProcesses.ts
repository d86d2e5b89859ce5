import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunId } from '../../protocol/ids';

/** Environment variables that tell whose a process is, also after it has left its process group or lost its parent. */
export type Marks = Readonly<Record<string, string>>;

export const runMarks = (runId: RunId): Marks => ({ MODELYARD_RUN_ID: runId });
/** Only the processes of that step carry them: steps that run side by side do not end each other. */
export const stepMarks = (runId: RunId, step: string): Marks => ({ ...runMarks(runId), MODELYARD_STEP: step });

/** Looks, at most; between two a process may have started another. */
const passes = 50;
const passInterval = 10;

/** `NAME=value` */
type Environment = ReadonlySet<string>;

/**
 * Ends every process that was started with all marks of one of `wanted` and is not to be spared; returns how many, once
 * they are gone. A process number alone may mean another process by now, an environment does not. Windows shows none:
 * there nothing is found.
 */
export async function endMarked(
  wanted: readonly Marks[],
  spared: (environment: Environment) => boolean = () => false,
): Promise<number> {
  const sets = wanted.map(marks => Object.entries(marks).map(([name, value]) => `${name}=${value}`));
  const asked = sets.filter(entries => entries.length > 0);
  const ended = new Set<number>();
  if (asked.length === 0) return 0;
  for (let pass = 0; pass < passes; pass++) {
    const ours = (await processes()).filter(
      ({ pid, environment }) =>
        pid !== process.pid &&
        asked.some(entries => entries.every(entry => environment.has(entry))) &&
        !spared(environment),
    );
    if (ours.length === 0) break;
    for (const { pid } of ours) {
      kill(pid);
      ended.add(pid);
    }
    await delay(passInterval);
  }
  return ended.size;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

interface Listed {
  readonly pid: number;
  readonly environment: Environment;
}

async function processes(): Promise<readonly Listed[]> {
  if (process.platform === 'win32') return [];
  return process.platform === 'linux' ? fromProc() : fromPs();
}

async function fromProc(): Promise<readonly Listed[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async name => {
      const text = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''); // other users' are not readable
      return { pid: Number(name), environment: new Set(text.split('\0')) };
    }),
  );
}

/** Here a value with spaces falls into pieces; marks have none. */
async function fromPs(): Promise<readonly Listed[]> {
  const listed = promisify(execFile)('ps', ['-Axww', '-E', '-o', 'pid=,command='], { maxBuffer: 1 << 26 });
  const { stdout } = await listed.catch(() => ({ stdout: '' }));
  return stdout.split('\n').flatMap(line => {
    const [pid, ...words] = line.trim().split(/\s+/);
    return Number(pid) > 0 ? [{ pid: Number(pid), environment: new Set(words) }] : [];
  });
}

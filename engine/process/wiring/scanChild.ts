import { fork } from 'node:child_process';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { ScanReport } from '../../protocol/security';
import type { ScanJob } from '../scanJob';
import { parseScanAnswer } from '../scanJob';

/** MiB of JavaScript's heap in the process that scans: a file made to use up memory ends that process, nothing else. */
const heap = 3072;

export interface ScanChildOptions {
  /** The bundle that scans. */
  readonly scanFile: string;
  readonly progress?: (done: { readonly done: number; readonly of: number; readonly file: string }) => void;
}

/**
 * Scans files in a process of its own. When that process dies, the file that it was at blocks: an error is no pass.
 * @throws ModelyardError `cancelled`; those of the files, `not-found` for what is not there
 */
export function scanInChild(
  job: ScanJob,
  { scanFile, progress }: ScanChildOptions,
  signal: AbortSignal,
): Promise<ScanReport> {
  throwIfAborted(signal);
  const child = fork(scanFile, [], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MODELYARD_ENGINE_PID: String(process.pid) },
    execArgv: [`--max-old-space-size=${heap}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let at = '';
  return new Promise<ScanReport>((resolve, reject) => {
    const abort = (): void => {
      child.kill('SIGKILL');
      reject(new ModelyardError('cancelled', 'Cancelled.'));
    };
    signal.addEventListener('abort', abort, { once: true });
    const end = (work: () => void): void => {
      signal.removeEventListener('abort', abort);
      work();
    };
    child.on('message', message => {
      const answer = parseScanAnswer(message);
      if (answer.type === 'done') end(() => resolve(answer.report));
      else if (answer.type === 'failed') end(() => reject(ModelyardError.fromWire(answer.error)));
      else {
        at = answer.file;
        progress?.(answer);
      }
    });
    child.once('error', cause =>
      end(() => reject(new ModelyardError('step.failed', 'The process that scans cannot be started.', { cause }))),
    );
    child.once('exit', (code, killedBy) => end(() => resolve(died(at, killedBy ?? `exit code ${code ?? 0}`))));
    child.send(job, error => {
      if (error) end(() => reject(error));
    });
  });
}

function died(file: string, how: string): ScanReport {
  const sentence = `The process that scans ended at this file (${how}): it may have been made to do that.`;
  return {
    verdict: 'block',
    files: [{ file, bytes: 0, format: 'unfinished', verdict: 'block', allowed: 0 }],
    findings: [{ file, kind: 'limit', verdict: 'block', severity: 'high', sentence }],
    ...{ omitted: 0, rules: 0 },
  };
}

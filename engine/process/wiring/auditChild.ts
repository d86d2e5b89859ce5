import { fork } from 'node:child_process';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { AuditReport } from '../../protocol/audit';
import type { AuditJob } from '../../security/audit/audit';
import { parseAuditAnswer } from '../auditJob';

/** MiB of JavaScript's heap in the process that audits. */
const heap = 2048;
/** ms after which it is ended: no text or lock file keeps it for ever. */
const longest = 1_800_000;

export interface AuditChildOptions {
  /** The bundle that audits. */
  readonly auditFile: string;
  readonly progress?: (done: { readonly done: number; readonly of: number; readonly file: string }) => void;
}

/**
 * Audits in a process of its own.
 * @throws ModelyardError `cancelled`, `step.failed` (it died: what it did not look at may hold anything), `step.timeout`
 */
export function auditInChild(
  job: AuditJob,
  { auditFile, progress }: AuditChildOptions,
  signal: AbortSignal,
): Promise<AuditReport> {
  throwIfAborted(signal);
  const child = fork(auditFile, [], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MODELYARD_ENGINE_PID: String(process.pid) },
    execArgv: [`--max-old-space-size=${heap}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let at = '';
  return new Promise<AuditReport>((resolve, reject) => {
    const stop = (error: ModelyardError) => (): void => {
      child.kill('SIGKILL');
      end(() => reject(error));
    };
    const abort = stop(new ModelyardError('cancelled', 'Cancelled.'));
    const timer = setTimeout(stop(new ModelyardError('step.timeout', 'The audit has taken too long.')), longest);
    const end = (work: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      work();
    };
    signal.addEventListener('abort', abort, { once: true });
    child.on('message', message => {
      const answer = parseAuditAnswer(message);
      if (answer.type === 'done') end(() => resolve(answer.report));
      else if (answer.type === 'failed') end(() => reject(ModelyardError.fromWire(answer.error)));
      else {
        at = answer.file;
        progress?.(answer);
      }
    });
    child.once('error', cause =>
      end(() => reject(new ModelyardError('step.failed', 'The process that audits cannot be started.', { cause }))),
    );
    child.once('exit', (code, killedBy) => {
      const how = killedBy ?? `exit code ${code ?? 0}`;
      const message = `The process that audits ended${at === '' ? '' : ` near ${at}`} (${how}).`;
      end(() => reject(new ModelyardError('step.failed', message)));
    });
    child.send(job, error => {
      if (error) end(() => reject(error));
    });
  });
}

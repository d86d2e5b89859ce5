import { fork, type Serializable } from 'node:child_process';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { WireError } from '../../protocol/errors';

/** Which file a process is at. */
export interface FileProgress {
  readonly done: number;
  readonly of: number;
  readonly file: string;
}

/** What a process says that goes through files: at last one report. */
export type FilesAnswer<R> =
  | ({ readonly type: 'progress' } & FileProgress)
  | { readonly type: 'done'; readonly report: R }
  | { readonly type: 'failed'; readonly error: WireError };

export interface FilesChild<R> {
  /** The bundle. */
  readonly file: string;
  readonly job: Serializable;
  /** What it does: `scans`. */
  readonly does: string;
  /** MiB of JavaScript's heap: a file made to use up memory ends that process, nothing else. */
  readonly heap: number;
  /** ms after which it is ended; absent: no bound. */
  readonly longest?: number;
  readonly parse: (message: unknown) => FilesAnswer<R>;
  readonly progress?: (at: FileProgress) => void;
  /** What it means that the process died at a file; it may throw. */
  readonly died: (file: string, how: string) => R;
}

/**
 * Has a process of its own go through files.
 * @throws ModelyardError what it failed with; `cancelled`, `step.failed` (it cannot be started), `step.timeout`
 */
export function askFilesChild<R>(asked: FilesChild<R>, signal: AbortSignal): Promise<R> {
  throwIfAborted(signal);
  const child = fork(asked.file, [], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MODELYARD_ENGINE_PID: String(process.pid) },
    execArgv: [`--max-old-space-size=${asked.heap}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let at = '';
  return new Promise<R>((resolve, reject) => {
    const end = (work: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      work();
    };
    const stop = (error: ModelyardError) => (): void => {
      child.kill('SIGKILL');
      end(() => reject(error));
    };
    const abort = stop(new ModelyardError('cancelled', 'Cancelled.'));
    const late = new ModelyardError('step.timeout', `The process that ${asked.does} has taken too long.`);
    const timer = asked.longest === undefined ? undefined : setTimeout(stop(late), asked.longest);
    signal.addEventListener('abort', abort, { once: true });
    child.on('message', message => {
      const answer = asked.parse(message);
      if (answer.type === 'done') end(() => resolve(answer.report));
      else if (answer.type === 'failed') end(() => reject(ModelyardError.fromWire(answer.error)));
      else {
        at = answer.file;
        asked.progress?.(answer);
      }
    });
    child.once('error', cause => {
      const message = `The process that ${asked.does} cannot be started.`;
      end(() => reject(new ModelyardError('step.failed', message, { cause })));
    });
    child.once('exit', (code, killedBy) =>
      end(() => {
        try {
          resolve(asked.died(at, killedBy ?? `exit code ${code ?? 0}`));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
    child.send(asked.job, error => {
      if (error) end(() => reject(error));
    });
  });
}

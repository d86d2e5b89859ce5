import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { Job, JobMessage, JobResult } from '../../protocol/jobs';
import { parseJobMessage } from './jobMessage';
import { stepMarks } from '../processes/markedProcesses';
import { endTree, killTree } from '../processes/processTree';
import type { StepResources } from '../../protocol/resources';
import type { StepLog } from './stepLog';

export interface ChildJobOptions {
  /** The bundle that runs one job: dist/job.js. */
  readonly jobFile: string;
  readonly job: Job;
  readonly log: Pick<StepLog, 'write'>;
  readonly onMessage: (message: Extract<JobMessage, { readonly type: 'progress' | 'metric' }>) => void;
  /** What its process took; not told of one that was killed. */
  readonly onResources?: (used: StepResources) => void;
  /** Threads that it may use, unless MODELYARD_THREADS says it already: fewer where several run side by side. */
  readonly threads?: number;
}

/**
 * Runs a built-in step in a process of its own: a crash, a leak or an endless loop there cannot harm the engine.
 * @throws ModelyardError what the step threw; `step.failed` when its process ended without an answer; `cancelled`
 */
export async function runChildJob(options: ChildJobOptions, signal: AbortSignal): Promise<JobResult> {
  const { step, runId, workspace } = options.job;
  const child = fork(options.jobFile, [], {
    cwd: workspace,
    env: {
      ...(options.threads !== undefined && { MODELYARD_THREADS: String(options.threads) }),
      ...process.env,
      ELECTRON_RUN_AS_NODE: '1',
      ...(runId !== undefined && stepMarks(runId, step)),
    },
    execArgv: [],
    serialization: 'advanced', // JSON would turn NaN into null
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  child.stdout?.on('data', (chunk: Buffer) => options.log.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => options.log.write(chunk));
  const abort = (): void => cancel(child);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const answer = await conversation(child, options);
    if (answer.resources) options.onResources?.(answer.resources);
    throwIfAborted(signal);
    if (answer.type === 'failed') throw ModelyardError.fromWire(answer.error);
    return answer.result;
  } catch (error) {
    throwIfAborted(signal); // that its process ended is then no news
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    killTree(child, 'SIGKILL');
  }
}

/** A job that is told to stop tidies up; one that does not listen is ended with its tree. */
function cancel(child: ChildProcess): void {
  if (child.connected) child.send({ type: 'cancel' }, () => undefined);
  endTree(child);
}

type Answer = Extract<JobMessage, { readonly type: 'done' | 'failed' }>;

function conversation(child: ChildProcess, { job, log, onMessage }: ChildJobOptions): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    child.on('message', (raw: unknown) => {
      const message = parseJobMessage(raw);
      if (message === undefined) {
        reject(new ModelyardError('internal', `Step ${job.step} sent something that is not a message.`));
      } else if (message.type === 'log') log.write(`${message.line}\n`);
      else if (message.type === 'done' || message.type === 'failed') resolve(message);
      else onMessage(message);
    });
    child.once('error', error => reject(crashed(job.step, error.message, error)));
    child.once('exit', (code, killedBy) => {
      // A last message may still be on its way.
      setTimeout(() => reject(crashed(job.step, reason(code, killedBy))), 100);
    });
    child.send(job, error => {
      if (error) reject(crashed(job.step, error.message, error));
    });
  });
}

const reason = (code: number | null, killedBy: string | null): string =>
  killedBy === 'SIGKILL'
    ? 'was killed (out of memory?)'
    : killedBy !== null
      ? `was ended by ${killedBy}`
      : code === 134
        ? 'aborted (out of memory?)'
        : `ended with exit code ${code ?? 0}`;

const crashed = (step: string, how: string, cause?: unknown): ModelyardError =>
  new ModelyardError('step.failed', `The process of step ${step} ${how} before it had finished.`, {
    fix: 'Its log may tell more.',
    ...(cause !== undefined && { cause }),
  });

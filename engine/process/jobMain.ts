/**
 * Entry of a child process: runs the one job that the engine sends, says how it goes, ends. It ends without an answer
 * when the engine has gone.
 */
import { format } from 'node:util';
import { isAbort, toWireError } from '../errors';
import { optimiseLate } from '../optimiseLate';
import { ownResources } from '../pipelines/resources/ownResources';
import type { JobContext, JobMessage } from '../protocol/jobs';
import { parseJob } from './jobSchema';
import { endWithEngine } from './orphanWatch';
import { sayToEngine } from './sayToEngine';
import { runJob } from './runJob';

/** ms that a cancelled step gets to tidy up. */
const tidyPatience = 1500;
/** Bytes of a function of WebAssembly before it is optimised: a tenth of a second of a loop. */
const optimiseAfter = 200_000_000;
const controller = new AbortController();

const say = (message: JobMessage): Promise<void> => sayToEngine(message);

const context: JobContext = {
  signal: controller.signal,
  progress: (message, fraction) => void say({ type: 'progress', message, ...(fraction !== undefined && { fraction }) }),
  log: line => void say({ type: 'log', line }),
  metric: (key, value, step) => void say({ type: 'metric', key, value, step }),
};

async function work(message: unknown): Promise<JobMessage> {
  try {
    const result = await runJob(parseJob(message), context, __dirname);
    return { type: 'done', result, resources: ownResources() };
  } catch (error) {
    const wire = toWireError(error);
    if (wire.code === 'internal' && error instanceof Error) context.log(error.stack ?? error.message);
    return { type: 'failed', error: wire, resources: ownResources() };
  }
}

function cancel(): void {
  controller.abort();
  setTimeout(() => process.exit(1), tidyPatience).unref();
}

/** What libraries print belongs to the step's log. */
function captureConsole(): void {
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    console[level] = (...values: unknown[]) => context.log(format(...values));
}

/** A defect outside the step's own promise chain: said, then the end. */
function fail(error: unknown): void {
  if (isAbort(error) && controller.signal.aborted) return;
  if (error instanceof Error) context.log(error.stack ?? error.message);
  void say({ type: 'failed', error: toWireError(error) }).then(() => process.exit(1));
}

optimiseLate(optimiseAfter);
captureConsole();
endWithEngine();
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.on('SIGTERM', cancel);
process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine, which then cancels
process.on('disconnect', cancel);
let hasJob = false;
process.on('message', (message: unknown) => {
  if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'cancel') cancel();
  else if (!hasJob) {
    hasJob = true;
    void work(message)
      .then(say)
      .then(() => process.exit(0));
  }
});

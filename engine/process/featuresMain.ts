/**
 * Entry of the child process that computes features: no file of a user is read and nothing is computed in the engine's own
 * thread. It ends when it has answered, when it is told to, and when the engine has gone.
 */
import { isAbort, toWireError } from '../errors';
import { parseToFeatures, window, type FromFeatures, type SentRows, type ToFeatures } from './featuresJob';
import { endWithEngine } from './orphanWatch';
import { sayToEngine } from './sayToEngine';
import { runFeatures } from './runFeatures';

/** ms that a cancelled job gets to remove what it has begun. */
const tidyPatience = 1500;
/** ms between two reports of progress. */
const progressEvery = 200;
const controller = new AbortController();

const say = (message: FromFeatures): Promise<void> => sayToEngine(message);

let room = window;
const waiting: (() => void)[] = [];

/** Waits for room first. */
async function send(rows: SentRows): Promise<void> {
  while (room === 0 && !controller.signal.aborted) await new Promise<void>(resolve => waiting.push(resolve));
  room--;
  await say({ type: 'rows', rows });
}

let said = 0;
function progress(fraction: number): void {
  const now = performance.now();
  if (now - said < progressEvery) return;
  said = now;
  void say({ type: 'progress', fraction });
}

async function work(job: Extract<ToFeatures, { type: 'job' }>['job']): Promise<FromFeatures> {
  try {
    return { type: 'done', result: await runFeatures(job, { send, progress }, controller.signal) };
  } catch (error) {
    return { type: 'failed', error: toWireError(error) };
  }
}

function cancel(): void {
  controller.abort();
  for (const go of waiting.splice(0)) go();
  setTimeout(() => process.exit(1), tidyPatience).unref();
}

/** A defect outside of the job's own promise chain: said, then the end. */
function fail(error: unknown): void {
  if (isAbort(error) && controller.signal.aborted) return;
  void say({ type: 'failed', error: toWireError(error) }).then(() => process.exit(1));
}

endWithEngine();
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.on('SIGTERM', cancel);
process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine, which then cancels
process.on('disconnect', cancel);
process.on('message', (raw: unknown) => {
  const message = parseToFeatures(raw);
  if (message.type === 'cancel') cancel();
  else if (message.type === 'next') {
    room++;
    waiting.shift()?.();
  } else
    void work(message.job)
      .then(say)
      .then(() => process.exit(0));
});

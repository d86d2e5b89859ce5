/**
 * Entry of the child process that reads a source of runs: sends what it finds as the engine has room for it. It ends
 * when all is sent, when it is told to, and when the engine has gone.
 */
import { toWireError } from '../errors';
import { ChildEnd } from '../transfer/child/childEnd';
import type { FromChild } from '../transfer/child/messages';
import { parseToChild } from '../transfer/child/messages';
import { runReadJob } from '../transfer/child/readJob';
import { endWithEngine } from './orphanWatch';
import { sayToEngine } from './sayToEngine';
import { readGit } from './wiring/readGit';

/** ms that a cancelled reader gets to close its files. */
const tidyPatience = 1500;
const controller = new AbortController();

const say = (message: FromChild): Promise<void> => sayToEngine(message);
const end = new ChildEnd(say);

function cancel(): void {
  controller.abort();
  setTimeout(() => process.exit(1), tidyPatience).unref();
}

/** A defect outside of the job's own promise chain: said, then the end. */
function fail(error: unknown): void {
  void say({ type: 'failed', error: toWireError(error) }).then(() => process.exit(1));
}

endWithEngine();
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.on('SIGTERM', cancel);
process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine, which then cancels
process.on('disconnect', cancel);
process.on('message', (raw: unknown) => {
  const message = parseToChild(raw);
  if (message?.type === 'cancel') cancel();
  else if (message?.type === 'read')
    void runReadJob(message.job, { end, assetsDir: __dirname, git: readGit }, controller.signal)
      .then((): FromChild => ({ type: 'done' }))
      .catch((error: unknown): FromChild => ({ type: 'failed', error: toWireError(error) }))
      .then(say)
      .then(() => process.exit(0));
  else if (message !== undefined) end.handle(message);
});

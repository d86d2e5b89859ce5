import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ModelyardError, throwIfAborted } from '../../errors';
import { endTree, killTree } from '../../pipelines/processes/processTree';
import type { ReaderChannel } from '../../transfer/child/conversation';

/** The last of what a process that died had printed. */
const WORDS = 2_000;

/** Starts the process that reads a source of runs: what is wrong with a foreign file cannot harm the engine there. */
export function importChild(importFile: string, cwd: string, signal: AbortSignal): ReaderChannel {
  const child = fork(importFile, [], {
    cwd,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    serialization: 'advanced', // points are columns of bytes
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const words = lastWords(child);
  const abort = (): void => {
    if (child.connected) child.send({ type: 'cancel' }, () => undefined);
    endTree(child);
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    post: message => void child.send(message, () => undefined),
    messages: messagesOf(child, words, signal),
    close: async () => {
      signal.removeEventListener('abort', abort);
      killTree(child, 'SIGKILL');
      // its files are not removed under it
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit').catch(() => undefined);
    },
  };
}

function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-WORDS);
  });
  return () => text.trim();
}

/** Its messages in order, until it ends. */
function messagesOf(child: ChildProcess, words: () => string, signal: AbortSignal): AsyncIterator<unknown> {
  const queue: unknown[] = [];
  let wake: () => void = () => undefined;
  let ended: string | undefined;
  const end = (how: string): void => {
    ended ??= how;
    wake();
  };
  child.on('message', (message: unknown) => {
    queue.push(message);
    wake();
  });
  child.once('error', error => end(error.message));
  // a last message may still be on its way
  child.once('exit', (code, killedBy) => setTimeout(() => end(killedBy ?? `exit code ${code ?? 0}`), 100));
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    next: async () => {
      for (;;) {
        throwIfAborted(signal);
        if (queue.length > 0) return { value: queue.shift(), done: false };
        if (ended !== undefined) throw crashed(ended, words());
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
  };
}

const crashed = (how: string, words: string): ModelyardError =>
  new ModelyardError('step.failed', `The process that reads the source ended (${how}) before it had finished.`, {
    fix: 'Import again; what is here is not made twice. If it ends again, the source may be damaged.',
    cause: words === '' ? undefined : new Error(words),
  });

import { Worker } from 'node:worker_threads';
import { ModelyardError } from '../../errors';
import type { ForestWork } from './forestGrower';
import { parseGrown } from './forestMessages';
import type { Tree } from './tree';
import { treeThreads, type TreeThreads } from './treeThreads';

/** Trees × rows from which threads are worth their start. */
const worth = 2e6;

export const forestThreads = (assetsDir: string, env = process.env): TreeThreads | undefined =>
  treeThreads(assetsDir, { file: 'forest.js', worth }, env);

interface Growing {
  readonly threads: TreeThreads;
  /** Trees come in any order. */
  readonly take: (tree: number, grown: readonly Tree[]) => void;
}

/**
 * Grows all trees, each thread one after the other.
 * @throws ModelyardError `cancelled`; `internal` when a thread ends before its work (out of memory)
 */
export async function growOnThreads(work: ForestWork, growing: Growing, signal: AbortSignal): Promise<void> {
  const count = Math.min(growing.threads.count, work.seeds.length);
  const workers = Array.from({ length: count }, () => new Worker(growing.threads.file, { workerData: work }));
  try {
    await new Promise<void>((resolve, reject) => {
      let next = 0;
      let done = 0;
      const hand = (worker: Worker): void => {
        if (next < work.seeds.length) worker.postMessage(next++);
      };
      const cancel = (): void => reject(new ModelyardError('cancelled', 'Cancelled.'));
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
      for (const worker of workers) {
        worker.on('error', cause => reject(ended(cause.message, cause)));
        worker.on('exit', code => reject(ended(`exit code ${code}`)));
        worker.on('message', (message: unknown) => {
          const { tree, grown } = parseGrown(message);
          hand(worker);
          growing.take(tree, grown);
          if (++done === work.seeds.length) resolve();
        });
        hand(worker);
      }
    });
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()));
  }
}

const ended = (how: string, cause?: unknown): ModelyardError =>
  new ModelyardError('internal', `A thread that grew trees has ended: ${how}.`, {
    fix: 'Set MODELYARD_THREADS=1 to train without threads, with less memory.',
    ...(cause !== undefined && { cause }),
  });

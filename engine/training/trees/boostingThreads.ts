import { Worker } from 'node:worker_threads';
import { ModelyardError } from '../../errors';
import type { BoostingWork } from './boostingMessages';
import { treeThreads, type TreeThreads } from './treeThreads';

/** Trees × rows × features from which threads are worth their start: about a second of work. */
const worth = 5e8;

export const boostingThreads = (assetsDir: string, env = process.env): TreeThreads | undefined =>
  treeThreads(assetsDir, { file: 'boosting.js', worth }, env);

/** The threads that help, from when they are started until they are ended. */
export class BoostingTeam {
  private readonly workers: readonly Worker[];
  private failure: ModelyardError | undefined;

  constructor({ file, count }: TreeThreads, work: Omit<BoostingWork, 'member'>) {
    this.workers = Array.from({ length: count - 1 }, (_, at) => {
      const workerData: BoostingWork = { ...work, member: at + 1 };
      const worker = new Worker(file, { workerData });
      worker.on('error', cause => this.fail(cause.message, cause));
      worker.on('exit', code => this.fail(`exit code ${code}`));
      return worker;
    });
  }

  /** @throws ModelyardError `internal` when a thread has ended before its time (out of memory) */
  check(): void {
    if (this.failure) throw this.failure;
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map(worker => worker.terminate()));
  }

  private fail(how: string, cause?: unknown): void {
    this.failure ??= new ModelyardError('internal', `A thread that grew trees has ended: ${how}.`, {
      fix: 'Set MODELYARD_THREADS=1 to train without threads, with less memory.',
      ...(cause !== undefined && { cause }),
    });
  }
}

import { isAbort } from '../../errors';

/** ms; a longer timer would ring at once. */
const longestTimer = 2 ** 31 - 1;
const overdue = Symbol('overdue');

export interface TimeLimit {
  /** After that the work is told to end. */
  readonly ms: number;
  /** What it then fails with, once it has ended. */
  readonly overdue: () => Error;
}

/**
 * Ends work that takes longer than it may.
 * @throws what `overdue` makes when it was ended for that; else what the work throws
 */
export async function withinTime<T>(
  { ms, overdue: late }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // Not AbortSignal.timeout within AbortSignal.any: Node 20 may collect such a signal before it fires.
  const limited = new AbortController();
  const abort = (): void => limited.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const timer = setTimeout(() => limited.abort(overdue), Math.min(ms, longestTimer));
  try {
    return await work(limited.signal);
  } catch (error) {
    if (!isAbort(error) || limited.signal.reason !== overdue) throw error;
    throw late();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

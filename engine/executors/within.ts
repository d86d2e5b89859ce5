/** What a request that took too long is aborted with. */
export class TooLong extends Error {}

/**
 * Does work under a signal that also rings after `ms`. Not AbortSignal.timeout within AbortSignal.any: Node 20 may collect
 * such a signal before it fires.
 */
export async function within<T>(
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const abort = (): void => limited.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const timer = setTimeout(() => limited.abort(new TooLong('no answer in time')), ms);
  try {
    return await work(limited.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

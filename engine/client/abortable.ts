import { ModelyardError, throwIfAborted } from '../errors';

/** What is waited for until the signal aborts; it goes on by itself, unheard. @throws ModelyardError `cancelled` */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => undefined); // after the abort nobody else hears it
  throwIfAborted(signal);
  let abort: (() => void) | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        abort = () => reject(new ModelyardError('cancelled', 'Cancelled.'));
        signal.addEventListener('abort', abort, { once: true });
      }),
    ]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}

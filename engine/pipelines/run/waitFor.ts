import { ModelyardError } from '../../errors';

/**
 * Whether something has settled within so many ms.
 * @throws ModelyardError `cancelled`
 */
export function waitFor(what: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (answer: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      answer();
    };
    const abort = (): void => end(() => reject(new ModelyardError('cancelled', 'Cancelled.')));
    const timer = setTimeout(() => end(() => resolve(false)), ms);
    const settled = (): void => end(() => resolve(true));
    what.then(settled, settled);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}

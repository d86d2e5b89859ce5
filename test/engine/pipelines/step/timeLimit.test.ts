import { expect, test } from 'vitest';
import { withinTime } from '../../../../engine/pipelines/step/timeLimit';

const late = new Error('it took too long');
const limit = (ms: number) => ({ ms, overdue: () => late });
const untilEnded = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new DOMException('ended', 'AbortError'));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
const never = new AbortController().signal;

test('work that is done in time gives what it gives', async () => {
  expect(await withinTime(limit(60_000), async () => 7, never)).toBe(7);
  await expect(withinTime(limit(60_000), () => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
});

test('work that takes longer is told to end, and fails with what was said for that', async () => {
  await expect(withinTime(limit(5), untilEnded, never)).rejects.toBe(late);
});

test('work that does not end for it keeps what it made', async () => {
  const slow = (signal: AbortSignal): Promise<string> => untilEnded(signal).catch(() => 'made all the same');
  expect(await withinTime(limit(5), slow, never)).toBe('made all the same');
});

test('what is cancelled is not overdue, also when it was so before it began', async () => {
  const abort = new AbortController();
  const running = withinTime(limit(60_000), untilEnded, abort.signal);
  abort.abort();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  await expect(withinTime(limit(60_000), untilEnded, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
});

test('a limit that no timer can hold does not ring at once', async () => {
  const work = (signal: AbortSignal): Promise<boolean> =>
    new Promise(resolve => setTimeout(() => resolve(signal.aborted), 20));
  expect(await withinTime(limit(90 * 86_400_000), work, never)).toBe(false);
});

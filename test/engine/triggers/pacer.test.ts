import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pacer } from '../../../engine/triggers/pacer';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Each look takes so many ms. */
function paced(pace: number, takes = 0) {
  const looks: number[] = [];
  const pacer = new Pacer({
    pace,
    look: async () => {
      looks.push(Date.now());
      if (takes > 0) await new Promise(resolve => setTimeout(resolve, takes));
    },
  });
  return { pacer, looks };
}

test('it looks while somebody watches, and no longer', async () => {
  const { pacer, looks } = paced(1000);
  await vi.advanceTimersByTimeAsync(5000);
  pacer.soon(0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toHaveLength(0);
  const [one, two] = [pacer.watch(), pacer.watch()];
  await vi.advanceTimersByTimeAsync(3500);
  expect(looks).toHaveLength(4); // at once, then each second
  one.release();
  one.release(); // again changes nothing
  await vi.advanceTimersByTimeAsync(1000);
  expect([looks.length, pacer.isWatched]).toEqual([5, true]);
  two.release();
  await vi.advanceTimersByTimeAsync(5000);
  expect([looks.length, pacer.isWatched]).toEqual([5, false]);
});

test('long looks are followed by long rests, up to a bound', async () => {
  const { pacer, looks } = paced(1000, 500);
  pacer.watch();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks.map(at => at - looks[0]!)).toEqual([0, 5000, 10_000]);
  pacer.close();
  const slow = paced(1000, 60_000);
  slow.pacer.watch();
  await vi.advanceTimersByTimeAsync(80_000);
  expect(slow.looks.map(at => at - slow.looks[0]!)).toEqual([0, 80_000]);
  slow.pacer.close();
});

test('what happens has it look sooner; without a pace it looks only when it is asked elsewhere', async () => {
  const { pacer, looks } = paced(60_000);
  pacer.watch();
  await vi.advanceTimersByTimeAsync(10);
  pacer.soon(50);
  await vi.advanceTimersByTimeAsync(60);
  expect(looks).toHaveLength(2);
  pacer.close();
  const still = paced(Infinity);
  still.pacer.watch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(still.looks).toHaveLength(0);
});

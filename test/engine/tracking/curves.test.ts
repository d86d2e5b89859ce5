import { describe, expect, test } from 'vitest';
import type { CurvesQuery, RunCurve } from '../../../engine/protocol/curves';
import type { RunId } from '../../../engine/protocol/ids';
import { openTestTracking } from '../../support/tracking';
import type { TestTracking } from '../../support/tracking';

const { signal } = new AbortController();

/** A value for each step, one a second. */
async function log({ tracking, clock }: TestTracking, id: RunId, values: readonly number[]): Promise<void> {
  const points = values.map((value, step) => ({ key: 'loss', value, step, time: clock.now + step * 1000 }));
  for (let from = 0; from < points.length; from += 10_000)
    await tracking.logMetrics(id, points.slice(from, from + 10_000));
}

async function one({ tracking }: TestTracking, id: RunId, query: Partial<CurvesQuery> = {}): Promise<RunCurve> {
  const { curves } = await tracking.curves({ runIds: [id], key: 'loss', ...query }, signal);
  return curves[0]!;
}

/** The same in the plainest way. */
function reference(values: readonly number[], [from, to]: readonly [number, number], buckets: number) {
  const groups = new Map<number, number[]>();
  values.forEach((value, step) => {
    if (step < from || step > to || !Number.isFinite(value)) return;
    const at = Math.min(buckets - 1, Math.floor((step - from) * (buckets / (to - from))));
    groups.set(at, [...(groups.get(at) ?? []), value]);
  });
  const cells = [...groups].sort(([a], [b]) => a - b).map(([, cell]) => cell);
  return {
    n: cells.map(({ length }) => length),
    min: cells.map(cell => Math.min(...cell)),
    max: cells.map(cell => Math.max(...cell)),
    mean: cells.map(cell => cell.reduce((a, b) => a + b, 0) / cell.length),
  };
}

const wave = (length: number): number[] =>
  Array.from({ length }, (_, at) => Math.sin(at / 700) + ((at * 7919) % 101) / 300);

describe('one metric of many runs', () => {
  test('has every point when they fit, in the order asked for, without the runs that have none', async () => {
    const parts = await openTestTracking();
    const [a, b, none] = [parts.newRun(), parts.newRun(), parts.newRun()];
    await log(parts, a, [3, 2, 1]);
    await log(parts, b, [5, 4]);
    const found = await parts.tracking.curves({ runIds: [b, none, a], key: 'loss' }, signal);
    expect(found.extent).toEqual([0, 2]);
    expect(found.curves.map(({ runId, x, mean, sampled }) => ({ runId, x, mean, sampled }))).toEqual([
      { runId: b, x: [0, 1], mean: [5, 4], sampled: false },
      { runId: a, x: [0, 1, 2], mean: [3, 2, 1], sampled: false },
    ]);
    expect(await parts.tracking.curves({ runIds: [none], key: 'loss' }, signal)).toMatchObject({
      extent: null,
      curves: [],
    });
    expect(parts.tracking.curveKeys([a, b, none])).toEqual([{ key: 'loss', runs: 2, points: 3 }]);
  });

  test('divides what is looked at into parts with their least, greatest, mean and last value', async () => {
    const parts = await openTestTracking();
    const id = parts.newRun();
    const values = wave(5000);
    await log(parts, id, values);
    for (const [from, to] of [
      [0, 4999],
      [1000, 2000],
    ] as const) {
      // prettier-ignore
      const { mean, ...curve } = await one(parts, id, { from, to, buckets: 50 });
      const { mean: wanted, ...rest } = reference(values, [from, to], 50);
      expect(curve).toMatchObject({ ...rest, sampled: true, total: 5000, inRange: to - from + 1 });
      mean.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 12));
      expect(curve.x).toEqual([...curve.x].sort((p, q) => p - q));
    }
    expect(await one(parts, id, { from: 1000, to: 1040, buckets: 50 })).toMatchObject({
      sampled: false,
      mean: values.slice(1000, 1041),
    });
  });

  test('reads a long run from its roll-up: nothing outside of its band, and every extreme within', async () => {
    const parts = await openTestTracking();
    const id = parts.newRun();
    const values = wave(100_000);
    values[54_321] = 99;
    await log(parts, id, values);
    for (const x of ['step', 'relative', 'time'] as const) {
      const curve = await one(parts, id, { x, buckets: 400 });
      expect(curve).toMatchObject({ sampled: true, total: 100_000, inRange: 100_000 });
      expect(curve.n.reduce((a, b) => a + b)).toBe(100_000);
      expect(Math.max(...curve.max)).toBe(99);
      expect(Math.min(...curve.min)).toBe(Math.min(...values));
      const whole = curve.mean.reduce((sum, mean, at) => sum + mean * curve.n[at]!, 0) / 100_000;
      expect(whole).toBeCloseTo(values.reduce((a, b) => a + b) / 100_000, 10);
    }
    // zoomed in, the points themselves again
    const near = await one(parts, id, { from: 54_300, to: 54_340 });
    expect(near).toMatchObject({ sampled: false, mean: values.slice(54_300, 54_341) });
    const start = parts.clock.now;
    const byTime = await one(parts, id, { x: 'time', from: start + 54_300_000, to: start + 54_340_000 });
    expect(byTime.mean).toEqual(values.slice(54_300, 54_341));
    const middle = await one(parts, id, { from: 20_000, to: 30_000, buckets: 100 });
    const { mean, ...wanted } = reference(values, [20_000, 30_000], 100);
    expect(middle).toMatchObject(wanted);
    middle.mean.forEach((value, at) => expect(value).toBeCloseTo(mean[at]!, 12));
    const rest = await one(parts, id, { from: 20_000, to: 99_999, buckets: 100 });
    expect(rest.n.length).toBeGreaterThan(70);
  });

  test.each([300, 70_000])('counts what is no number of %i points, and draws it nowhere', async length => {
    const parts = await openTestTracking();
    const id = parts.newRun();
    const values = wave(length);
    values[7] = Infinity;
    values[200] = Number.NaN;
    values[201] = -Infinity;
    await log(parts, id, values);
    const curve = await one(parts, id, { buckets: 100 });
    expect(curve).toMatchObject({ inRange: length, notNumbers: 3 });
    expect(curve.n.reduce((a, b) => a + b)).toBe(length - 3);
    expect([...curve.min, ...curve.max, ...curve.mean].every(Number.isFinite)).toBe(true);
    expect(curve.notNumbersAt.length).toBeGreaterThan(0);
  });

  test('keeps repeated and unordered steps', async () => {
    const parts = await openTestTracking();
    const id = parts.newRun();
    const at = parts.clock.now;
    const points = [[5, 1], [5, 2], [-3, 7]] as const; // prettier-ignore
    for (const [step, value] of points)
      await parts.tracking.logMetrics(id, [{ key: 'loss', value, step, time: at + value }]);
    expect(await one(parts, id)).toMatchObject({ x: [-3, 5, 5], mean: [7, 1, 2] });
    expect(await one(parts, id, { x: 'relative' })).toMatchObject({ x: [1, 2, 7], mean: [1, 2, 7] });
  });

  test('stops when it is cancelled, and says which part is none', async () => {
    const parts = await openTestTracking();
    const id = parts.newRun();
    await log(parts, id, [1, 2]);
    await expect(parts.tracking.curves({ runIds: [id], key: 'loss' }, AbortSignal.abort())).rejects.toThrow('abort');
    expect(() => parts.tracking.curves({ runIds: [id], key: 'loss', from: 2, to: 1 }, signal)).toThrow('begins at 2');
  });
});

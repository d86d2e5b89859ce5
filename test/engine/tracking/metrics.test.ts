import { describe, expect, test } from 'vitest';
import type { RunId } from '../../../engine/protocol/ids';
import type { MetricPoint } from '../../../engine/protocol/tracking';
import { openTestTracking } from '../../support/tracking';
import type { TestTracking } from '../../support/tracking';

const simple = (points: readonly { value: number; step: number | bigint }[]): readonly unknown[] =>
  points.map(({ value, step }) => [step, value]);

const latest = ({ tracking }: TestTracking, id: RunId, key = 'm'): MetricPoint | undefined =>
  tracking.getRun(id).metrics[key];

test('points come back as they were logged, by time, step and value', async () => {
  const { tracking, clock, newRun } = await openTestTracking();
  const id = newRun();
  const at = clock.now;
  await tracking.logMetrics(id, [
    { key: 'm', value: 0.1, step: 2, time: at + 5 },
    { key: 'm', value: Number.NaN, step: 2, time: at + 5 },
    { key: 'm', value: -1, step: 2, time: at + 5 },
    { key: 'm', value: Infinity, step: 1, time: at + 5 },
    { key: 'm', value: 1e-320, step: -7, time: at - 1_000_000 },
    { key: 'other', value: 1 },
  ]);
  expect(tracking.history(id, 'm').points).toEqual([
    { value: 1e-320, step: -7, time: at - 1_000_000 },
    { value: Infinity, step: 1, time: at + 5 },
    { value: -1, step: 2, time: at + 5 },
    { value: Number.NaN, step: 2, time: at + 5 },
    { value: 0.1, step: 2, time: at + 5 },
  ]);
  expect(tracking.history(id, 'other').points).toEqual([{ value: 1, step: 0, time: at }]);
  expect(tracking.history(id, 'none')).toEqual({ points: [] });
});

test('the same point twice is stored once, a repeated step is kept', async () => {
  const parts = await openTestTracking();
  const { tracking, clock } = parts;
  const id = parts.newRun();
  const point = { key: 'm', value: 0.5, step: 3, time: clock.now };
  const nan = { ...point, value: Number.NaN };
  await tracking.logMetrics(id, [point, point, nan, nan, { ...point, value: 0.75 }]);
  await tracking.logMetrics(id, [nan, point, { ...point, time: clock.now + 1 }]);
  expect(tracking.history(id, 'm').points).toHaveLength(4);
  // a service that has nothing in memory knows it as well
  const { tracking: other } = await openTestTracking({ store: parts.store });
  await other.logMetrics(id, [nan, point, { ...point, step: 4 }, { ...point, step: 4 }]);
  expect(other.history(id, 'm').points).toHaveLength(5);
  expect(other.series(id, ['m'])[0]?.total).toBe(5);
});

describe('the latest point', () => {
  const cases: readonly [string, readonly [step: number, time: number, value: number][], number][] = [
    ['has the greatest step', [[5, 1, 0.1], [4, 9, 0.2]], 0.1], // prettier-ignore
    ['then the greatest time', [[5, 2, 0.1], [5, 1, 0.2]], 0.1], // prettier-ignore
    ['then the greatest value', [[5, 1, 0.3], [5, 1, 0.2]], 0.3], // prettier-ignore
    ['where NaN counts as 0: above −1', [[5, 1, Number.NaN], [5, 1, -1]], Number.NaN], // prettier-ignore
    ['where NaN counts as 0: below 1', [[5, 1, Number.NaN], [5, 1, 1]], 1], // prettier-ignore
  ];
  test.each(cases)('%s', async (_name, points, wanted) => {
    for (const order of [points, points.toReversed()]) {
      const parts = await openTestTracking();
      const id = parts.newRun();
      for (const [step, time, value] of order) await parts.tracking.logMetrics(id, [{ key: 'm', value, step, time }]);
      expect(latest(parts, id)?.value).toBe(wanted);
    }
  });
});

test('64-bit steps and times are exact', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  const big = 2n ** 53n + 1n;
  await tracking.logMetrics(id, [
    { key: 'm', value: 1, step: big, time: 2n ** 62n },
    { key: 'm', value: 2, step: -big, time: 1 },
    { key: 'm', value: 1, step: big, time: 2n ** 62n },
  ]);
  expect(tracking.history(id, 'm').points).toEqual([
    { value: 2, step: -big, time: 1 },
    { value: 1, step: big, time: 2n ** 62n },
  ]);
  expect(tracking.record(id).metrics['m']).toEqual({ value: 1, step: big, time: 2n ** 62n });
  expect(tracking.getRun(id).metrics['m']?.step).toBe(2 ** 53);
  await expect(tracking.logMetrics(id, [{ key: 'm', value: 1, step: 0.5 }])).rejects.toThrow(
    'The step of the metric m must be a 64-bit integer, not 0.5.',
  );
  await expect(tracking.logMetrics(id, [{ key: 'm', value: 1, time: 2n ** 63n }])).rejects.toThrow('The time of');
});

test('a bad point refuses its batch whole', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  const batch = { metrics: [{ key: 'good', value: 1 }, { key: 'b,d', value: 1 }], tags: { a: '1' } }; // prettier-ignore
  await expect(tracking.logBatch(id, batch)).rejects.toThrow('The name of the metric "b,d" may only contain');
  expect(tracking.getRun(id)).toMatchObject({ metrics: {} });
  expect(tracking.getRun(id).tags['a']).toBeUndefined();
});

test('history comes in pages that join without gap or double', async () => {
  const { tracking, clock, newRun } = await openTestTracking();
  const id = newRun();
  const points = Array.from({ length: 95 }, (_, index) => ({
    key: 'm',
    value: index % 7 === 0 ? Number.NaN : (index * 37) % 11,
    step: index % 5,
    time: clock.now + Math.floor(index / 20),
  }));
  await tracking.logMetrics(id, points);
  const whole = tracking.history(id, 'm').points;
  const paged = [];
  let pageToken: string | undefined;
  do {
    const page = tracking.history(id, 'm', { maxResults: 10, ...(pageToken && { pageToken }) });
    paged.push(...page.points);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  expect(paged).toEqual(whole);
  expect(whole.length).toBe(new Set(points.map(point => JSON.stringify(point))).size);
  const other = tracking.history(id, 'm', { maxResults: 1 }).nextPageToken ?? '';
  expect(() => tracking.history(id, 'other', { maxResults: 1, pageToken: other })).toThrow('Invalid page token');
  expect(() => tracking.history(id, 'm', { maxResults: 1, pageToken: 'rubbish' })).toThrow('Invalid page token');
});

describe('series', () => {
  test('a short one is whole and by step', async () => {
    const { tracking, newRun } = await openTestTracking();
    const id = newRun();
    for (const step of [2, 0, 1]) await tracking.logMetrics(id, [{ key: 'm', value: step * 10, step }]);
    await tracking.logMetrics(id, [{ key: 'a', value: Number.NaN }]);
    const all = tracking.series(id, undefined);
    expect(all.map(one => [one.key, one.total, one.sampled, simple(one.points)])).toEqual([
      ['a', 1, false, [[0, Number.NaN]]],
      ['m', 3, false, [[0, 0], [1, 10], [2, 20]]], // prettier-ignore
    ]);
    expect(tracking.series(id, ['m', 'zz']).map(one => one.key)).toEqual(['m']);
    expect(() => tracking.series(id, ['m'], 0)).toThrow('must be between 1 and 100000, not 0');
  });

  /** What the points of a series must be, worked out from the points themselves. */
  function check(
    found: readonly (MetricPoint & { readonly min?: number; readonly max?: number })[],
    values: readonly number[],
  ): void {
    let from = 0;
    for (const point of found) {
      const group = values.slice(from, point.step + 1);
      expect(point.value).toBe(values[point.step]);
      expect([point.min, point.max]).toEqual([Math.min(...group), Math.max(...group)]);
      from = point.step + 1;
    }
    expect(from).toBe(values.length);
  }

  test.each([
    [10_000, 100],
    [10_000, 9_999],
    [80_000, 1_000],
    [80_000, 20],
  ])('%i points in at most %i: each stands for its neighbours', async (count, maxPoints) => {
    const { tracking, newRun } = await openTestTracking();
    const id = newRun();
    const values = Array.from({ length: count }, (_, step) => Math.sin(step / 300) + ((step * 7919) % 101) / 50);
    await tracking.logMetrics(
      id,
      values.map((value, step) => ({ key: 'm', value, step })),
    );
    const [series] = tracking.series(id, ['m'], maxPoints);
    expect(series).toMatchObject({ total: count, sampled: true });
    expect(series!.points.length).toBeLessThanOrEqual(maxPoints);
    expect(series!.points.length).toBeGreaterThanOrEqual(Math.min(maxPoints / 2, 60));
    check(series!.points, values);
  });

  test('the roll-up is the same however the points arrive', async () => {
    const parts = await openTestTracking();
    const { tracking, store } = parts;
    const [once, often] = [parts.newRun(), parts.newRun()];
    const points = Array.from({ length: 2_500 }, (_, step) => ({
      key: 'm',
      value: step % 10 === 3 ? Number.NaN : (step * 7919) % 1_009,
      step,
    }));
    await tracking.logMetrics(once, points);
    for (let from = 0; from < points.length; from += 130) {
      // each time by a service without anything in memory
      const { tracking: fresh } = await openTestTracking({ store });
      await fresh.logMetrics(often, points.slice(from, from + 130));
    }
    const rollup = (id: RunId): readonly unknown[] =>
      store.db
        .prepare(
          `SELECT bucket, n, nans, min, max, sum, last, first_step, last_step, last_time FROM rollup
           WHERE series_id = (SELECT s.id FROM series s JOIN run ON run.id = s.run_id WHERE uuid = ?) ORDER BY bucket`,
        )
        .all([id]);
    expect(rollup(once)).toHaveLength(3);
    expect(rollup(often)).toEqual(rollup(once));
    const numbers = points.slice(0, 1_024).filter(({ value }) => !Number.isNaN(value));
    expect(rollup(once)[0]).toMatchObject({
      n: 1_024,
      nans: 1_024 - numbers.length,
      sum: numbers.reduce((sum, { value }) => sum + value, 0),
      min: Math.min(...numbers.map(({ value }) => value)),
      max: Math.max(...numbers.map(({ value }) => value)),
      last: null, // step 1,023 is NaN
      first_step: 0,
      last_step: 1_023,
    });
  });
});

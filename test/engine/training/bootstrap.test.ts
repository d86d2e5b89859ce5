import { describe, expect, test } from 'vitest';
import { Random } from '../../../engine/random';
import { bootstrapDifferences, bootstrapIntervals } from '../../../engine/training/evaluation/bootstrap';
import { metricSet } from '../../../engine/training/evaluation/metricSet';
import { bcaInterval, percentileInterval } from '../../../engine/training/evaluation/quantileInterval';
import { pick, type Scored } from '../../../engine/training/evaluation/scored';
import { weightedMetrics } from '../../../engine/training/evaluation/weightedMetrics';
import { reference } from './evaluationReference';

const signal = new AbortController().signal;
const decision = { threshold: 0.4, reason: '', cost: { falseNegative: 5, falsePositive: 1 } };

function made(task: Scored['task'], rows: number, seed: number): Scored {
  const random = new Random(seed);
  const width = { binary: 2, multiclass: 3, regression: 1 }[task];
  const y = Float64Array.from({ length: rows }, () => (task === 'regression' ? random.normal() : random.below(width)));
  const scores = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    if (task === 'regression') scores[row] = y[row]! + random.normal() / 2;
    else {
      // one decimal: ties
      const own = Array.from(
        { length: width },
        (_, k) => Math.round(10 * (random.uniform() + Number(y[row] === k))) + 1,
      );
      const sum = own.reduce((a, b) => a + b, 0);
      own.forEach((value, k) => (scores[row * width + k] = value / sum));
    }
  }
  return { task, width, y, scores };
}

test.each(['binary', 'multiclass', 'regression'] as const)('%s: counts weigh as if rows were there so often', task => {
  const scored = made(task, 90, 3);
  const random = new Random(8);
  const counts = Int32Array.from(scored.y, () => random.below(4));
  const repeated = pick(
    scored,
    [...counts].flatMap((count, row) => new Array<number>(count).fill(row)),
  );
  const { names, measure } = weightedMetrics(scored, decision);
  const wanted = metricSet(repeated, decision);
  const found = measure(counts);
  expect(names.length).toBeGreaterThan(2);
  names.forEach((name, i) => expect(found[i], name).toBeCloseTo(wanted[name]!, 10));
});

test('BCa and percentile intervals of a mean come near scipy’s', () => {
  const { x, bca, percentile } = reference.bca;
  const random = new Random(1);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const draws = Array.from({ length: 20_000 }, () => mean(x.map(() => x[random.below(x.length)]!)));
  const jackknife = x.map((_, out) => mean(x.filter((_value, i) => i !== out)));
  const found = bcaInterval(draws, { estimate: mean(x), jackknife });
  // 20,000 draws leave about 0.006 of the ends open
  expect(Math.abs(found[0] - bca[0])).toBeLessThan(0.02);
  expect(Math.abs(found[1] - bca[1])).toBeLessThan(0.02);
  expect(found[0]).toBeGreaterThan(percentileInterval(draws)[0]);
  expect(Math.abs(percentileInterval(draws)[0] - percentile[0])).toBeLessThan(0.02);
  expect(bcaInterval([1, 1, 1], { estimate: 1, jackknife: [1, 1] })).toEqual([1, 1]);
  expect(bcaInterval([1, 2, 3], { estimate: 9, jackknife: [8, 9] })).toEqual(percentileInterval([1, 2, 3]));
});

describe('intervals', () => {
  const settings = { decision, rounds: 400, seed: 2, method: 'bca', stratified: true } as const;

  test('hold the estimate, repeat by seed, and know the spread', async () => {
    const scored = made('regression', 400, 5);
    const found = await bootstrapIntervals(scored, settings, signal);
    expect(await bootstrapIntervals(scored, settings, signal)).toEqual(found);
    expect(await bootstrapIntervals(scored, { ...settings, seed: 3 }, signal)).not.toEqual(found);
    const metrics = metricSet(scored, decision);
    for (const [name, [low, high]] of Object.entries(found)) {
      expect(low).toBeLessThan(metrics[name]!);
      expect(high).toBeGreaterThan(metrics[name]!);
    }
    // errors are normal with deviation ½: the standard error of their root mean square is ½ ÷ √(2n)
    const [low, high] = found['rmse']!;
    expect((high - low) / (2 * 1.96 * (0.5 / Math.sqrt(800)))).toBeCloseTo(1, 0);
  });

  test('stratified draws keep the classes: what hangs on their shares alone does not vary', async () => {
    const base = made('binary', 300, 7);
    const certain = { ...base, scores: base.scores.map((_, i) => (i % 2 === 1 ? 0.9 : 0.1)) };
    const accuracy = async (stratified: boolean) =>
      (await bootstrapIntervals(certain, { ...settings, stratified, rounds: 100 }, signal))['accuracy']!;
    const [low, high] = await accuracy(true);
    expect(low).toBe(high);
    const [lower, higher] = await accuracy(false);
    expect(higher - lower).toBeGreaterThan(0.05);
  });

  test('of very many rows are made on some and narrowed', async () => {
    const many = made('regression', 150_000, 9);
    const [low, high] = (await bootstrapIntervals(many, { ...settings, rounds: 40, method: 'percentile' }, signal))[
      'rmse'
    ]!;
    const center = metricSet(many, decision)['rmse']!;
    expect(low).toBeLessThan(center);
    expect(high).toBeGreaterThan(center);
    const expected = 2 * 1.96 * (0.5 / Math.sqrt(300_000));
    expect((high - low) / expected).toBeGreaterThan(0.6);
    expect((high - low) / expected).toBeLessThan(1.4);
  });

  test('two models on the same draws', async () => {
    const scored = made('binary', 300, 11);
    const worse = { ...scored, scores: scored.scores.map(() => 0.5) };
    const paired = { rounds: 200, seed: 1, stratified: true, decisions: [decision, decision] } as const;
    const found = await bootstrapDifferences([scored, worse], paired, signal);
    const [a, b] = [metricSet(scored, decision), metricSet(worse, decision)];
    expect(found['auc']!.difference).toBeCloseTo(a['auc']! - b['auc']!, 12);
    expect(found['auc']!.interval[0]).toBeGreaterThan(0);
    expect(found['auc']!.higher).toBe(1);
    const same = await bootstrapDifferences([scored, scored], paired, signal);
    expect(same['auc']).toEqual({ difference: 0, interval: [0, 0], higher: 0.5 });
  });
});

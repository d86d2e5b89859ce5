import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Scored } from '../../../engine/training/evaluation/scored';
import { evaluateSlice } from '../../../engine/training/evaluation/slices';

/** German Credit, out of fold; figures by scikit-learn and fairlearn. */
const reference: { y: number[]; p_bad: number[]; age: number[] } = JSON.parse(
  readFileSync('test/fixtures/training/metrics_german.json', 'utf8'),
);
const scored: Scored = {
  task: 'binary',
  width: 2,
  y: Float64Array.from(reference.y),
  scores: Float64Array.from(reference.p_bad.flatMap(p => [1 - p, p])),
};
const decision = { threshold: 1 / 6, reason: '', cost: { falseNegative: 5, falsePositive: 1 }, favourable: 0 };
const slice = evaluateSlice('age_in_years <= 25', scored, { decision, inside: i => reference.age[i]! <= 25 });

test('the four fifths ratio at the threshold of the costs is fairlearn’s', () => {
  expect(slice.metrics['selection_rate_ratio']).toBeCloseTo(0.48721804511278194, 9);
});

test('the way out is known: ratio and cost at other thresholds', () => {
  const points = slice.byThreshold!;
  const at = (threshold: number) => points.find(point => Math.abs(point.threshold - threshold) < 1e-9)!;
  expect(at(0.5).selectionRateRatio).toBeCloseTo(0.8156714656596649, 9);
  expect(at(0.5).cost).toBeCloseTo((169 * 5 + 72) / 1000, 9); // from its confusion matrix [628, 72, 169, 131]
  expect(points.every(({ selectionRateRatio }) => selectionRateRatio >= 0 && selectionRateRatio <= 1)).toBe(true);
  expect(points.map(({ threshold }) => threshold)).toEqual(
    [...points.map(({ threshold }) => threshold)].sort((a, b) => a - b),
  );
});

test('an empty slice has nothing to compare', () => {
  expect(evaluateSlice('none', scored, { decision, inside: () => false }).byThreshold).toEqual([]);
});

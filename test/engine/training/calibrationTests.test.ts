import { describe, expect, test } from 'vitest';
import { calibrationTests } from '../../../engine/training/evaluation/calibrationTests';
import { errorsOf } from '../../../engine/training/evaluation/details';
import { associationV, kolmogorovStatistic } from '../../../engine/statistics/drift';
import { german, reference } from './gateReference';

const y = Float64Array.from(german.y);
const sharpened = (p: number): number => p ** 2 / (p ** 2 + (1 - p) ** 2);

describe.each([
  ['as_is', (p: number) => p],
  ['sharpened', sharpened],
] as const)('calibration %s', (name, change) => {
  const wanted = reference.calibration[name];
  const found = calibrationTests(y, Float64Array.from(german.p_bad, change))!;
  test('slope and intercept are those of a logistic regression in statsmodels', () => {
    expect(found.slope.value).toBeCloseTo(Number(wanted['slope']), 6);
    expect(found.intercept.value).toBeCloseTo(Number(wanted['intercept']), 6);
    for (const end of [0, 1] as const) {
      expect(found.slope.interval[end]).toBeCloseTo(wanted.slope_interval[end], 5);
      expect(found.intercept.interval[end]).toBeCloseTo(wanted.intercept_interval[end], 5);
    }
  });
  test('the tests of Hosmer and Lemeshow and of Spiegelhalter are as by their formulas', () => {
    expect(found.hosmerLemeshow!.df).toBe(8);
    expect(found.hosmerLemeshow!.statistic).toBeCloseTo(Number(wanted['hosmer_lemeshow']), 6);
    expect(found.hosmerLemeshow!.p / Number(wanted['hosmer_lemeshow_p'])).toBeCloseTo(1, 6);
    expect(found.spiegelhalter!.z).toBeCloseTo(Number(wanted['spiegelhalter_z']), 9);
    expect(found.spiegelhalter!.p / Number(wanted['spiegelhalter_p'])).toBeCloseTo(1, 6);
  });
});

test('nothing is said of scores that tell the classes without fail, of one class, of halves', () => {
  const both = Float64Array.from([0, 0, 1, 1]);
  expect(calibrationTests(both, Float64Array.from([0.1, 0.2, 0.8, 0.9]))).toBeUndefined();
  expect(calibrationTests(new Float64Array(4), Float64Array.from([0.1, 0.2, 0.8, 0.9]))).toBeUndefined();
  expect(calibrationTests(both, new Float64Array(4).fill(0.5))).toBeUndefined();
});

test('distance of scores, of classes, and the errors of a regression are SciPy’s', () => {
  const scores = Float64Array.from(german.p_bad);
  const [some, others] = [scores.subarray(0, 600).toSorted(), scores.subarray(600).toSorted()];
  expect(kolmogorovStatistic(some, others)).toBeCloseTo(reference.ks.statistic, 12);
  expect(kolmogorovStatistic(some, some)).toBe(0);
  const { first: before, second: after, value } = reference.cramers_v;
  expect(associationV({ before, after })).toBeCloseTo(value, 12);
  expect(associationV({ before: [5, 0, 0], after: [9, 0, 0] })).toBe(0);
  const wanted = reference.errors;
  const found = errorsOf({
    task: 'regression',
    width: 1,
    y: new Float64Array(60),
    scores: Float64Array.from(wanted.values),
  })!;
  expect(found.mean).toBeCloseTo(wanted.mean, 12);
  expect(found.kurtosis).toBeCloseTo(wanted.kurtosis, 12);
  expect(found.interval[0]).toBeCloseTo(wanted.interval[0], 9);
  expect(found.interval[1]).toBeCloseTo(wanted.interval[1], 9);
});

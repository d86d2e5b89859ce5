import { expect, test } from 'vitest';
import { canonical, effectOf } from '../../../engine/tracking/effect';
import type { Measurement } from '../../../engine/tracking/effectReader';

const of = (...pairs: readonly (readonly [string, number])[]): readonly Measurement[] =>
  pairs.map(([value, metric], i) => ({ value, metric, run: i + 1 }));

test('values are compared by their mean, the best first, in the direction of the metric', () => {
  const measured = of(['0.1', 0.7], ['0.10', 0.8], ['1', 0.9], ['1e0', 0.5], ['10', 0.72]);
  expect(effectOf(measured, true)).toMatchObject({
    runs: 5,
    values: [
      { value: '0.1', runs: 2, mean: 0.75, best: 0.8, bestRun: 2 },
      { value: '10', runs: 1, mean: 0.72, best: 0.72, bestRun: 5 },
      { value: '1', runs: 2, mean: 0.7, best: 0.9, bestRun: 3 },
    ],
  });
  expect(effectOf(measured, false)?.values.map(({ value, best }) => [value, best])).toEqual([
    ['1', 0.5],
    ['10', 0.72],
    ['0.1', 0.7],
  ]);
});

test('one value alone has no effect', () => {
  expect(effectOf(of(['0.1', 0.7], ['0.100', 0.8]), true)).toBeUndefined();
  expect(effectOf([], true)).toBeUndefined();
});

test('numbers are correlated by rank, as scipy.stats.spearmanr does it', () => {
  const ties = of(['0.1', 0.7], ['0.1', 0.72], ['1', 0.75], ['1', 0.74], ['10', 0.71], ['10', 0.73], ['0.01', 0.6], ['3', 0.76]); // prettier-ignore
  expect(effectOf(ties, true)?.correlation).toBeCloseTo(0.49705186109309374, 12);
  expect(effectOf(of(['1', 5], ['2', 6], ['3', 7], ['4', 8], ['5', 7]), true)?.correlation).toBeCloseTo(
    0.8207826816681233,
    12,
  );
  expect(effectOf(of(['1', 5], ['2', 6]), true)).not.toHaveProperty('correlation');
  expect(effectOf(of(['a', 5], ['2', 6], ['3', 7]), true)).not.toHaveProperty('correlation');
  expect(effectOf(of(['1', 5], ['2', 5], ['3', 5]), true)).not.toHaveProperty('correlation');
});

test('numbers that are written differently are one value', () => {
  expect(['0.10', '1e-1', '.1', ' 0.1'].map(canonical)).toEqual(['0.1', '0.1', '0.1', '0.1']);
  expect(['', 'true', 'adam', '64, 32'].map(canonical)).toEqual(['', 'true', 'adam', '64, 32']);
});

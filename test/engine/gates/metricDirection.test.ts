import { expect, test } from 'vitest';
import { lowerIsBetter } from '../../../engine/gates/metricDirection';
import { compareGroups, groupRates } from '../../../engine/training/metrics/fairness';
import { regressionMetrics } from '../../../engine/training/metrics/regression';

test.each([
  ['auc', 'r2', 'accuracy', 'recall', 'selection_rate_ratio'],
  ['log_loss', 'brier', 'calibration_error', 'expected_cost', 'rmse', 'mae', 'equalized_odds_difference'],
])('%s and the like', (...metrics) => {
  for (const metric of metrics) expect(lowerIsBetter(metric), metric).toBe(metrics[0] !== 'auc');
});

test('of what is measured, a smaller difference or error is better', () => {
  const rates = groupRates([1, 0, 1, 0], [1, 1, 0, 0]);
  const measured = [compareGroups(rates, rates), regressionMetrics(Float64Array.of(1, 2), Float64Array.of(1, 3))];
  const names = measured.flatMap(metrics => Object.keys(metrics)).filter(name => /difference|^rmse$|^mae$/.test(name));
  expect(names).toContain('selection_rate_difference');
  for (const name of names) expect(lowerIsBetter(name), name).toBe(true);
});

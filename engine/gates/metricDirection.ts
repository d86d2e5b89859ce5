const lowerIsBetter = new Set([
  'log_loss',
  'brier',
  'calibration_error',
  'expected_cost',
  'rmse',
  'mae',
  'selection_rate_difference',
  'equal_opportunity_difference',
  'equalized_odds_difference',
]);

/** Whether `a` is a better value of the metric than `b`; equal values are not better. */
export const isBetter = (metric: string, a: number, b: number): boolean => (lowerIsBetter.has(metric) ? a < b : a > b);

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

const higherIsBetter = new Set([
  'auc',
  'ks',
  'gini',
  'average_precision',
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'macro_f1',
  'r2',
  'selection_rate_ratio',
]);

/** Which way a metric gets better; undefined: it says nothing of that, as a threshold, or is not known. */
export const directionOf = (metric: string): 'higher' | 'lower' | undefined =>
  lowerIsBetter.has(metric) ? 'lower' : higherIsBetter.has(metric) ? 'higher' : undefined;

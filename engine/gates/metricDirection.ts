const lower = new Set([
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

export const lowerIsBetter = (metric: string): boolean => lower.has(metric);

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
  lower.has(metric) ? 'lower' : higherIsBetter.has(metric) ? 'higher' : undefined;

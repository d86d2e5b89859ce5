import type { DecisionOptions } from '../../protocol/steps/evaluation';
import type { Task } from '../learner';

/** The metric that learners are compared by first. */
export const mainMetric = (task: Task, { cost }: Pick<DecisionOptions, 'cost'>): string => {
  if (task === 'regression') return 'rmse';
  if (task === 'multiclass') return 'log_loss';
  return cost ? 'expected_cost' : 'auc';
};

/** Those that a run gets mean and deviation of; the rest is in the file. */
export const loggedMetrics = [
  'auc', 'average_precision', 'log_loss', 'brier', 'accuracy', 'f1', 'f1_macro', 'expected_cost', 'rmse', 'mae', 'r2',
] as const; // prettier-ignore

import type { Judged } from './evaluationFile';

/** The metric that a check goes by when its rule names none. */
export const usualMetric = ({ task }: Judged): string =>
  task === 'regression' ? 'rmse' : task === 'multiclass' ? 'accuracy' : 'auc';

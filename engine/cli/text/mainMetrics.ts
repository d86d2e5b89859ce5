/** The metrics that lists of runs show, as far as the runs have them. */
export const mainMetrics: readonly string[] = ['auc', 'expected_cost', 'accuracy', 'rmse', 'r2'];

const lower =
  /(^|_)(loss|error|cost|brier|rmse|mse|mae|mape|difference|latency|perplexity|deviance)($|_)|(^|_)(seconds|duration)$/;
const higher =
  /(^|_)(auc|roc|accuracy|precision|recall|f1|ks|gini|mcc|kappa|r2|ratio|specificity|sensitivity|score|bleu|average_precision)($|_)/;

/** Which value of a metric is usually the best one; undefined for what is neither good nor bad, such as a number of rows. */
export function usualDirection(metric: string): 'highest' | 'lowest' | undefined {
  const name = metric.toLowerCase();
  if (lower.test(name)) return 'lowest';
  return higher.test(name) ? 'highest' : undefined;
}

const lower =
  /(^|_)(loss|error|cost|brier|rmse|mse|mae|mape|difference|latency|perplexity|deviance)($|_)|(^|_)(seconds|duration)$/;
const higher =
  /(^|_)(auc|roc|accuracy|precision|recall|f1|ks|gini|mcc|kappa|r2|ratio|specificity|sensitivity|score|bleu|average_precision)($|_)/;

/** Whether more of a metric is better; undefined for what is neither good nor bad, such as a number of rows. */
export function higherIsBetter(key: string): boolean | undefined {
  const name = key.toLowerCase();
  if (lower.test(name)) return false;
  return higher.test(name) ? true : undefined;
}

import * as confusion from '../metrics/confusion';
import { groupRates, type GroupRates } from '../metrics/fairness';
import { brier, calibrationCurve, calibrationError, logLoss } from '../metrics/probability';
import { auc, averagePrecision, ks, oneVersusRestAuc, rank } from '../metrics/ranking';
import { regressionMetrics } from '../metrics/regression';
import { atThreshold, expectedCost } from '../metrics/threshold';
import type { Decision } from './decision';
import { lastScore, predictedClasses, type Scored } from './scored';

/** Metrics by their names in gates, tables and runs. What is undefined on these rows (AUC of one class) is left out. */
export type MetricSet = Readonly<Record<string, number>>;

export function metricSet(scored: Scored, decision: Decision): MetricSet {
  if (scored.task === 'regression') return { ...regressionMetrics(scored.y, scored.scores) };
  const rates = favourableRates(scored, decision);
  return finite({
    ...(scored.task === 'binary' ? binaryMetrics(scored, decision) : severalMetrics(scored, decision)),
    ...(rates && { selection_rate: rates.selectionRate }),
  });
}

/** Rates of the favourable outcome; undefined when no class is called favourable. */
export function favourableRates(scored: Scored, { threshold, favourable }: Decision): GroupRates | undefined {
  if (favourable === undefined || scored.task === 'regression') return undefined;
  const given = predictedClasses(scored, threshold);
  return groupRates(
    scored.y.map(label => Number(label === favourable)),
    given.map(label => Number(label === favourable)),
  );
}

function binaryMetrics(scored: Scored, { threshold, cost }: Decision): Record<string, number> {
  const { y } = scored;
  const scores = lastScore(scored);
  const ranking = rank(y, scores);
  const point = atThreshold(ranking, threshold);
  const matrix = [
    [point.tn, point.fp],
    [point.fn, point.tp],
  ];
  const area = auc(ranking);
  const { precision = NaN, recall = NaN, f1 = NaN } = confusion.classScores(matrix)[1] ?? {};
  return {
    auc: area,
    gini: 2 * area - 1,
    ks: ranking.positives > 0 && ranking.negatives > 0 ? ks(ranking).value : NaN,
    average_precision: ranking.positives > 0 ? averagePrecision(ranking) : NaN,
    log_loss: logLoss(y, scored.scores),
    brier: brier(y, scores),
    calibration_error: calibrationError(calibrationCurve(y, scores)),
    ...agreement(matrix),
    precision,
    recall,
    f1,
    ...(cost && { expected_cost: expectedCost(point, cost) }),
  };
}

function severalMetrics(scored: Scored, { threshold }: Decision): Record<string, number> {
  const { y, scores, width } = scored;
  const matrix = confusion.confusionMatrix(y, predictedClasses(scored, threshold), width);
  return {
    auc: oneVersusRestAuc(y, scores, width),
    log_loss: logLoss(y, scores),
    ...agreement(matrix),
    ...confusion.averaged(matrix),
  };
}

const agreement = (matrix: confusion.Confusion): Record<string, number> => ({
  accuracy: confusion.accuracy(matrix),
  balanced_accuracy: confusion.balancedAccuracy(matrix),
  mcc: confusion.mcc(matrix),
  kappa: confusion.kappa(matrix),
});

const finite = (metrics: Record<string, number>): MetricSet =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));

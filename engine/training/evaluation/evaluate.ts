import type { BinaryEvaluation, Evaluation } from '../../protocol/evaluation';
import { delong } from '../../statistics/delong';
import { confusionMatrix } from '../metrics/confusion';
import { brier, calibrationCurve, calibrationError, logLoss, scoreHistogram } from '../metrics/probability';
import { precisionRecallCurve, rank, rocCurve } from '../metrics/ranking';
import { residualHistogram } from '../metrics/regression';
import { thresholdPoints } from '../metrics/threshold';
import type { Preparation } from '../preparation';
import type { Decision } from './decision';
import { metricSet } from './metricSet';
import { lastScore, predictedClasses, type Scored } from './scored';

/** What an evaluation is made of. */
export interface Evaluated {
  readonly scored: Scored;
  /** The same rows with the scores before the model's calibration. */
  readonly before?: Scored;
  readonly preparation: Preparation;
  readonly decision: Decision;
}

/** Everything that follows from scores and truth alone: metrics, curves, confusion. */
export function evaluateScores({ scored, before, preparation, decision }: Evaluated): Evaluation {
  const { task, classes, positive, label } = preparation;
  const common = { task, label: label.name, rows: scored.y.length };
  const metrics = metricSet(scored, decision);
  if (task === 'regression') return { ...common, metrics, residuals: residualHistogram(scored.y, scored.scores) };
  const predicted = predictedClasses(scored, decision.threshold);
  return {
    ...common,
    classes,
    ...(positive !== undefined && { positive }),
    metrics: task === 'binary' ? { ...metrics, threshold: decision.threshold } : metrics,
    confusion: confusionMatrix(scored.y, predicted, classes.length),
    ...(task === 'binary' && {
      binary: { ...binaryEvaluation(scored, decision), ...(before && beforeCalibration(before)) },
    }),
  };
}

function beforeCalibration(before: Scored): Pick<BinaryEvaluation, 'uncalibrated'> {
  const { y, scores } = before;
  const positive = lastScore(before);
  const calibration = calibrationCurve(y, positive);
  const metrics = {
    calibration_error: calibrationError(calibration),
    brier: brier(y, positive),
    log_loss: logLoss(y, scores),
  };
  return { uncalibrated: { calibration, metrics } };
}

function binaryEvaluation(scored: Scored, { threshold, reason, cost }: Decision): BinaryEvaluation {
  const { y } = scored;
  const scores = lastScore(scored);
  const ranking = rank(y, scores);
  const area = delong(y, scores);
  return {
    threshold,
    thresholdReason: reason,
    ...(cost && { cost }),
    roc: rocCurve(ranking),
    ...(area && { delong: area }),
    precisionRecall: precisionRecallCurve(ranking),
    calibration: calibrationCurve(y, scores),
    thresholds: thresholdPoints(ranking, cost),
    scores: scoreHistogram(y, scores),
  };
}

import type { BoostingEvaluation, ClassEvaluation, ErrorsEvaluation } from '../../protocol/evaluationParts';
import type { Frame } from '../../protocol/frame';
import { studentQuantile } from '../../statistics/studentT';
import { mainMetric } from '../crossValidation/mainMetric';
import { classScores, confusionMatrix } from '../metrics/confusion';
import { auc, rank } from '../metrics/ranking';
import { scoresOfOutputs } from '../model';
import type { AnyScoringModel } from '../scoringModel';
import { transformRows } from '../transform';
import { rawScores } from '../trees/tree';
import type { Decision } from './decision';
import { metricSet } from './metricSet';
import { predictedClasses, type Scored } from './scored';

/** Mean, its interval, and excess kurtosis of predicted − true, as scipy.stats.kurtosis. */
export function errorsOf({ y, scores }: Scored): ErrorsEvaluation | undefined {
  const n = y.length;
  if (n < 2) return undefined;
  const errors = y.map((value, row) => scores[row]! - value);
  const mean = errors.reduce((a, b) => a + b, 0) / n;
  let [second, fourth] = [0, 0];
  for (const error of errors) {
    second += (error - mean) ** 2;
    fourth += (error - mean) ** 4;
  }
  const reach = Math.sqrt(second / (n - 1) / n) * studentQuantile(0.975, n - 1);
  return {
    mean,
    interval: [mean - reach, mean + reach],
    kurtosis: second > 0 ? (n * fourth) / second ** 2 - 3 : 0,
  };
}

export function byClassOf(scored: Scored, decision: Decision, classes: readonly string[]): readonly ClassEvaluation[] {
  const { y, scores, width } = scored;
  const matrix = confusionMatrix(y, predictedClasses(scored, decision.threshold), width);
  return classScores(matrix).map(({ precision, recall, support }, k) => {
    const area = auc(
      rank(
        y.map(label => Number(label === k)),
        Float64Array.from(y, (_, row) => scores[row * width + k]!),
      ),
    );
    return {
      class: classes[k] ?? String(k),
      rows: support,
      ...(Number.isFinite(area) && { auc: area }),
      precision,
      recall,
    };
  });
}

const stops = 20;
/** More rows are not gone through again. */
const mostRows = 50_000;

/** The main metric on test rows with the first of the trees only; undefined unless the model adds trees. */
export function boostingOf(
  { model, preparation }: AnyScoringModel,
  { frame, rows, scored, decision }: { frame: Frame; rows: readonly number[]; scored: Scored; decision: Decision },
): BoostingEvaluation | undefined {
  if (model?.kind !== 'trees' || model.link === 'share' || rows.length > mostRows) return undefined;
  const outputs = model.base.length;
  const rounds = model.trees.length / outputs;
  if (rounds < 2 || !Number.isInteger(rounds)) return undefined;
  const x = transformRows(preparation, frame, rows);
  const metric = mainMetric(scored.task, {});
  const trees = [...new Set(Array.from({ length: stops }, (_, i) => Math.ceil(((i + 1) * rounds) / stops)))];
  const raw = rawScores({ ...model, trees: [] }, x);
  const none = new Float64Array(outputs);
  const test = trees.map((to, i) => {
    const some = model.trees.slice((trees[i - 1] ?? 0) * outputs, to * outputs);
    const more = rawScores({ ...model, trees: some, base: none }, x);
    for (let at = 0; at < raw.length; at++) raw[at]! += more[at]!;
    return metricSet({ ...scored, scores: scoresOfOutputs(model, raw.slice()) }, decision)[metric] ?? NaN;
  });
  return test.every(Number.isFinite) ? { metric, trees, test } : undefined;
}

import type { Evaluation, ThresholdPoint } from '../../../engine/protocol/evaluation';

export interface Rates {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  /** True negatives among the negatives. */
  readonly specificity: number;
  readonly falsePositiveRate: number;
  readonly f1: number;
  /** Share of rows that count as positive. */
  readonly flagged: number;
}

/** What follows from the four counts; NaN where nothing can be divided by, except F1, which is then 0. */
export function rates({ tp, fp, tn, fn }: Omit<ThresholdPoint, 'threshold' | 'cost'>): Rates {
  const rows = tp + fp + tn + fn;
  const double = 2 * tp + fp + fn;
  return {
    accuracy: (tp + tn) / rows,
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    specificity: tn / (tn + fp),
    falsePositiveRate: fp / (fp + tn),
    f1: double === 0 ? 0 : (2 * tp) / double,
    flagged: (tp + fp) / rows,
  };
}

/** The thresholds that the slider stops at, rising: those of the file, and the model's own. */
export function stops(evaluation: Evaluation): readonly ThresholdPoint[] {
  const { binary } = evaluation;
  if (!binary) return [];
  const own = ownStop(evaluation);
  if (!own || binary.thresholds.some(({ threshold }) => threshold === own.threshold)) return binary.thresholds;
  return [...binary.thresholds, own].sort((a, b) => a.threshold - b.threshold);
}

/** The counts at the model's own threshold are those of the confusion matrix. */
function ownStop({ binary, confusion, classes = [], positive }: Evaluation): ThresholdPoint | undefined {
  const p = positive === undefined ? -1 : classes.indexOf(positive);
  if (!binary || !confusion || classes.length !== 2 || p < 0) return undefined;
  const at = (actual: number, predicted: number): number => confusion[actual]?.[predicted] ?? 0;
  const n = 1 - p;
  const counts = { tp: at(p, p), fn: at(p, n), fp: at(n, p), tn: at(n, n) };
  const rows = counts.tp + counts.fn + counts.fp + counts.tn;
  const { cost } = binary;
  const price = cost && (counts.fn * cost.falseNegative + counts.fp * cost.falsePositive) / rows;
  return { threshold: binary.threshold, ...counts, ...(price !== undefined && { cost: price }) };
}

/** Index of the value nearest to `wanted`. */
export function nearest(values: readonly number[], wanted: number): number {
  let best = 0;
  values.forEach((value, index) => {
    if (Math.abs(value - wanted) < Math.abs(values[best]! - wanted)) best = index;
  });
  return best;
}

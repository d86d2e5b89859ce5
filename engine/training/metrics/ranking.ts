import type { CurvePoints } from '../../protocol/evaluation';
import { requireNumbers } from './finite';

/**
 * Rows in order of falling score, joined where scores are equal: what every threshold metric is read from.
 * Entry i: rows with a score of at least `thresholds[i]`.
 */
export interface Ranking {
  /** Distinct scores, falling. */
  readonly thresholds: Float64Array;
  /** Positive and negative rows at or above it (or their weight). */
  readonly tp: Float64Array;
  readonly fp: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/** Indices of `scores` in order of falling score. */
export const fallingOrder = (scores: Float64Array): Int32Array =>
  Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);

/**
 * @param y 1: positive, 0: negative
 * @param weights of the rows; a bootstrap counts how often each was drawn
 * @throws ModelyardError `training.numeric` when a score is not finite
 */
export function rank(
  y: Float64Array,
  scores: Float64Array,
  { order, weights }: { readonly order?: Int32Array; readonly weights?: ArrayLike<number> } = {},
): Ranking {
  if (!order) requireNumbers('scores', scores);
  const falling = order ?? fallingOrder(scores);
  const size = falling.length;
  const [thresholds, tp, fp] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  let [entries, positives, negatives] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const row = falling[i]!;
    const weight = weights ? weights[row]! : 1;
    if (y[row] === 1) positives += weight;
    else negatives += weight;
    if (i + 1 < size && scores[falling[i + 1]!] === scores[row]) continue;
    thresholds[entries] = scores[row]!;
    tp[entries] = positives;
    fp[entries++] = negatives;
  }
  return {
    thresholds: thresholds.slice(0, entries),
    tp: tp.slice(0, entries),
    fp: fp.slice(0, entries),
    positives,
    negatives,
  };
}

/** Area under the ROC curve: P(score of a positive > score of a negative), ties count half. NaN with one class only. */
export function auc({ tp, fp, positives, negatives }: Ranking): number {
  let area = 0;
  let [lastTp, lastFp] = [0, 0];
  for (let i = 0; i < tp.length; i++) {
    area += ((tp[i]! + lastTp) / 2) * (fp[i]! - lastFp);
    [lastTp, lastFp] = [tp[i]!, fp[i]!];
  }
  return area / (positives * negatives);
}

/** Kolmogorov–Smirnov: the greatest distance between true and false positive rate, and the score where it is. */
export function ks({ thresholds, tp, fp, positives, negatives }: Ranking): { value: number; threshold: number } {
  let best = { value: 0, threshold: thresholds[0] ?? 0.5 };
  for (let i = 0; i < tp.length; i++) {
    const value = Math.abs(tp[i]! / positives - fp[i]! / negatives);
    if (value > best.value) best = { value, threshold: thresholds[i]! };
  }
  return best;
}

/** Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ, as scikit-learn's average_precision_score. */
export function averagePrecision({ tp, fp, positives }: Ranking): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < tp.length; i++) {
    if (tp[i]! > last) sum += ((tp[i]! - last) / positives) * (tp[i]! / (tp[i]! + fp[i]!));
    last = tp[i]!;
  }
  return sum;
}

const mostPoints = 500;

/** x: false positive rate, y: true positive rate, from (0, 0) to (1, 1); points inside a straight piece are left out. */
export function rocCurve({ tp, fp, positives, negatives }: Ranking): CurvePoints {
  const kept: number[] = [];
  for (let i = 0; i < tp.length; i++) {
    const [beforeTp, beforeFp] = [tp[i - 1] ?? 0, fp[i - 1] ?? 0];
    const straight =
      i + 1 < tp.length && (tp[i]! - beforeTp) * (fp[i + 1]! - fp[i]!) === (tp[i + 1]! - tp[i]!) * (fp[i]! - beforeFp);
    if (!straight) kept.push(i);
  }
  const points = thinned(kept, mostPoints - 1);
  return { x: [0, ...points.map(i => fp[i]! / negatives)], y: [0, ...points.map(i => tp[i]! / positives)] };
}

/** x: recall, y: precision, from (0, 1) to recall 1. */
export function precisionRecallCurve({ tp, fp, positives }: Ranking): CurvePoints {
  const points = thinned(Array.from(tp.keys()), mostPoints - 1);
  return {
    x: [0, ...points.map(i => tp[i]! / positives)],
    y: [1, ...points.map(i => tp[i]! / (tp[i]! + fp[i]!))],
  };
}

/** At most that many, at even distances, with the first and the last. */
function thinned(indices: readonly number[], most: number): readonly number[] {
  if (indices.length <= most) return indices;
  return Array.from({ length: most }, (_, i) => indices[Math.round((i * (indices.length - 1)) / (most - 1))]!);
}

/** Mean over the classes of the AUC of each against the rest; NaN when a class does not occur. */
export function oneVersusRestAuc(y: Float64Array, probabilities: Float64Array, classes: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const scores = Float64Array.from(y, (_, row) => probabilities[row * classes + k]!);
    sum += auc(
      rank(
        y.map(label => Number(label === k)),
        scores,
      ),
    );
  }
  return sum / classes;
}

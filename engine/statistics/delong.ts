import { normalQuantile, normalTwoSided } from './normal';

export interface DeLong {
  readonly auc: number;
  readonly standardError: number;
  /** Normal, cut to [0, 1]. */
  readonly interval: readonly [number, number];
}

export interface DeLongDifference {
  /** AUC of the first minus that of the second. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: readonly [number, number];
  /** Two-sided, of no difference. */
  readonly p: number;
}

/**
 * The variance of the area under the ROC curve (DeLong, DeLong & Clarke-Pearson 1988) by mean ranks (Sun & Xu 2014), in
 * O(n log n). Undefined with less than two rows of a class.
 * @param y 1: positive, 0: negative
 */
export function delong(y: Float64Array, scores: Float64Array, confidence = 0.95): DeLong | undefined {
  const parts = placements(y, scores);
  if (!parts) return undefined;
  const { auc, positive, negative } = parts;
  const standardError = standardErrorOf(positive, negative);
  const reach = standardError * normalQuantile(0.5 + confidence / 2);
  return { auc, standardError, interval: [Math.max(0, auc - reach), Math.min(1, auc + reach)] };
}

/** Two models on the same rows: their scores are correlated, which the variance of the difference takes into account. */
export function delongDifference(
  y: Float64Array,
  [first, second]: readonly [Float64Array, Float64Array],
  confidence = 0.95,
): DeLongDifference | undefined {
  const [a, b] = [placements(y, first), placements(y, second)];
  if (!a || !b) return undefined;
  const positive = a.positive.map((value, i) => value - b.positive[i]!);
  const negative = a.negative.map((value, i) => value - b.negative[i]!);
  const difference = a.auc - b.auc;
  const standardError = standardErrorOf(positive, negative);
  const reach = standardError * normalQuantile(0.5 + confidence / 2);
  const p = standardError > 0 ? normalTwoSided(difference / standardError) : Number(difference === 0);
  return { difference, standardError, interval: [difference - reach, difference + reach], p };
}

interface Placements {
  readonly auc: number;
  /** Of each positive row: the share of negatives with a lower score, ties half. */
  readonly positive: Float64Array;
  /** Of each negative row: the share of positives with a higher one. */
  readonly negative: Float64Array;
}

function placements(y: Float64Array, scores: Float64Array): Placements | undefined {
  const rows = [...y.keys()];
  const [above, below] = [rows.filter(row => y[row] === 1), rows.filter(row => y[row] !== 1)];
  const [m, n] = [above.length, below.length];
  if (m < 2 || n < 2) return undefined;
  const all = meanRanks(scores);
  const [ofPositive, ofNegative] = [above, below].map(part => meanRanks(Float64Array.from(part, row => scores[row]!)));
  const positive = Float64Array.from(above, (row, i) => (all[row]! - ofPositive![i]!) / n);
  const negative = Float64Array.from(below, (row, i) => 1 - (all[row]! - ofNegative![i]!) / m);
  return { auc: positive.reduce((sum, value) => sum + value, 0) / m, positive, negative };
}

function meanRanks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Of a mean over positives plus one over negatives. */
const standardErrorOf = (positive: Float64Array, negative: Float64Array): number =>
  Math.sqrt(variance(positive) / positive.length + variance(negative) / negative.length);

import type { CalibrationBin } from '../../protocol/evaluation';
import { requireNumbers } from './finite';

/**
 * Mean of −ln P(true class); probabilities are kept 2⁻⁵² away from 0 and 1, as scikit-learn does.
 * @param probabilities rows × classes, in row order
 */
export function logLoss(y: Float64Array, probabilities: Float64Array): number {
  requireNumbers('probabilities', probabilities);
  const classes = probabilities.length / y.length;
  let sum = 0;
  for (let row = 0; row < y.length; row++) sum += rowLoss(y, probabilities, { row, classes });
  return sum / y.length;
}

/** −ln P(true class) of one row. */
export function rowLoss(
  y: Float64Array,
  probabilities: Float64Array,
  { row, classes }: { readonly row: number; readonly classes: number },
): number {
  let total = 0;
  for (let k = 0; k < classes; k++) total += clipped(probabilities[row * classes + k]!);
  return -Math.log(clipped(probabilities[row * classes + y[row]!]!) / total);
}

const clipped = (p: number): number => Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p));

/** Mean of (P(positive) − y)². */
export function brier(y: Float64Array, scores: Float64Array): number {
  requireNumbers('scores', scores);
  let sum = 0;
  for (let row = 0; row < y.length; row++) sum += (scores[row]! - y[row]!) ** 2;
  return sum / y.length;
}

export const calibrationBins = 10;

/** Which of the bins of equal width over [0, 1] a score falls into; an edge belongs to the bin below, as in scikit-learn. */
export function calibrationBin(score: number): number {
  let at = 0;
  while (at < calibrationBins - 1 && score > (at + 1) * (1 / calibrationBins)) at++;
  return at;
}

/** Ten bins of equal width over [0, 1], the empty ones left out. */
export function calibrationCurve(y: Float64Array, scores: Float64Array): CalibrationBin[] {
  requireNumbers('scores', scores);
  const sums = Array.from({ length: calibrationBins }, () => ({ predicted: 0, observed: 0, count: 0 }));
  for (let row = 0; row < y.length; row++) {
    const bin = sums[calibrationBin(scores[row]!)]!;
    bin.predicted += scores[row]!;
    bin.observed += y[row]!;
    bin.count++;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ predicted, observed, count }) => ({ predicted: predicted / count, observed: observed / count, count }));
}

/** Expected calibration error: Σ share of the bin · |observed − predicted|. */
export function calibrationError(curve: readonly CalibrationBin[]): number {
  const rows = curve.reduce((sum, bin) => sum + bin.count, 0);
  return curve.reduce((sum, bin) => sum + (bin.count / rows) * Math.abs(bin.observed - bin.predicted), 0);
}

/** Counts of scores in bins over [0, 1], by true class. */
export function scoreHistogram(
  y: Float64Array,
  scores: Float64Array,
  bins = 20,
): { positive: number[]; negative: number[] } {
  const [positive, negative] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)];
  scores.forEach((score, row) => {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(score * bins)));
    (y[row] === 1 ? positive : negative)[bin]!++;
  });
  return { positive, negative };
}

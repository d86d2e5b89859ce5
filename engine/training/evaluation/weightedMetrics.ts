import * as confusion from '../metrics/confusion';
import { calibrationBin, calibrationBins, rowLoss } from '../metrics/probability';
import { auc, fallingOrder, rank } from '../metrics/ranking';
import type { Decision } from './decision';
import { lastScore, predictedClasses, type Scored } from './scored';

/** Metrics of rows that are each there `counts[i]` times, as `metricSet` would find them; NaN where it leaves one out. */
export interface WeightedMetrics {
  readonly names: readonly string[];
  readonly measure: (counts: ArrayLike<number>) => readonly number[];
}

/** What is sorted or looked up once for all draws. In O(rows) a call (several classes: O(rows · classes)). */
export function weightedMetrics(scored: Scored, decision: Decision): WeightedMetrics {
  if (scored.task === 'regression') return regression(scored);
  return scored.task === 'binary' ? binary(scored, decision) : several(scored, decision);
}

const binaryNames = [
  ...['auc', 'gini', 'ks', 'average_precision', 'log_loss', 'brier', 'calibration_error'],
  ...['accuracy', 'balanced_accuracy', 'mcc', 'kappa', 'precision', 'recall', 'f1'],
] as const;

function binary(scored: Scored, { threshold, cost }: Decision): WeightedMetrics {
  const { y, scores } = scored;
  const positive = lastScore(scored);
  const order = fallingOrder(positive);
  const losses = Float64Array.from(y, (_, row) => rowLoss(y, scores, { row, classes: 2 }));
  const bins = Uint8Array.from(positive, score => calibrationBin(score));
  const names = cost ? [...binaryNames, 'expected_cost'] : binaryNames;
  return {
    names,
    measure: counts => {
      const found = sums({ y, positive, order, losses, bins, threshold }, counts);
      const { tp, fp, positives, negatives, loss, square } = found;
      const rows = positives + negatives;
      const matrix = [
        [negatives - fp, fp],
        [positives - tp, tp],
      ];
      const { precision = NaN, recall = NaN, f1 = NaN } = confusion.classScores(matrix)[1] ?? {};
      const both = positives > 0 && negatives > 0;
      const values = [
        ...[found.area, 2 * found.area - 1, both ? found.ks : NaN, positives > 0 ? found.average : NaN],
        ...[
          loss / rows,
          square / rows,
          calibrationError(found.bins, rows),
          confusion.accuracy(matrix),
          confusion.balancedAccuracy(matrix),
        ],
        ...[confusion.mcc(matrix), confusion.kappa(matrix), precision, recall, f1],
      ];
      if (cost) values.push(((positives - tp) * cost.falseNegative + fp * cost.falsePositive) / rows);
      return values;
    },
  };
}

interface Rows {
  readonly y: Float64Array;
  readonly positive: Float64Array;
  /** By falling score. */
  readonly order: Int32Array;
  readonly losses: Float64Array;
  /** Of the calibration curve. */
  readonly bins: Uint8Array;
  readonly threshold: number;
}

/** One pass down the scores. */
function sums({ y, positive, order, losses, bins, threshold }: Rows, counts: ArrayLike<number>) {
  let [positives, negatives, loss, square] = [0, 0, 0, 0];
  // of each bin: what is observed less what is predicted, over all its rows
  const off = new Float64Array(calibrationBins);
  for (let row = 0; row < y.length; row++) {
    const count = counts[row]!;
    if (count === 0) continue;
    if (y[row] === 1) positives += count;
    else negatives += count;
    loss += count * losses[row]!;
    square += count * (positive[row]! - y[row]!) ** 2;
    off[bins[row]!]! += count * (y[row]! - positive[row]!);
  }
  let [tp, fp, area, average, ks] = [0, 0, 0, 0, 0];
  let [lastTp, lastFp, tpAt, fpAt] = [0, 0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (y[row] === 1) tp += counts[row]!;
    else fp += counts[row]!;
    const score = positive[row]!;
    if (i + 1 < order.length && positive[order[i + 1]!] === score) continue;
    area += ((tp + lastTp) / 2) * (fp - lastFp);
    if (tp > lastTp) average += ((tp - lastTp) / positives) * (tp / (tp + fp));
    ks = Math.max(ks, Math.abs(tp / positives - fp / negatives));
    if (score >= threshold) [tpAt, fpAt] = [tp, fp];
    [lastTp, lastFp] = [tp, fp];
  }
  return {
    positives,
    negatives,
    loss,
    square,
    area: area / (positives * negatives),
    average,
    ks,
    tp: tpAt,
    fp: fpAt,
    bins: off,
  };
}

/** Σ share of a bin · |observed − predicted|: the sizes of the bins cancel out. */
const calibrationError = (bins: Float64Array, rows: number): number =>
  bins.reduce((sum, off) => sum + Math.abs(off), 0) / rows;

function several(scored: Scored, { threshold }: Decision): WeightedMetrics {
  const { y, scores, width } = scored;
  const given = predictedClasses(scored, threshold);
  const losses = Float64Array.from(y, (_, row) => rowLoss(y, scores, { row, classes: width }));
  const against = Array.from({ length: width }, (_, k) => {
    const own = Float64Array.from(y, (_label, row) => scores[row * width + k]!);
    return { own, is: y.map(label => Number(label === k)), order: fallingOrder(own) };
  });
  return {
    names: ['auc', 'log_loss', 'accuracy', 'balanced_accuracy', 'mcc', 'kappa', 'f1_macro'],
    measure: counts => {
      const matrix = Array.from({ length: width }, () => new Array<number>(width).fill(0));
      let [loss, rows] = [0, 0];
      for (let row = 0; row < y.length; row++) {
        matrix[y[row]!]![given[row]!]! += counts[row]!;
        loss += counts[row]! * losses[row]!;
        rows += counts[row]!;
      }
      const areas = against.map(({ is, own, order }) => auc(rank(is, own, { order, weights: counts })));
      return [
        areas.reduce((sum, area) => sum + area, 0) / width,
        loss / rows,
        confusion.accuracy(matrix),
        confusion.balancedAccuracy(matrix),
        confusion.mcc(matrix),
        confusion.kappa(matrix),
        confusion.averaged(matrix)['f1_macro'] ?? NaN,
      ];
    },
  };
}

function regression({ y, scores }: Scored): WeightedMetrics {
  return {
    names: ['rmse', 'mae', 'r2'],
    measure: counts => {
      let [rows, total, squares, absolute, spread] = [0, 0, 0, 0, 0];
      for (let row = 0; row < y.length; row++) {
        rows += counts[row]!;
        total += counts[row]! * y[row]!;
      }
      const mean = total / rows;
      for (let row = 0; row < y.length; row++) {
        const error = scores[row]! - y[row]!;
        squares += counts[row]! * error * error;
        absolute += counts[row]! * Math.abs(error);
        spread += counts[row]! * (y[row]! - mean) ** 2;
      }
      return [Math.sqrt(squares / rows), absolute / rows, spread > 0 ? 1 - squares / spread : NaN];
    },
  };
}

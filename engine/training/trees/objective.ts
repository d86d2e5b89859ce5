import type { TrainingData } from '../learner';
import type { TreeModel } from './tree';

/** First and second derivatives of the objective by the score of each row; a row's weight is in both. */
export interface Derivatives {
  readonly gradient: Float64Array;
  /** Not negative. */
  readonly hessian: Float64Array;
}

/** What boosting minimises, by the raw scores (rows × outputs). */
export interface Objective {
  readonly link: TreeModel['link'];
  readonly outputs: number;
  /** The best constant scores. */
  base(rows: Int32Array): Float64Array;
  /** Derivatives of the loss of some rows by one of their outputs, into `into`. */
  derive(raw: Float64Array, of: { readonly rows: Int32Array; readonly output: number }, into: Derivatives): void;
  /** The mean loss of the rows, unweighted: log loss, or mean squared error. */
  loss(raw: Float64Array, rows: Int32Array): number;
}

/** @param weights of each row */
export function objectiveFor(
  { task, y, classes }: Pick<TrainingData, 'task' | 'y' | 'classes'>,
  weights: Float64Array,
): Objective {
  if (task === 'regression') return squaredError(y, weights);
  return classes === 2 ? binaryLogLoss(y, weights) : softmaxLogLoss(y, classes, weights);
}

function squaredError(y: Float64Array, weights: Float64Array): Objective {
  return {
    link: 'identity',
    outputs: 1,
    base: rows => Float64Array.of(mean(rows, weights, row => y[row]!)),
    derive: (raw, { rows }, { gradient, hessian }) => {
      for (const row of rows) {
        gradient[row] = weights[row]! * (raw[row]! - y[row]!);
        hessian[row] = weights[row]!;
      }
    },
    loss: (raw, rows) => rows.reduce((sum, row) => sum + (raw[row]! - y[row]!) ** 2, 0) / rows.length,
  };
}

function binaryLogLoss(y: Float64Array, weights: Float64Array): Objective {
  return {
    link: 'sigmoid',
    outputs: 1,
    base: rows => {
      const share = inside(mean(rows, weights, row => y[row]!));
      return Float64Array.of(Math.log(share / (1 - share)));
    },
    derive: (raw, { rows }, { gradient, hessian }) => {
      for (const row of rows) {
        const share = 1 / (1 + Math.exp(-raw[row]!));
        gradient[row] = weights[row]! * (share - y[row]!);
        hessian[row] = weights[row]! * share * (1 - share);
      }
    },
    loss: (raw, rows) =>
      rows.reduce(
        (sum, row) =>
          sum + Math.log1p(Math.exp(-Math.abs(raw[row]!))) + Math.max(0, y[row] === 1 ? -raw[row]! : raw[row]!),
        0,
      ) / rows.length,
  };
}

function softmaxLogLoss(y: Float64Array, classes: number, weights: Float64Array): Objective {
  // of the Newton step for one class while the others stand still (Friedman 2001), as LightGBM takes it
  const factor = classes / (classes - 1);
  const logSum = (raw: Float64Array, offset: number): number => {
    let greatest = -Infinity;
    for (let at = 0; at < classes; at++) greatest = Math.max(greatest, raw[offset + at]!);
    let sum = 0;
    for (let at = 0; at < classes; at++) sum += Math.exp(raw[offset + at]! - greatest);
    return greatest + Math.log(sum);
  };
  return {
    link: 'softmax',
    outputs: classes,
    base: rows =>
      Float64Array.from({ length: classes }, (_, at) =>
        Math.log(inside(mean(rows, weights, row => (y[row] === at ? 1 : 0)))),
      ),
    derive: (raw, { rows, output }, { gradient, hessian }) => {
      for (const row of rows) {
        const share = Math.exp(raw[row * classes + output]! - logSum(raw, row * classes));
        gradient[row] = weights[row]! * (share - (y[row] === output ? 1 : 0));
        hessian[row] = weights[row]! * factor * share * (1 - share);
      }
    },
    loss: (raw, rows) =>
      rows.reduce((sum, row) => sum + logSum(raw, row * classes) - raw[row * classes + y[row]!]!, 0) / rows.length,
  };
}

function mean(rows: Int32Array, weights: Float64Array, value: (row: number) => number): number {
  let sum = 0;
  let weight = 0;
  for (const row of rows) {
    sum += weights[row]! * value(row);
    weight += weights[row]!;
  }
  return sum / weight;
}

/** A share whose logarithms are finite. */
const inside = (share: number): number => Math.min(1 - 1e-12, Math.max(1e-12, share));

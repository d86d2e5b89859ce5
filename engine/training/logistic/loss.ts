import { multiply, multiplyTransposed, type SparseRows } from './sparseRows';
import type { Curvature, Point, SmoothProblem } from './newton';

/** What is fitted: K outputs with their own weights; one output is binary (sigmoid), more are softmax. */
export interface LossSettings {
  readonly x: SparseRows;
  /** Class index of each row. */
  readonly y: Float64Array;
  /** Weight of each class, in order. */
  readonly classWeights: readonly number[];
  readonly outputs: number;
  readonly C: number;
}

/**
 * scikit-learn's objective: Σ sᵢ·logloss(i) / Σ s + ‖W‖² / (2·C·Σ s), where s are the class weights and the intercepts
 * (last column) are not penalised. Parameters: `weights[k * columns + column]`.
 */
export function logisticLoss({ x, y, classWeights, outputs, C }: LossSettings): SmoothProblem {
  const share = Float64Array.from(y, label => classWeights[label]!);
  const total = share.reduce((sum, each) => sum + each, 0);
  for (let i = 0; i < share.length; i++) share[i] = share[i]! / total;
  const alpha = 1 / (C * total);
  const size = outputs * x.columns;
  const isIntercept = (i: number): boolean => i % x.columns === x.columns - 1;

  const penalty = (weights: Float64Array): number => {
    let squares = 0;
    weights.forEach((weight, i) => (squares += isIntercept(i) ? 0 : weight * weight));
    return (alpha / 2) * squares;
  };
  const value = (weights: Float64Array): number => {
    const margins = multiply(x, weights, outputs);
    let sum = 0;
    for (let row = 0; row < x.rows; row++) sum += share[row]! * rowLoss(margins, { row, outputs, label: y[row]! });
    return sum + penalty(weights);
  };
  const at = (weights: Float64Array): Point => {
    const probabilities = linked(multiply(x, weights, outputs), outputs);
    const residuals = probabilities.map((p, i) => {
      const row = Math.floor(i / outputs);
      const hit = outputs === 1 ? y[row]! : Number(y[row] === i % outputs);
      return share[row]! * (p - hit);
    });
    const gradient = multiplyTransposed(x, residuals, outputs);
    for (let i = 0; i < size; i++) if (!isIntercept(i)) gradient[i]! += alpha * weights[i]!;
    return { gradient, curvature: curvature({ x, share, probabilities, outputs, alpha }) };
  };
  return { size, value, at };
}

interface CurvatureSettings {
  readonly x: SparseRows;
  readonly share: Float64Array;
  readonly probabilities: Float64Array;
  readonly outputs: number;
  readonly alpha: number;
}

function curvature(settings: CurvatureSettings): Curvature {
  return { dense: () => hessian(settings), product: direction => hessianProduct(settings, direction) };
}

/** The lower triangle, in row order. */
function hessian({ x, share, probabilities, outputs, alpha }: CurvatureSettings): Float64Array {
  const { columns } = x;
  const size = outputs * columns;
  const h = new Float64Array(size * size);
  const weights = new Float64Array(x.rows);
  for (let k = 0; k < outputs; k++) {
    for (let l = 0; l <= k; l++) {
      for (let row = 0; row < x.rows; row++) {
        const first = row * outputs;
        // ∂²loss / ∂margin_k ∂margin_l
        weights[row] = share[row]! * probabilities[first + k]! * (Number(k === l) - probabilities[first + l]!);
      }
      addWeightedSquares(x, weights, { into: h, size, origin: k * columns * size + l * columns, whole: k !== l });
    }
  }
  for (let i = 0; i < size; i++) if (i % columns !== columns - 1) h[i * size + i]! += alpha;
  pinIntercepts(
    outputs,
    (k, l, value) => (h[(k * columns + columns - 1) * size + l * columns + columns - 1]! += value),
  );
  return h;
}

interface Block {
  readonly into: Float64Array;
  readonly size: number;
  /** Where the block begins. */
  readonly origin: number;
  /** Off the diagonal; else its lower triangle is enough. */
  readonly whole: boolean;
}

/** block += Σ over rows of weight · x · xᵀ. The entries of a row ascend: the lower triangle is each with those before. */
function addWeightedSquares(x: SparseRows, weights: Float64Array, { into, size, origin, whole }: Block): void {
  const { rows, starts, at, values } = x;
  for (let row = 0; row < rows; row++) {
    const from = starts[row]!;
    const to = starts[row + 1]!;
    const weight = weights[row]!;
    for (let a = from; a < to; a++) {
      const factor = weight * values[a]!;
      const base = origin + at[a]! * size;
      const end = whole ? to : a + 1;
      for (let b = from; b < end; b++) into[base + at[b]!]! += factor * values[b]!;
    }
  }
}

function hessianProduct(settings: CurvatureSettings, direction: Float64Array): Float64Array {
  const { x, share, probabilities, outputs, alpha } = settings;
  const margins = multiply(x, direction, outputs);
  for (let row = 0; row < x.rows; row++) {
    const first = row * outputs;
    let mean = 0;
    for (let k = 0; k < outputs; k++) mean += probabilities[first + k]! * margins[first + k]!;
    for (let k = 0; k < outputs; k++)
      margins[first + k] = share[row]! * probabilities[first + k]! * (margins[first + k]! - mean);
  }
  const product = multiplyTransposed(x, margins, outputs);
  const last = x.columns - 1;
  direction.forEach((value, i) => (product[i]! += i % x.columns === last ? 0 : alpha * value));
  const intercept = (k: number): number => k * x.columns + last;
  pinIntercepts(outputs, (k, l, value) => {
    product[intercept(k)]! += value * direction[intercept(l)]!;
    if (k !== l) product[intercept(l)]! += value * direction[intercept(k)]!;
  });
  return product;
}

/**
 * Adding one number to all intercepts of a softmax changes nothing, so the Hessian is singular that way. The gradient
 * has no part in it; any positive curvature there makes the system solvable and leaves the solution where it is.
 */
function pinIntercepts(outputs: number, add: (k: number, l: number, value: number) => void): void {
  if (outputs === 1) return;
  for (let k = 0; k < outputs; k++) for (let l = 0; l <= k; l++) add(k, l, 1 / outputs);
}

/** −ln P(label), without overflow. */
function rowLoss(
  margins: Float64Array,
  { row, outputs, label }: { readonly row: number; readonly outputs: number; readonly label: number },
): number {
  if (outputs === 1) {
    const margin = margins[row]!;
    return Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - label * margin;
  }
  const mine = margins.subarray(row * outputs, (row + 1) * outputs);
  const top = mine.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = mine.reduce((acc, margin) => acc + Math.exp(margin - top), 0);
  return top + Math.log(sum) - mine[label]!;
}

/** Probabilities from margins: sigmoid for one output, else softmax. */
function linked(margins: Float64Array, outputs: number): Float64Array {
  if (outputs === 1) return margins.map(sigmoid);
  const p = new Float64Array(margins.length);
  for (let first = 0; first < p.length; first += outputs) {
    let top = -Infinity;
    for (let k = 0; k < outputs; k++) top = Math.max(top, margins[first + k]!);
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += p[first + k] = Math.exp(margins[first + k]! - top);
    for (let k = 0; k < outputs; k++) p[first + k]! /= sum;
  }
  return p;
}

function sigmoid(margin: number): number {
  if (margin >= 0) return 1 / (1 + Math.exp(-margin));
  const e = Math.exp(margin);
  return e / (1 + e);
}

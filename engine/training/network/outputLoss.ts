import type { DenseModel } from '../learner';

/** The last layer's values (rows × outputs, before the link) and what they should have been; one y and weight a row. */
export interface Outputs {
  readonly link: DenseModel['link'];
  readonly outputs: number;
  readonly z: Float32Array;
  readonly y: Float32Array;
  readonly weight: Float32Array;
}

export interface OutputLoss {
  /** Σ weight · loss over the rows. */
  readonly sum: number;
  /** Derivative of sum / rows by each z. */
  readonly gradient: Float32Array;
}

/**
 * Cross-entropy (sigmoid, softmax; in the form that does not overflow) or squared error (identity), with its
 * derivative; in float64.
 */
export function outputLoss(from: Outputs): OutputLoss {
  const { link, outputs, z, y, weight } = from;
  const rows = y.length;
  const gradient = new Float32Array(z.length);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const w = weight[row]!;
    const target = y[row]!;
    if (link === 'softmax') {
      sum += w * softmaxRow(z.subarray(row * outputs, (row + 1) * outputs), target, gradient.subarray(row * outputs));
      for (let k = row * outputs; k < (row + 1) * outputs; k++) gradient[k]! *= w / rows;
      continue;
    }
    const value = z[row]!;
    if (link === 'identity') {
      sum += w * (value - target) ** 2;
      gradient[row] = (2 * w * (value - target)) / rows;
    } else {
      sum += w * (Math.max(value, 0) - value * target + Math.log1p(Math.exp(-Math.abs(value))));
      gradient[row] = (w * (1 / (1 + Math.exp(-value)) - target)) / rows;
    }
  }
  return { sum, gradient };
}

/** −log softmax(z)[target]; writes softmax(z) − one-hot(target) into `gradient`. */
function softmaxRow(z: Float32Array, target: number, gradient: Float32Array): number {
  const greatest = Math.max(...z);
  let total = 0;
  for (const value of z) total += Math.exp(value - greatest);
  for (let k = 0; k < z.length; k++) gradient[k] = Math.exp(z[k]! - greatest) / total - (k === target ? 1 : 0);
  return Math.log(total) + greatest - z[target]!;
}

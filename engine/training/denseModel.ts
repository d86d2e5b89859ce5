import type { DenseLayer, DenseModel, Matrix } from './learner';

/** Values a row of `predict`: the number of classes (2 for binary), 1 for regression. */
export const outputWidth = (model: DenseModel): number =>
  model.link === 'sigmoid' ? 2 : (model.layers.at(-1)?.units ?? 0);

/**
 * Scores in float64: rows × classes probabilities (binary: P(negative), P(positive)), or rows values for regression.
 * A NaN in a row makes its scores NaN.
 */
export function predict(model: DenseModel, x: Matrix): Float64Array {
  const width = outputWidth(model);
  const scores = new Float64Array(x.rows * width);
  const size = Math.max(x.columns, ...model.layers.map(layer => layer.units));
  let a = new Float64Array(size);
  let z = new Float64Array(size);
  for (let row = 0; row < x.rows; row++) {
    for (let i = 0; i < x.columns; i++) a[i] = x.values[row * x.columns + i]!;
    for (const layer of model.layers) {
      affine(layer, a, z);
      [a, z] = [z, a];
    }
    writeScores(model.link, a, scores.subarray(row * width, (row + 1) * width));
  }
  return scores;
}

/** z = activation(a · W + b) */
function affine({ inputs, units, weights, bias, activation }: DenseLayer, a: Float64Array, z: Float64Array): void {
  for (let unit = 0; unit < units; unit++) z[unit] = bias[unit]!;
  for (let input = 0; input < inputs; input++) {
    const value = a[input]!;
    if (value === 0) continue;
    const offset = input * units;
    for (let unit = 0; unit < units; unit++) z[unit]! += value * weights[offset + unit]!;
  }
  if (activation === 'relu') for (let unit = 0; unit < units; unit++) if (z[unit]! < 0) z[unit] = 0;
}

function writeScores(link: DenseModel['link'], z: Float64Array, scores: Float64Array): void {
  if (link === 'identity') scores[0] = z[0]!;
  else if (link === 'sigmoid') {
    scores[1] = sigmoid(z[0]!);
    scores[0] = sigmoid(-z[0]!);
  } else softmax(z, scores);
}

const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

function softmax(z: Float64Array, scores: Float64Array): void {
  let greatest = -Infinity;
  for (let i = 0; i < scores.length; i++) greatest = Math.max(greatest, z[i]!);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(z[i]! - greatest);
  for (let i = 0; i < scores.length; i++) scores[i] = scores[i]! / sum;
}

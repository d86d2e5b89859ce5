import type { DenseLayer, DenseModel, Matrix } from '../learner';
import type { Contributions } from './contributions';

/** The only layer of a model that is one weighted sum for each output; undefined: it is none. */
export function linearLayer({ layers }: DenseModel): DenseLayer | undefined {
  const [only, another] = layers;
  return only?.activation === 'linear' && another === undefined ? only : undefined;
}

/**
 * Shapley values of a linear model whose features are taken as independent: weight × (value − mean), exactly
 * (Štrumbelj and Kononenko 2014). What is expected is what the model says of the means.
 * @param layer of `linearLayer`
 * @param means of each feature, over the rows that stand for all
 */
export function linearContributions(layer: DenseLayer, x: Matrix, means: Float64Array): Contributions {
  const { inputs, units, weights, bias } = layer;
  const values = new Float64Array(x.rows * units * inputs);
  for (let row = 0; row < x.rows; row++)
    for (let unit = 0; unit < units; unit++)
      for (let input = 0; input < inputs; input++)
        values[(row * units + unit) * inputs + input] =
          weights[input * units + unit]! * (x.values[row * x.columns + input]! - means[input]!);
  const expected = bias.map((start, unit) => {
    let sum = start;
    for (let input = 0; input < inputs; input++) sum += weights[input * units + unit]! * means[input]!;
    return sum;
  });
  return { rows: x.rows, outputs: units, features: inputs, expected, values };
}

/** The mean of each column. */
export function columnMeans({ rows, columns, values }: Matrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) sums[column]! += values[row * columns + column]!;
  return sums.map(sum => sum / rows);
}

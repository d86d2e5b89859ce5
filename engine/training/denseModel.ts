import type { DenseLayer, DenseModel, Matrix } from './learner';

/** What the last layer says of each row: rows × its units. A NaN in a row makes it NaN. */
export function denseOutputs(model: DenseModel, x: Matrix): Float64Array {
  const units = model.layers.at(-1)?.units ?? 0;
  const outputs = new Float64Array(x.rows * units);
  const size = Math.max(x.columns, ...model.layers.map(layer => layer.units));
  let a = new Float64Array(size);
  let z = new Float64Array(size);
  for (let row = 0; row < x.rows; row++) {
    for (let i = 0; i < x.columns; i++) a[i] = x.values[row * x.columns + i]!;
    for (const layer of model.layers) {
      affine(layer, a, z);
      [a, z] = [z, a];
    }
    outputs.set(a.subarray(0, units), row * units);
  }
  return outputs;
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

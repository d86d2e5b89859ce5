import type { Matrix, TrainingData } from '../../engine/training/learner';
import { Random } from '../../engine/random';

/** Normal features, and a label that hangs on them by bends and products. */
export function madeRows(rows: number, features = 30): TrainingData {
  const random = new Random(1);
  const weights = Array.from({ length: features }, () => random.normal() / 2);
  const x: Matrix = { rows, columns: features, values: new Float64Array(rows * features) };
  const y = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = x.values.subarray(row * features, (row + 1) * features);
    let margin = 0;
    for (let at = 0; at < features; at++) margin += (values[at] = random.normal()) * weights[at]!;
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = values;
    margin += 1.5 * Math.sin(2 * a) + b * c + (d > 0.5 ? e : 0);
    y[row] = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  return { x, y, task: 'binary', classes: 2, features: Array.from({ length: features }, (_, at) => `x${at}`) };
}

/** Rows that follow each other. */
export const stretchOf = (data: TrainingData, from: number, rows: number): TrainingData => ({
  ...data,
  x: { ...data.x, rows, values: data.x.values.subarray(from * data.x.columns, (from + rows) * data.x.columns) },
  y: data.y.subarray(from, from + rows),
});

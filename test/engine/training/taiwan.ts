import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { TrainingData } from '../../../engine/training/learner';

/**
 * Default of credit card clients, all 30,000 rows (Yeh 2009; UCI Machine Learning Repository, doi 10.24432/C55S3H, CC BY
 * 4.0): X1 … X23 as they are, and whether the next payment was missed.
 */
export function taiwanCredit(): TrainingData {
  const text = brotliDecompressSync(readFileSync('test/fixtures/training/taiwan_credit.csv.br')).toString();
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const features = header.split(',').slice(1, -1);
  const columns = features.length;
  const x = { rows: lines.length, columns, values: new Float64Array(lines.length * columns) };
  const y = new Float64Array(lines.length);
  for (const [row, line] of lines.entries()) {
    const cells = line.split(',').map(Number);
    x.values.set(cells.slice(1, -1), row * columns);
    y[row] = cells.at(-1)!;
  }
  return { x, y, task: 'binary', classes: 2, features };
}

/** Some of the rows. */
export function rowsOf({ x, y, ...data }: TrainingData, rows: readonly number[]): TrainingData {
  const values = new Float64Array(rows.length * x.columns);
  for (const [at, row] of rows.entries())
    values.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), at * x.columns);
  return { ...data, x: { ...x, rows: rows.length, values }, y: Float64Array.from(rows, row => y[row]!) };
}

/** Training and test rows of the folds `row % 5`, as in test/fixtures/training/make_taiwan.py. */
export function taiwanFold(data: TrainingData, fold: number): readonly [train: TrainingData, test: TrainingData] {
  const all = Array.from({ length: data.x.rows }, (_, row) => row);
  return [
    rowsOf(
      data,
      all.filter(row => row % 5 !== fold),
    ),
    rowsOf(
      data,
      all.filter(row => row % 5 === fold),
    ),
  ];
}

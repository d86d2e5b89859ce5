import type { Matrix } from '../learner';

/**
 * The rows of a matrix without their zeros, and with a last column of ones for the intercept: one-hot features make
 * most entries zero, and the Hessian costs the square of what is not.
 */
export interface SparseRows {
  readonly rows: number;
  /** Of the matrix, and the intercept. */
  readonly columns: number;
  /** Entries of row i: `starts[i]` to `starts[i + 1]`, exclusive. */
  readonly starts: Int32Array;
  readonly at: Int32Array;
  readonly values: Float64Array;
}

export function sparseRows({ rows, columns, values: dense }: Matrix): SparseRows {
  let entries = rows;
  for (const value of dense) if (value !== 0) entries++;
  const starts = new Int32Array(rows + 1);
  const at = new Int32Array(entries);
  const values = new Float64Array(entries);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = dense[row * columns + column]!;
      if (value === 0) continue;
      at[next] = column;
      values[next++] = value;
    }
    at[next] = columns;
    values[next++] = 1;
    starts[row + 1] = next;
  }
  return { rows, columns: columns + 1, starts, at, values };
}

/** `margins[row * outputs + k]` = Σ x · w[k]; `weights[k * columns + column]`. */
export function multiply(x: SparseRows, weights: Float64Array, outputs: number): Float64Array {
  const { rows, columns, starts, at, values } = x;
  const margins = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const end = starts[row + 1]!;
    for (let k = 0; k < outputs; k++) {
      const base = k * columns;
      let sum = 0;
      for (let e = starts[row]!; e < end; e++) sum += values[e]! * weights[base + at[e]!]!;
      margins[row * outputs + k] = sum;
    }
  }
  return margins;
}

/** The transpose: `sums[k * columns + column]` = Σ over rows of x · factors[row, k]. */
export function multiplyTransposed(x: SparseRows, factors: Float64Array, outputs: number): Float64Array {
  const { rows, columns, starts, at, values } = x;
  const sums = new Float64Array(outputs * columns);
  for (let row = 0; row < rows; row++) {
    const end = starts[row + 1]!;
    for (let k = 0; k < outputs; k++) {
      const base = k * columns;
      const factor = factors[row * outputs + k]!;
      for (let e = starts[row]!; e < end; e++) sums[base + at[e]!]! += values[e]! * factor;
    }
  }
  return sums;
}

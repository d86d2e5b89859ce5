/**
 * How far each feature moves each output of a model away from what it says without knowing any feature: an output is
 * `expected` plus the sum of its row's contributions.
 */
export interface Contributions {
  readonly rows: number;
  /** Margins, or what the link of the model takes. */
  readonly outputs: number;
  readonly features: number;
  /** One for each output. */
  readonly expected: Float64Array;
  /** `values[(row * outputs + output) * features + feature]` */
  readonly values: Float64Array;
}

/**
 * The contributions of columns from those of the features that were made of them: Shapley values of parts add up.
 * @param widths features of each column, in their order
 */
export function byColumn(contributions: Contributions, widths: readonly number[]): Contributions {
  const { rows, outputs, features, values, expected } = contributions;
  const columnOf = widths.flatMap((width, column) => new Array<number>(width).fill(column));
  const summed = new Float64Array(rows * outputs * widths.length);
  for (let one = 0; one < rows * outputs; one++)
    for (let feature = 0; feature < features; feature++)
      summed[one * widths.length + columnOf[feature]!]! += values[one * features + feature]!;
  return { rows, outputs, expected, features: widths.length, values: summed };
}

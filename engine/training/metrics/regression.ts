import { requireNumbers } from './finite';

export interface RegressionMetrics {
  readonly rmse: number;
  readonly mae: number;
  /** Absent when all true values are equal. */
  readonly r2?: number;
}

/** As scikit-learn's root_mean_squared_error, mean_absolute_error and r2_score. */
export function regressionMetrics(y: Float64Array, predicted: Float64Array): RegressionMetrics {
  requireNumbers('predictions', predicted);
  const rows = y.length;
  const mean = y.reduce((sum, value) => sum + value, 0) / rows;
  let [squares, absolute, spread] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const error = predicted[row]! - y[row]!;
    squares += error * error;
    absolute += Math.abs(error);
    spread += (y[row]! - mean) ** 2;
  }
  return { rmse: Math.sqrt(squares / rows), mae: absolute / rows, ...(spread > 0 && { r2: 1 - squares / spread }) };
}

/** Counts of (true − predicted) in bins of equal width. */
export function residualHistogram(
  y: Float64Array,
  predicted: Float64Array,
  bins = 30,
): { edges: number[]; counts: number[] } {
  const residuals = y.map((value, row) => value - predicted[row]!);
  const low = residuals.reduce((a, b) => Math.min(a, b), Infinity);
  const high = residuals.reduce((a, b) => Math.max(a, b), -Infinity);
  const width = high > low ? (high - low) / bins : 1;
  const counts = new Array<number>(bins).fill(0);
  for (const residual of residuals) counts[Math.min(bins - 1, Math.floor((residual - low) / width))]!++;
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), counts };
}

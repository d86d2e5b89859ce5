import { studentQuantile, studentTwoSided } from './studentT';

/** A mean over folds with what is known of it. */
export interface FoldMean {
  readonly mean: number;
  /** Standard deviation over the folds (divisor n − 1). */
  readonly sd: number;
  /** Of the mean; absent with one value only. */
  readonly interval?: readonly [number, number];
  /** Of the hypothesis that the mean is 0, two-sided. */
  readonly p?: number;
  readonly t?: number;
}

/**
 * The corrected resampled t-test (Nadeau & Bengio 2003): folds share training rows, so the variance of their mean is
 * taken as (1/n + test rows ÷ training rows) · s² instead of s²/n, with n − 1 degrees of freedom.
 * @param ratio test rows ÷ training rows of a fold
 * @param confidence of the interval
 */
export function resampledMean(values: readonly number[], ratio: number, confidence = 0.95): FoldMean {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, sd: NaN };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const error = sd * Math.sqrt(1 / n + ratio);
  const reach = error * studentQuantile(0.5 + confidence / 2, n - 1);
  const t = error > 0 ? mean / error : mean === 0 ? 0 : Math.sign(mean) * Infinity;
  return { mean, sd, interval: [mean - reach, mean + reach], t, p: studentTwoSided(t, n - 1) };
}

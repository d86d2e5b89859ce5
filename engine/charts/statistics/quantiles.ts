/** The q-quantile of sorted numbers, between neighbours linearly, as NumPy's default (Hyndman and Fan's type 7). */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const [a, b] = [sorted[low] ?? NaN, sorted[low + 1] ?? sorted[low] ?? NaN];
  return a + (b - a) * (at - low);
}

export interface BoxSummary {
  readonly n: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  /** The least and greatest value within 1.5 times the box from it. */
  readonly low: number;
  readonly high: number;
  readonly outliers: readonly number[];
}

/** Tukey's box. */
export function boxSummary(values: readonly number[]): BoxSummary {
  const sorted = values.toSorted((a, b) => a - b);
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter(value => value >= q1 - reach && value <= q3 + reach);
  return {
    n: sorted.length,
    q1,
    median,
    q3,
    low: inside[0] ?? NaN,
    high: inside.at(-1) ?? NaN,
    outliers: sorted.filter(value => value < q1 - reach || value > q3 + reach),
  };
}

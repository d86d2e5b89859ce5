import { upperGamma } from '../../statistics/gamma';

export interface ChiSquared {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/** A cell that is expected to hold fewer rows makes the approximation bad (Cochran 1954). */
const leastExpected = 5;

/**
 * Whether two samples of categories come from one distribution: Pearson's χ² of the 2 × k table, without a correction for
 * continuity. Categories that are rare on either side are taken together. Undefined when fewer than two are left.
 */
export function chiSquared(before: readonly number[], after: readonly number[]): ChiSquared | undefined {
  const [n, m] = [sum(before), sum(after)];
  const cells: [number, number][] = [];
  const rare: [number, number] = [0, 0];
  const isRare = (a: number, b: number): boolean => ((a + b) * Math.min(n, m)) / (n + m) < leastExpected;
  before.forEach((a, i) => {
    const b = after[i]!;
    if (!isRare(a, b)) cells.push([a, b]);
    else {
      rare[0] += a;
      rare[1] += b;
    }
  });
  if (rare[0] + rare[1] > 0) {
    const smallest = isRare(...rare) ? cells.sort(([a, b], [c, d]) => c + d - a - b).pop() : undefined;
    cells.push([rare[0] + (smallest?.[0] ?? 0), rare[1] + (smallest?.[1] ?? 0)]);
  }
  if (cells.length < 2 || n === 0 || m === 0) return undefined;
  const statistic = cells.reduce((all, [a, b]) => {
    const [expectedA, expectedB] = [((a + b) * n) / (n + m), ((a + b) * m) / (n + m)];
    return all + (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB;
  }, 0);
  const degrees = cells.length - 1;
  return { statistic, degrees, p: upperGamma(degrees / 2, statistic / 2) };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Two shares, two-sided: the pooled z test, which is χ² with one degree of freedom. 1 when both are the same. */
export function proportionsP(before: readonly [number, number], after: readonly [number, number]): number {
  const [[x, n], [y, m]] = [before, after];
  if (n === 0 || m === 0) return 1;
  const pooled = (x + y) / (n + m);
  const variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  if (variance === 0) return 1;
  return upperGamma(0.5, (x / n - y / m) ** 2 / variance / 2);
}

/** Adjusted p-values (Benjamini and Hochberg 1995): those at most α keep the share of false alarms at most α. */
export function benjaminiHochberg(p: readonly number[]): readonly number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, i) => {
    least = Math.min(least, (p[index]! * p.length) / (p.length - i));
    adjusted[index] = least;
  });
  return adjusted;
}

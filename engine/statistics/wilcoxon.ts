import { normalTwoSided } from './normal';

export interface Wilcoxon {
  /** The smaller of the sums of ranks of positive and of negative differences. */
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
  /** Differences that are not zero. */
  readonly n: number;
  /** Share of rank sums in favour − share against, in [−1, 1] (matched-pairs rank-biserial correlation, Kerby 2014). */
  readonly effect: number;
  readonly exact: boolean;
}

/** Up to so many differences the p value is exact, with ties too; scipy takes the same bound. */
const mostExact = 50;

/**
 * Wilcoxon's signed rank test (Wilcoxon 1945). Zero differences are left out, equal ones get their mean rank. Exact: by
 * all 2ⁿ signs of the ranks at hand; else normal with the correction of the variance for ties, without one for
 * continuity. As scipy.stats.wilcoxon with zero_method="wilcox".
 */
export function wilcoxon(differences: readonly number[]): Wilcoxon {
  const values = differences.filter(value => value !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = values.length;
  if (n === 0) return { statistic: 0, p: 1, n, effect: 0, exact: true };
  const { doubled, ties } = ranks(values);
  let [plus, total] = [0, 0];
  for (let i = 0; i < n; i++) {
    total += doubled[i]!;
    if (values[i]! > 0) plus += doubled[i]!;
  }
  const smaller = Math.min(plus, total - plus);
  const exact = n <= mostExact;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const p = exact ? exactP(doubled, smaller, total) : normalTwoSided((smaller / 2 - total / 4) / Math.sqrt(variance));
  return { statistic: smaller / 2, p: Math.min(1, p), n, effect: (2 * plus - total) / total, exact };
}

/** Twice the mean ranks, which are whole numbers, and Σ (t³ − t) over ties of t values. */
function ranks(sorted: readonly number[]): { doubled: Int32Array; ties: number } {
  const doubled = new Int32Array(sorted.length);
  let ties = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && Math.abs(sorted[to]!) === Math.abs(sorted[from]!)) to++;
    doubled.fill(from + 1 + to, from, to);
    ties += (to - from) ** 3 - (to - from);
  }
  return { doubled, ties };
}

/** 2 · P(sum ≤ smaller) when each rank counts or not with equal chance. */
function exactP(doubled: Int32Array, smaller: number, total: number): number {
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--) chance[sum] = (chance[sum]! + (sum >= rank ? chance[sum - rank]! : 0)) / 2;
  }
  let p = 0;
  for (let sum = 0; sum <= smaller; sum++) p += chance[sum]!;
  return 2 * p;
}

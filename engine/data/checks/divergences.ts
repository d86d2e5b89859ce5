import { binned, filled, shares, walk, type Weighted } from '../compare/distances';
import { aloneP, kolmogorovP } from '../compare/kolmogorov';
import { chiSquared } from '../compare/tests';
import type { Distribution, NumberDistribution } from '../profile/distribution';
import type { TheoreticalDistribution } from '../../protocol/expectations';
import { upperGamma } from '../../statistics/gamma';
import { normalCdf } from '../../statistics/normal';

/** D(p ‖ q) = Σ p ln(p / q) of counts from weights: ∞ where a value comes whose weight is 0. As scipy.stats.entropy. */
export function divergence(counts: ArrayLike<number>, weights: readonly number[]): number {
  const q = shares(weights);
  const p = shares(Array.from(counts));
  return p.reduce((sum, x, i) => sum + (x === 0 ? 0 : q[i] === 0 ? Infinity : x * Math.log(x / q[i]!)), 0);
}

/** Goodness of fit: p of χ² of counts from weights, as scipy.stats.chisquare. NaN when there is nothing to test. */
export function fitP(counts: ArrayLike<number>, weights: readonly number[]): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  let cells = 0;
  for (const [i, share] of shares(weights).entries()) {
    const expected = share * total;
    if (share > 0) {
      cells++;
      statistic += (counts[i]! - expected) ** 2 / expected;
    } else if (counts[i]! > 0) return 0;
  }
  return total === 0 || cells < 2 ? Number.NaN : upperGamma((cells - 1) / 2, statistic / 2);
}

/** Counts of both sides by common values or bins; undefined when one holds numbers and the other texts. */
export function commonCounts(
  before: Distribution,
  after: Distribution,
): { readonly before: readonly number[]; readonly after: readonly number[] } | undefined {
  if (before.kind === 'numbers' && after.kind === 'numbers') return binned(weighted(before), weighted(after));
  if (before.kind !== 'texts' || after.kind !== 'texts') return undefined;
  const values = [...new Set([...before.values, ...after.values])];
  const counts = ({ values: own, counts: found, of }: Distribution): readonly number[] => {
    const known = new Map<string | number, number>(own.map((value, i) => [value, found[i]!]));
    const listed = values.map(value => known.get(value) ?? 0);
    // Rows whose values are too many to be listed.
    return [...listed, Math.max(0, of - listed.reduce((sum, count) => sum + count, 0))];
  };
  return { before: counts(before), after: counts(after) };
}

/** Divergence of the later counts from the earlier ones; empty bins count as 0.0001, as Evidently has it. */
export function divergenceOf(before: readonly number[], after: readonly number[]): number {
  const kept = before.map((_, i) => i).filter(i => before[i]! + after[i]! > 0);
  const [q, p] = [before, after].map(counts => filled(shares(kept.map(i => counts[i]!))));
  return p!.reduce((sum, x, i) => sum + x * Math.log(x / q![i]!), 0);
}

/** p of the χ² test of two samples; 1 when both hold the same single value. */
export const sameP = (before: readonly number[], after: readonly number[]): number =>
  chiSquared(before, after)?.p ?? (before.some((count, i) => count > 0 !== after[i]! > 0) ? Number.NaN : 1);

export const weighted = ({ values, counts }: NumberDistribution): Weighted => ({
  values,
  counts,
  total: counts.reduce((sum, count) => sum + count, 0),
});

/** Statistic and p of the two-sample Kolmogorov–Smirnov test. */
export function twoSample(before: Weighted, after: Weighted): { readonly d: number; readonly p: number } {
  const { steps } = walk(before, after);
  const { p } = kolmogorovP(steps, { m: before.total, n: after.total });
  return { d: steps / before.total / after.total, p };
}

/** Statistic and p of the one-sample test against a continuous distribution function. */
export function oneSample(
  { values, counts, total }: Weighted,
  cdf: (x: number) => number,
): { readonly d: number; readonly p: number } {
  let seen = 0;
  let d = 0;
  for (let i = 0; i < values.length; i++) {
    const expected = cdf(values[i]!);
    d = Math.max(d, expected - seen / total);
    seen += counts[i]!;
    d = Math.max(d, seen / total - expected);
  }
  return { d, p: aloneP(d, total) };
}

/** The distribution function of bins within which values lie evenly. */
export function cdfOfBins(edges: readonly number[], weights: readonly number[]): (x: number) => number {
  const parts = shares(weights);
  const below = [0];
  for (const part of parts) below.push(below.at(-1)! + part);
  return x => {
    if (x <= edges[0]!) return 0;
    const bin = edges.findIndex(edge => x < edge) - 1;
    if (bin < 0) return 1;
    return below[bin]! + (parts[bin]! * (x - edges[bin]!)) / (edges[bin + 1]! - edges[bin]!);
  };
}

export function cdfOf({ normal, uniform, exponential }: TheoreticalDistribution): ((x: number) => number) | undefined {
  if (normal) return x => normalCdf((x - normal.mean) / normal.std);
  if (uniform) {
    const [low, high] = uniform;
    return x => Math.min(1, Math.max(0, (x - low) / (high - low)));
  }
  return exponential === undefined ? undefined : x => (x <= 0 ? 0 : -Math.expm1(-x / exponential));
}

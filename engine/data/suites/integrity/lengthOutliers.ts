/** Percentiles whose distance is the usual spread, and how often half of it a length may lie from the median. */
const [inner, factor] = [94, 4];
/** A length is no outlier that is as near to the usual ones: characters, and the share of their middle. */
const [leastDifference, leastShare] = [5, 0.5];

/**
 * Lengths far from the others: further from the median than four times half the distance of the 6th and 94th percentile,
 * and from the usual lengths by 5 characters and half their middle (Deepchecks 0.19).
 * @param counts rows of each length
 * @returns `usual`: the shortest and longest of the others, when there are outliers
 */
export function lengthOutliers(
  lengths: readonly number[],
  counts: ArrayLike<number>,
): { readonly usual?: readonly [number, number]; readonly isOutlier: (length: number) => boolean } {
  const none = { isOutlier: () => false };
  const rows = new Map<number, number>();
  for (const [at, length] of lengths.entries()) rows.set(length, (rows.get(length) ?? 0) + counts[at]!);
  const sorted = [...rows].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return none;
  const at = (percentile: number): number => atRank(sorted, nearestRank(percentile, total));
  const middle = at(50);
  const most = (factor * Math.abs(at(inner) - at(100 - inner))) / 2;
  const isFar = (length: number): boolean => Math.abs(length - middle) > most;
  const usual = sorted.filter(([length]) => !isFar(length)).map(([length]) => length);
  const [low, high] = [usual[0], usual.at(-1)];
  if (low === undefined || high === undefined || usual.length === sorted.length) return none;
  const least = Math.max(leastDifference, leastShare * ((low + high) / 2));
  const isOutlier = (length: number): boolean =>
    isFar(length) && (length > high ? length - high >= least : low - length >= least);
  return { usual: [low, high], isOutlier };
}

/** The rank (from 1) whose share of all is nearest to the percentile; the lower of two. */
function nearestRank(percentile: number, total: number): number {
  const exact = (percentile * total) / 100;
  const below = Math.max(1, Math.floor(exact));
  return exact - below <= below + 1 - exact ? below : Math.min(total, below + 1);
}

function atRank(sorted: readonly (readonly [length: number, count: number])[], rank: number): number {
  let seen = 0;
  for (const [length, count] of sorted) {
    seen += count;
    if (seen >= rank) return length;
  }
  return sorted.at(-1)?.[0] ?? 0;
}

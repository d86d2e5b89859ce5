/**
 * Distances between two samples, as Deepchecks 0.19 measures drift between the parts of a split. None depends on how
 * many rows there are, as a p-value does.
 */

/** The largest distance of the two empirical distribution functions, in [0, 1]. Both sorted and not empty. */
export function kolmogorovStatistic(a: Float64Array, b: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/**
 * The earth mover's distance of the values between the quantiles `margin` and 1 − `margin` of each sample, on the scale
 * on which both together go from 0 to 1. Both sorted and not empty.
 */
export function earthMovers(a: Float64Array, b: Float64Array, margin = 0.025): number {
  const [first, second] = [within(a, margin), within(b, margin)];
  const low = Math.min(first[0]!, second[0]!);
  const high = Math.max(first.at(-1)!, second.at(-1)!);
  if (high === low) return 0;
  let [i, j, area] = [0, 0, 0];
  let last = low;
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Infinity, second[j] ?? Infinity);
    area += Math.abs(i / first.length - j / second.length) * (value - last);
    last = value;
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
  }
  return area / (high - low);
}

/** What lies between the quantiles (linear, as numpy's). */
function within(sorted: Float64Array, margin: number): Float64Array {
  const [low, high] = [quantile(sorted, margin), quantile(sorted, 1 - margin)];
  return sorted.filter(value => value >= low && value <= high);
}

function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const at = sorted[below]!;
  return at + (place - below) * ((sorted[below + 1] ?? at) - at);
}

export interface SharedCounts {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Counts by category with those that are rarer than `rare` in `before` put together; these are left out when they are
 * that rare in both samples even together.
 */
export function withoutRare({ before, after }: SharedCounts, rare = 0.01): SharedCounts {
  const [ofBefore, ofAfter] = [total(before), total(after)];
  const kept: { readonly before: number[]; readonly after: number[] } = { before: [], after: [] };
  let [others, othersAfter] = [0, 0];
  for (const [at, count] of before.entries()) {
    if (count < ofBefore * rare) {
      others += count;
      othersAfter += after[at]!;
    } else {
      kept.before.push(count);
      kept.after.push(after[at]!);
    }
  }
  if (others > rare * ofBefore || othersAfter > rare * ofAfter) {
    kept.before.push(others);
    kept.after.push(othersAfter);
  }
  return kept;
}

/**
 * Cramér's V of sample and category as `associationV` has it, after the larger sample is brought to the size of the smaller
 * one.
 */
export function cramersV(counts: SharedCounts): number {
  if (counts.before.length <= 1) return 0;
  const [sizeBefore, sizeAfter] = [total(counts.before), total(counts.after)];
  const scale = (values: readonly number[], by: number): number[] => values.map(value => roundHalfEven(value * by));
  return associationV({
    before: scale(counts.before, sizeBefore > sizeAfter ? sizeAfter / sizeBefore : 1),
    after: scale(counts.after, sizeAfter > sizeBefore ? sizeBefore / sizeAfter : 1),
  });
}

/**
 * Cramér's V of sample and category, corrected for its bias (Bergsma 2013), in [0, 1]. Two categories have Yates's
 * correction, as scipy's `chi2_contingency` has by default.
 */
export function associationV({ before, after }: SharedCounts): number {
  const table = before.flatMap((count, at) => (count + after[at]! > 0 ? [[count, after[at]!] as const] : []));
  const k = table.length;
  if (k <= 1) return 0;
  const columns = [total(table.map(([a]) => a)), total(table.map(([, b]) => b))] as const;
  const n = columns[0] + columns[1];
  if (columns[0] === 0 || columns[1] === 0) return 0;
  let chi2 = 0;
  for (const row of table)
    for (const [side, observed] of row.entries()) {
      const expected = ((row[0] + row[1]) * columns[side]!) / n;
      const off = Math.abs(observed - expected);
      chi2 += (off - (k === 2 ? Math.min(0.5, off) : 0)) ** 2 / expected;
    }
  const phi2 = Math.max(0, chi2 / n - (k - 1) / (n - 1));
  const rows = 2 - 1 / (n - 1);
  const categories = k - (k - 1) ** 2 / (n - 1);
  const least = Math.min(categories - 1, rows - 1);
  return least > 0 ? Math.sqrt(phi2 / least) : 0;
}

/** Population stability index; a share below `floor` counts as that. */
export function stabilityIndex({ before, after }: SharedCounts, floor = 0.01): number {
  const [sizeBefore, sizeAfter] = [total(before), total(after)];
  let sum = 0;
  for (const [at, count] of before.entries()) {
    const expected = Math.max(count / sizeBefore, floor);
    const actual = Math.max(after[at]! / sizeAfter, floor);
    sum += (expected - actual) * Math.log(expected / actual);
  }
  return sum;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** As numpy rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

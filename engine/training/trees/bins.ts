import type { Matrix } from '../learner';

/** How the values of one feature fall into bins. The bin after the last is that of missing values (NaN). */
export type FeatureBins = NumericBins | CategoricalBins;

export interface NumericBins {
  readonly kind: 'numeric';
  /** Ascending; bin i holds the values ≤ `edges[i]` that no earlier bin holds, the last bin those above all edges. */
  readonly edges: Float64Array;
  readonly bins: number;
}

/** A category is a whole number; each has a bin of its own while there are bins, the rarest share none: they are missing. */
export interface CategoricalBins {
  readonly kind: 'categorical';
  /** The category of each bin, the most frequent first. */
  readonly categories: Float64Array;
  readonly bins: number;
}

/** Rows that the edges are learnt from; more do not move them noticeably. */
const sampledRows = 50_000;

/** The bins of each column. @param categorical which columns hold categories @param maxBins 2 … 255 */
export const learnBins = (x: Matrix, categorical: readonly boolean[], maxBins: number): FeatureBins[] =>
  Array.from({ length: x.columns }, (_, feature) =>
    categorical[feature] === true ? categoricalBins(x, feature, maxBins) : numericBins(x, feature, maxBins),
  );

/** The bin of a value; a category that was not seen is missing. */
export function binner(bins: FeatureBins): (value: number) => number {
  if (bins.kind === 'categorical') {
    const table = new Map(Array.from(bins.categories, (category, bin) => [category, bin]));
    return value => table.get(value) ?? bins.bins;
  }
  const { edges } = bins;
  return value => {
    if (Number.isNaN(value)) return bins.bins;
    let low = 0;
    for (let high = edges.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (value <= edges[middle]!) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function numericBins(x: Matrix, feature: number, maxBins: number): NumericBins {
  const [distinct, counts] = runs(sample(x, feature).sort());
  const edges =
    distinct.length <= maxBins
      ? distinct.subarray(0, -1).map((value, at) => between(value, distinct[at + 1]!))
      : quantileEdges(distinct, counts, maxBins);
  return { kind: 'numeric', edges: Float64Array.from(edges), bins: edges.length + 1 };
}

/** Bins of about the same number of rows; a value that alone fills one has it for itself, the rest is shared anew. */
function quantileEdges(distinct: Float64Array, counts: Int32Array, maxBins: number): number[] {
  let rest = counts.reduce((sum, count) => sum + count, 0);
  let left = maxBins;
  const large = rest / maxBins;
  const isLarge = counts.map(count => (count >= large ? 1 : 0));
  for (let at = 0; at < counts.length; at++) {
    if (!isLarge[at]) continue;
    rest -= counts[at]!;
    left--;
  }
  const edges: number[] = [];
  let filled = 0;
  for (let at = 0; at < distinct.length - 1 && edges.length < maxBins - 1; at++) {
    if (!isLarge[at]) rest -= counts[at]!;
    filled += counts[at]!;
    const share = left > 0 ? (rest + (isLarge[at] ? 0 : filled)) / left : Infinity;
    if (!isLarge[at] && !(isLarge[at + 1] && filled >= share / 2) && filled < share) continue;
    edges.push(between(distinct[at]!, distinct[at + 1]!));
    if (!isLarge[at]) left--;
    filled = 0;
  }
  return edges;
}

function categoricalBins(x: Matrix, feature: number, maxBins: number): CategoricalBins {
  const counts = new Map<number, number>();
  for (let row = 0; row < x.rows; row++) {
    const value = x.values[row * x.columns + feature]!;
    if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, many], [b, few]) => few - many || a - b).slice(0, maxBins);
  return { kind: 'categorical', categories: Float64Array.from(sorted, ([category]) => category), bins: sorted.length };
}

/** What is not missing in evenly spaced rows: the same in every process. */
function sample({ rows, columns, values }: Matrix, feature: number): Float64Array {
  const taken = Math.min(rows, sampledRows);
  const found = new Float64Array(taken);
  let count = 0;
  for (let at = 0; at < taken; at++) {
    const value = values[Math.floor((at * rows) / taken) * columns + feature]!;
    if (!Number.isNaN(value)) found[count++] = value;
  }
  return found.subarray(0, count);
}

/** The distinct values of a sorted list, and how often each occurs. */
function runs(sorted: Float64Array): [distinct: Float64Array, counts: Int32Array] {
  const distinct = new Float64Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let found = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) distinct[found++] = sorted[at]!;
    counts[found - 1]!++;
  }
  return [distinct.subarray(0, found), counts.subarray(0, found)];
}

/** Between two neighbours; where no number is, the lower one. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

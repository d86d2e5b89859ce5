/** Different values in ascending order and how often each is there. */
export interface Weighted {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly total: number;
}

interface Walk {
  /** d · m · n of the Kolmogorov–Smirnov statistic: a whole number. */
  readonly steps: number;
  /** The area between both distribution functions. */
  readonly wasserstein: number;
}

/** Walks over both distribution functions at once. */
export function walk(a: Weighted, b: Weighted): Walk {
  let [i, j, seenA, seenB, steps, area] = [0, 0, 0, 0, 0, 0];
  let last = 0;
  while (i < a.values.length || j < b.values.length) {
    const next = Math.min(a.values[i] ?? Infinity, b.values[j] ?? Infinity);
    if (i + j > 0) area += Math.abs(seenA / a.total - seenB / b.total) * (next - last);
    if (a.values[i] === next) seenA += a.counts[i++]!;
    if (b.values[j] === next) seenB += b.counts[j++]!;
    steps = Math.max(steps, Math.abs(seenA * b.total - seenB * a.total));
    last = next;
  }
  return { steps, wasserstein: area };
}

/** Population standard deviation (n), as NumPy's. */
export function deviation({ values, counts, total }: Weighted): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (values[i]! * counts[i]!) / total;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2 * counts[i]!;
  return Math.sqrt(squares / total);
}

/** Counts by common bins: `edges` of numbers, or the values themselves where the first has at most 20. */
export interface Binned {
  readonly edges?: readonly number[];
  readonly values?: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const mostValues = 20;

/** As Evidently bins for PSI and Jensen–Shannon: Sturges' bins over both when the first has more than 20 values. */
export function binned(before: Weighted, after: Weighted): Binned {
  if (before.values.length <= mostValues) {
    const values = [...new Set([...Array.from(before.values), ...Array.from(after.values)])].sort((a, b) => a - b);
    return { values, before: byValue(before, values), after: byValue(after, values) };
  }
  const edges = sturges(before, after);
  return { edges, before: byEdge(before, edges), after: byEdge(after, edges) };
}

function byValue({ values, counts }: Weighted, wanted: readonly number[]): number[] {
  const found = new Map(Array.from(values, (value, i) => [value, counts[i]!]));
  return wanted.map(value => found.get(value) ?? 0);
}

/** numpy.histogram_bin_edges(bins='sturges'). */
function sturges(before: Weighted, after: Weighted): readonly number[] {
  const [a, b] = [before.values, after.values];
  const low = Math.min(a[0]!, b[0] ?? Infinity);
  const high = Math.max(a[a.length - 1]!, b[b.length - 1] ?? -Infinity);
  const wanted = Math.ceil(Math.log2(before.total + after.total) + 1);
  const whole = [a, b].every(values => Array.prototype.every.call(values, Number.isInteger));
  const bins = Math.max(1, whole ? Math.min(wanted, Math.ceil(high - low)) : wanted);
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + (i * (high - low)) / bins));
}

/** As numpy.histogram: each bin without its upper edge, but the last. */
export function byEdge({ values, counts }: Weighted, edges: readonly number[]): number[] {
  const found = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (let i = 0; i < values.length; i++) {
    while (bin < found.length - 1 && values[i]! >= edges[bin + 1]!) bin++;
    found[bin] = found[bin]! + counts[i]!;
  }
  return found;
}

export const shares = (counts: readonly number[]): readonly number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map(count => (total === 0 ? 0 : count / total));
};

/** Jensen–Shannon distance with the natural logarithm: 0 … √ln 2. */
export function jensenShannon(before: readonly number[], after: readonly number[]): number {
  const [p, q] = [shares(before), shares(after)];
  const half = (x: number, mean: number): number => (x === 0 ? 0 : x * Math.log(x / mean));
  const sum = p.reduce((all, x, i) => all + half(x, (x + q[i]!) / 2) + half(q[i]!, (x + q[i]!) / 2), 0);
  return Math.sqrt(Math.max(0, sum) / 2);
}

/** Population stability index; an empty bin counts as 0.0001, or less beside smaller ones, as Evidently has it. */
export function stability(before: readonly number[], after: readonly number[]): number {
  const [p, q] = [filled(shares(before)), filled(shares(after))];
  return p.reduce((sum, x, i) => sum + (x - q[i]!) * Math.log(x / q[i]!), 0);
}

/** Empty bins get Evidently's least share. */
export function filled(parts: readonly number[]): readonly number[] {
  const least = Math.min(...parts.filter(part => part > 0));
  const floor = least <= 0.0001 ? least / 1e6 : 0.0001;
  return parts.map(part => (part === 0 ? floor : part));
}

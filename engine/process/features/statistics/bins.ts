import { stability } from '../../../data/compare/distances';
import { between } from '../../../data/profile/reservoir';
import type { Distribution, NumberDistribution, TextDistribution } from '../../../data/profile/distribution';
import type { FeatureBins } from '../../../protocol/featureMonitoring';

const parts = 10;
const mostTexts = 20;

/** The bins of a reference: tenths of its numbers, or its most frequent texts. Undefined: it has no value. */
export function binsOf(distribution: Distribution | undefined): FeatureBins | undefined {
  if (distribution === undefined || distribution.of === 0) return undefined;
  return distribution.kind === 'numbers' ? tenths(distribution) : frequent(distribution);
}

/** Other values in the bins of a reference. */
export function binsLike(reference: FeatureBins, distribution: Distribution | undefined): FeatureBins | undefined {
  if (distribution === undefined || distribution.of === 0 || distribution.kind !== reference.kind) return undefined;
  if (reference.kind === 'numbers' && distribution.kind === 'numbers')
    return { ...reference, counts: byEdges(distribution, reference.edges) };
  if (reference.kind === 'texts' && distribution.kind === 'texts')
    return { ...reference, counts: byTexts(distribution, reference.values) };
  return undefined;
}

export interface Compared {
  /** Population stability index. */
  readonly drift: number;
  /** Of the other values, in the bins of the reference. */
  readonly counts: readonly number[];
}

/** How far values are from a reference; undefined: there is nothing to compare. */
export function comparedWith(reference: FeatureBins, distribution: Distribution | undefined): Compared | undefined {
  const now = binsLike(reference, distribution);
  return now && { drift: Math.max(0, stability(reference.counts, now.counts)), counts: now.counts };
}

/** The value below which a share of all lies, by linear interpolation (type 7 of Hyndman and Fan). */
export function quantileOf({ values, counts }: NumberDistribution, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const at = (total - 1) * share;
  const [low, high] = [valueAt({ values, counts }, Math.floor(at)), valueAt({ values, counts }, Math.ceil(at))];
  return between(low, high, at - Math.floor(at));
}

function valueAt({ values, counts }: Pick<NumberDistribution, 'values' | 'counts'>, place: number): number {
  let seen = 0;
  for (const [i, count] of counts.entries()) {
    seen += count;
    if (place < seen) return values[i]!;
  }
  return values.at(-1)!;
}

function tenths(distribution: NumberDistribution): FeatureBins {
  const all = Array.from({ length: parts - 1 }, (_, i) => quantileOf(distribution, (i + 1) / parts));
  const least = distribution.values[0]!;
  // where a tenth and more is the least value, other values below it are told from it
  const edges = [...(all[0] === least ? [justBelow(least)] : []), ...new Set(all)];
  return { kind: 'numbers', edges, counts: byEdges(distribution, edges) };
}

/** The greatest double below a number. */
function justBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

function byEdges({ values, counts }: NumberDistribution, edges: readonly number[]): readonly number[] {
  const found = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  for (const [i, value] of values.entries()) {
    while (bin < edges.length && value > edges[bin]!) bin++;
    found[bin] = found[bin]! + counts[i]!;
  }
  return found;
}

function frequent(distribution: TextDistribution): FeatureBins {
  const values = distribution.values.slice(0, mostTexts);
  return { kind: 'texts', values, counts: byTexts(distribution, values) };
}

function byTexts({ values, counts, of }: TextDistribution, wanted: readonly string[]): readonly number[] {
  const known = new Map(values.map((value, i) => [value, counts[i]!]));
  const found = wanted.map(value => known.get(value) ?? 0);
  return [...found, Math.max(0, of - found.reduce((sum, count) => sum + count, 0))];
}

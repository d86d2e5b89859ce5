import type { NumberDistribution } from '../../../data/profile/distribution';
import type { CentralHistogram } from '../../../protocol/featureMonitoring';
import { quantileOf } from './bins';

const bins = 20;
/** Whole numbers get a bin each up to this many. */
const mostWhole = 25;
/** Values outside of these quantiles are cut where they stretch the range of all others to more than three times. */
const [lowShare, highShare, mostStretched] = [0.01, 0.99, 3];

interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * A histogram that a person can read: a bin for each of a few whole numbers, and no far values that leave all others in one bin.
 * Undefined: 20 bins from the least to the greatest value show as much. `range`: of all values, of which the distribution may be
 * a sample.
 */
export function centralHistogram(distribution: NumberDistribution, range: Range): CentralHistogram | undefined {
  const [low, high] = [quantileOf(distribution, lowShare), quantileOf(distribution, highShare)];
  const isStretched = high > low && range.max - range.min > mostStretched * (high - low);
  const shown = isStretched ? { min: low, max: high } : range;
  const [first, last] = [Math.floor(shown.min), Math.ceil(shown.max)];
  if (last - first < mostWhole && distribution.values.every(Number.isInteger))
    return countedIn(
      Array.from({ length: last - first + 2 }, (_, i) => first + i - 0.5),
      distribution,
    );
  if (!isStretched) return undefined;
  const width = (high - low) / bins;
  return countedIn(
    Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * width)),
    distribution,
  );
}

/** The last bin includes its upper edge. */
function countedIn(edges: readonly number[], { values, counts }: NumberDistribution): CentralHistogram {
  const found = new Array<number>(edges.length - 1).fill(0);
  let [bin, below, above] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    const own = counts[i]!;
    while (bin < found.length - 1 && value >= edges[bin + 1]!) bin++;
    if (value < edges[0]!) below += own;
    else if (value > edges.at(-1)!) above += own;
    else found[bin] = found[bin]! + own;
  }
  return { edges, counts: found, below, above };
}

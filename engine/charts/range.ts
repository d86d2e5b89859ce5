/** A part of an axis, ends included. */
export type Range = readonly [number, number];

/** Nothing narrower than this share of the whole is looked at: there the numbers of a chart end. */
const narrowest = 1e-9;

/**
 * The part that is seen after a zoom.
 * @param factor how much of the width is left: below 1 zooms in
 * @param around stays where it is
 * @returns undefined: all of it
 */
export function zoomed(
  range: Range,
  whole: Range,
  { factor, around }: { factor: number; around: number },
): Range | undefined {
  const least = (whole[1] - whole[0]) * narrowest;
  const [from, to] = [around - (around - range[0]) * factor, around + (range[1] - around) * factor];
  if (to - from < least) return range;
  return within([from, to], whole);
}

/** Moved along by a share of its width, not beyond the ends. */
export function panned(range: Range, whole: Range, share: number): Range | undefined {
  const wanted = (range[1] - range[0]) * share;
  const by = Math.min(whole[1] - range[1], Math.max(whole[0] - range[0], wanted));
  return within([range[0] + by, range[1] + by], whole);
}

/** Cut to the whole; undefined when that is all of it, or when it is no part. */
export function within([from, to]: Range, whole: Range): Range | undefined {
  const cut: Range = [Math.max(from, whole[0]), Math.min(to, whole[1])];
  if (!(cut[1] > cut[0]) || (cut[0] <= whole[0] && cut[1] >= whole[1])) return undefined;
  return cut;
}

/** The index of the number nearest to x, of numbers that grow; −1: there is none. */
export function nearestIndex(sorted: readonly number[], x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [sorted[low - 1], sorted[low]];
  if (before === undefined) return after === undefined ? -1 : low;
  return after === undefined || x - before <= after - x ? low - 1 : low;
}

/** Positions of a fold's parts, in the order of the times they were made from. */
export interface TimeFold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Forward chaining: the rows are cut, oldest first, into `folds + 1` parts of equal size; each part but the first is
 * predicted from all that came before it (scikit-learn's TimeSeriesSplit). Rows of one time are never divided: they go
 * with the first of them.
 * @param gap rows whose time is less than this before the first test row are left out of the training part
 * @returns folds that have rows on both sides, oldest first
 */
export function timeFolds(times: Float64Array, folds: number, gap: number): readonly TimeFold[] {
  const order = Int32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
  const size = Math.floor(order.length / (folds + 1));
  const first = order.length - size * folds;
  const cut = (at: number): number => {
    let start = at;
    while (start > 0 && start < order.length && times[order[start - 1]!] === times[order[start]!]) start--;
    return start;
  };
  const found: TimeFold[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const [from, to] = [cut(first + fold * size), cut(first + (fold + 1) * size)];
    if (from >= to) continue;
    const begin = times[order[from]!]!;
    const train = order.subarray(0, from).filter(at => gap === 0 || times[at]! <= begin - gap);
    if (train.length > 0) found.push({ train, test: order.subarray(from, to) });
  }
  return found;
}

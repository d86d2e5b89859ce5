import type { Random } from '../../random';

/** The fold of each of `count` rows, at random; sizes differ by one at most. */
export function randomFolds(count: number, folds: number, random: Random): Int32Array {
  const order = random.permutation(count);
  const fold = new Int32Array(count);
  for (let i = 0; i < count; i++) fold[order[i]!] = i % folds;
  return fold;
}

/**
 * Every fold gets the same share of each class: how many is as in scikit-learn's StratifiedKFold (classes in order of
 * appearance are dealt out one after the other), which rows is drawn.
 * @param classes of each row
 */
export function stratifiedFolds(classes: Int32Array, folds: number, random: Random): Int32Array {
  const rowsOf = new Map<number, number[]>();
  classes.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  });
  const fold = new Int32Array(classes.length);
  let dealt = 0;
  for (const rows of rowsOf.values()) {
    random.shuffle(rows);
    for (const row of rows) fold[row] = dealt++ % folds;
  }
  return fold;
}

/**
 * Whole groups, each to the fold that has the fewest rows so far. The big ones first (by powers of two, in drawn order
 * within), so that sizes come out even and repeats still differ.
 * @param groups of each row, numbered from 0
 */
export function groupFolds(groups: Int32Array, folds: number, random: Random): Int32Array {
  const sizes = countsOf(groups);
  const order = drawnOrder(sizes.length, random, group => Math.floor(Math.log2(sizes[group]!)));
  const filled = new Float64Array(folds);
  const foldOf = new Int32Array(sizes.length);
  for (const group of order) {
    const to = least(filled);
    foldOf[group] = to;
    filled[to]! += sizes[group]!;
  }
  return groups.map(group => foldOf[group]!);
}

/**
 * Whole groups, so that every fold has about the same share of each class: scikit-learn's StratifiedGroupKFold. Groups
 * come in order of how uneven their classes are (equal ones in drawn order), each goes where shares become most even.
 */
export function stratifiedGroupFolds(
  { groups, classes }: { readonly groups: Int32Array; readonly classes: Int32Array },
  folds: number,
  random: Random,
): Int32Array {
  const width = classes.reduce((most, label) => Math.max(most, label + 1), 0);
  const total = new Float64Array(width);
  for (const label of classes) total[label]!++;
  const ofGroup = Array.from(countsOf(groups), () => new Float64Array(width));
  groups.forEach((group, row) => ofGroup[group]![classes[row]!]!++);
  const order = drawnOrder(ofGroup.length, random, group => deviation(ofGroup[group]!));
  const filled = Array.from({ length: folds }, () => new Float64Array(width));
  const foldOf = new Int32Array(ofGroup.length);
  for (const group of order) {
    const to = evenest(filled, ofGroup[group]!, total);
    foldOf[group] = to;
    ofGroup[group]!.forEach((count, label) => (filled[to]![label]! += count));
  }
  return groups.map(group => foldOf[group]!);
}

/** The fold to which `counts` is added with the least mean deviation of class shares over folds; of equals the smaller. */
function evenest(filled: readonly Float64Array[], counts: Float64Array, total: Float64Array): number {
  let [best, bestSpread, bestRows] = [0, Infinity, Infinity];
  for (const [fold, has] of filled.entries()) {
    let spread = 0;
    for (let label = 0; label < total.length; label++) {
      const shares = filled.map(
        (other, at) => ((other[label] ?? 0) + (at === fold ? counts[label]! : 0)) / total[label]!,
      );
      spread += deviation(shares) / total.length;
    }
    const rows = has.reduce((sum, count) => sum + count, 0);
    const isEqual = Math.abs(spread - bestSpread) <= 1e-8 + 1e-5 * bestSpread;
    if (spread < bestSpread || (isEqual && rows < bestRows)) [best, bestSpread, bestRows] = [fold, spread, rows];
  }
  return best;
}

const countsOf = (groups: Int32Array): Float64Array => {
  const counts = new Float64Array(groups.reduce((most, group) => Math.max(most, group + 1), 0));
  for (const group of groups) counts[group]!++;
  return counts;
};

/** 0 … count − 1 by falling weight, equal ones as they are drawn. */
const drawnOrder = (count: number, random: Random, weight: (at: number) => number): Int32Array => {
  const weights = Float64Array.from({ length: count }, (_, at) => weight(at));
  return random.permutation(count).sort((a, b) => weights[b]! - weights[a]!);
};

function deviation(values: Float64Array | readonly number[]): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

const least = (values: Float64Array): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[best]!) best = i;
  return best;
};

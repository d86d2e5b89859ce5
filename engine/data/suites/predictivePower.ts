import { Random } from '../../random';
import type { Feature, Rows } from './columns';

/** What is predicted: a class each row, or a number. −1 and NaN: missing. */
export type Target =
  | { readonly kind: 'classes'; readonly codes: Int32Array; readonly count: number }
  | { readonly kind: 'values'; readonly values: Float64Array };

const folds = 4;
/** Rows that are looked at, at most. */
const mostRows = 5000;

/**
 * Predictive power score of one feature (8080labs' ppscore 1.2, as Deepchecks takes it): how much better a decision tree
 * of this feature alone predicts than a guess, 0 … 1. Of classes weighted F1 beside the better of the most frequent class
 * and a shuffled label, of numbers the mean absolute error beside the median; in four folds, on at most 5,000 rows.
 *
 * The tree is not bounded, and of one feature it is then a table: a number is predicted as its nearest neighbours among
 * those seen are, the border between two of them in the middle, a category as the rows of that category are, one that was
 * not seen as all rows are. That is what is computed here, without growing it.
 * @returns undefined when there are too few rows to judge
 */
export function predictivePower(
  feature: Feature,
  target: Target,
  { rows, seed }: { readonly rows: Rows; readonly seed: number },
): number | undefined {
  const random = new Random(seed);
  const complete = rows.filter(row => !isMissing(feature, row) && !isTargetMissing(target, row));
  random.shuffle(complete);
  const used = complete.subarray(0, mostRows);
  const x = feature.kind === 'numeric' ? gather(feature.values, used) : gather(feature.codes, used);
  if (feature.kind === 'categorical' && distinct(x) === used.length) return used.length === 0 ? undefined : 0;
  const y = target.kind === 'classes' ? gather(target.codes, used) : gather(target.values, used);
  if (used.length > 0 && distinct(y) === 1) return 0;
  if (used.length < folds) return undefined;
  const table = { x, y, nearest: feature.kind === 'numeric' };
  return target.kind === 'classes' ? ofClasses(table, target.count, random) : ofValues(table);
}

interface Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Whether `x` has an order. */
  readonly nearest: boolean;
}

function ofClasses({ x, y, nearest }: Pairs, classes: number, random: Random): number | undefined {
  const counts = new Float64Array(classes);
  for (const one of y) counts[one]!++;
  const largest = Math.max(...counts);
  if (largest < folds) return undefined;
  const part = stratified(y, classes);
  let score = 0;
  for (let fold = 0; fold < folds; fold++) {
    const predict = classesOf({ x, y, nearest }, { skip: fold, part, classes });
    const [truth, predicted]: [number[], number[]] = [[], []];
    for (let row = 0; row < x.length; row++)
      if (part[row] === fold) {
        truth.push(y[row]!);
        predicted.push(predict(x[row]!));
      }
    score += weightedF1(truth, predicted, classes) / folds;
  }
  const truth = [...y];
  const shuffled = [...y];
  random.shuffle(shuffled);
  const common = truth.map(() => counts.indexOf(largest));
  const guess = Math.max(weightedF1(truth, common, classes), weightedF1(truth, shuffled, classes));
  return score < guess || guess === 1 ? 0 : (score - guess) / (1 - guess);
}

function ofValues({ x, y, nearest }: Pairs): number {
  const size = Math.floor(x.length / folds);
  const larger = x.length % folds;
  let error = 0;
  for (let fold = 0, from = 0; fold < folds; fold++) {
    const to = from + size + (fold < larger ? 1 : 0);
    const predict = meansOf({ x, y, nearest }, from, to);
    let sum = 0;
    for (let row = from; row < to; row++) sum += Math.abs(predict(x[row]!) - y[row]!);
    error += sum / (to - from) / folds;
    from = to;
  }
  const middle = median(y);
  const guess = y.reduce((sum, value) => sum + Math.abs(value - middle), 0) / y.length;
  return error > guess ? 0 : 1 - error / guess;
}

/** Each class in the same share in all folds, in the order of the rows (scikit-learn's `StratifiedKFold`). */
function stratified(y: Float64Array, classes: number): Uint8Array {
  const order: number[] = [];
  const places = new Int32Array(classes).fill(-1);
  for (const one of y) if (places[one] === -1) places[one] = order.push(one) - 1;
  const encoded = Int32Array.from(y, one => places[one]!).sort();
  const quota = Array.from({ length: order.length }, () => new Int32Array(folds));
  for (const [at, one] of encoded.entries()) quota[one]![at % folds]!++;
  return Uint8Array.from(y, one => {
    const left = quota[places[one]!]!;
    const fold = left.findIndex(count => count > 0);
    left[fold]!--;
    return fold;
  });
}

function classesOf(
  { x, y, nearest }: Pairs,
  { skip, part, classes }: { readonly skip: number; readonly part: Uint8Array; readonly classes: number },
): (value: number) => number {
  const counts = new Map<number, Float64Array>();
  const all = new Float64Array(classes);
  for (let row = 0; row < x.length; row++) {
    if (part[row] === skip) continue;
    let here = counts.get(x[row]!);
    if (here === undefined) counts.set(x[row]!, (here = new Float64Array(classes)));
    here[y[row]!]!++;
    all[y[row]!]!++;
  }
  return tableOf(new Map([...counts].map(([value, here]) => [value, most(here)])), { nearest, other: most(all) });
}

function meansOf({ x, y, nearest }: Pairs, from: number, to: number): (value: number) => number {
  const sums = new Map<number, [sum: number, count: number]>();
  let [sum, count] = [0, 0];
  for (let row = 0; row < x.length; row++) {
    if (row >= from && row < to) continue;
    let here = sums.get(x[row]!);
    if (here === undefined) sums.set(x[row]!, (here = [0, 0]));
    here[0] += y[row]!;
    here[1]++;
    sum += y[row]!;
    count++;
  }
  const means = new Map([...sums].map(([value, [total, rows]]) => [value, total / rows]));
  return tableOf(means, { nearest, other: sum / count });
}

/** What is predicted of a value: as known, or as its nearest known neighbour (the lower of two that are as near). */
function tableOf(
  known: ReadonlyMap<number, number>,
  { nearest, other }: { readonly nearest: boolean; readonly other: number },
): (value: number) => number {
  if (!nearest) return value => known.get(value) ?? other;
  const values = Float64Array.from(known.keys()).sort();
  return value => {
    const exact = known.get(value);
    if (exact !== undefined) return exact;
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    const [below, above] = [values[low - 1], values[low]];
    if (below === undefined) return known.get(above ?? Number.NaN) ?? other;
    if (above === undefined) return known.get(below) ?? other;
    return known.get(value <= below + (above - below) / 2 ? below : above) ?? other;
  };
}

/** F1 of each class, weighted by how many rows it has. */
function weightedF1(truth: readonly number[], predicted: readonly number[], classes: number): number {
  const [right, real, said] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  for (const [at, one] of truth.entries()) {
    real[one]!++;
    said[predicted[at]!]!++;
    if (predicted[at] === one) right[one]!++;
  }
  let sum = 0;
  for (let one = 0; one < classes; one++)
    if (real[one]! > 0) sum += ((2 * right[one]!) / (real[one]! + said[one]!)) * real[one]!;
  return sum / truth.length;
}

const most = (counts: Float64Array): number => counts.indexOf(Math.max(...counts));
const gather = (values: ArrayLike<number>, rows: Rows): Float64Array => Float64Array.from(rows, row => values[row]!);
const distinct = (values: Float64Array): number => new Set(values).size;

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const isMissing = (feature: Feature, row: number): boolean =>
  feature.kind === 'numeric' ? Number.isNaN(feature.values[row]!) : feature.codes[row]! < 0;
const isTargetMissing = (target: Target, row: number): boolean =>
  target.kind === 'classes' ? target.codes[row]! < 0 : Number.isNaN(target.values[row]!);

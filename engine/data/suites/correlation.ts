import type { Feature, Rows } from './columns';

/**
 * How much two features say the same, in [0, 1]: of two numbers the absolute value of Spearman's rank correlation, of a
 * number and a category the correlation ratio η, of two categories Theil's U, weighted by their entropies. Rows that lack
 * one of them are left out. NaN: one of them has one value only.
 */
export function association(a: Feature, b: Feature, rows: Rows): number {
  if (a.kind === 'numeric') return b.kind === 'numeric' ? spearman(a, b, rows) : ratio(a.values, b, rows);
  return b.kind === 'numeric' ? ratio(b.values, a, rows) : theil(a, b, rows);
}

type Numeric = Feature & { readonly kind: 'numeric' };
type Categorical = Feature & { readonly kind: 'categorical' };

/** Ranks of features without missing values are asked for again and again. */
const known = new WeakMap<Float64Array, { readonly rows: Rows; readonly ranks: Float64Array }>();

function spearman(a: Numeric, b: Numeric, rows: Rows): number {
  const complete = rows.filter(row => !Number.isNaN(a.values[row]!) && !Number.isNaN(b.values[row]!));
  const used = complete.length === rows.length ? rows : complete;
  return Math.abs(pearson(ranksOf(a.values, used), ranksOf(b.values, used)));
}

function ranksOf(values: Float64Array, rows: Rows): Float64Array {
  const found = known.get(values);
  if (found?.rows === rows) return found.ranks;
  const order = Int32Array.from(rows.keys()).sort((a, b) => values[rows[a]!]! - values[rows[b]!]!);
  const ranks = new Float64Array(rows.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[rows[order[from]!]!]!;
    while (to < order.length && values[rows[order[to]!]!] === value) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + to + 1) / 2;
  }
  known.set(values, { rows, ranks });
  return ranks;
}

function pearson(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [da, db] = [a[at]! - meanA, b[at]! - meanB];
    both += da * db;
    ofA += da * da;
    ofB += db * db;
  }
  return both / Math.sqrt(ofA * ofB);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** η: the share of the deviation that lies between the categories, as a root. */
function ratio(values: Float64Array, { codes, count }: Categorical, rows: Rows): number {
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  let [all, size] = [0, 0];
  for (const row of rows) {
    const [value, code] = [values[row]!, codes[row]!];
    if (Number.isNaN(value) || code < 0) continue;
    sums[code]! += value;
    sizes[code]!++;
    all += value;
    size++;
  }
  const middle = all / size;
  let [between, deviation] = [0, 0];
  for (let code = 0; code < count; code++)
    if (sizes[code]! > 0) between += sizes[code]! * (sums[code]! / sizes[code]! - middle) ** 2;
  for (const row of rows) {
    const value = values[row]!;
    if (!Number.isNaN(value) && codes[row]! >= 0) deviation += (value - middle) ** 2;
  }
  return deviation === 0 ? Number.NaN : Math.sqrt(between / deviation);
}

/** Σ H(x)·U(x|y) over both directions by H(x) + H(y), which is 2·I(x; y) / (H(x) + H(y)). */
function theil(a: Categorical, b: Categorical, rows: Rows): number {
  const joint = new Map<number, number>();
  const [ofA, ofB] = [new Float64Array(a.count), new Float64Array(b.count)];
  let size = 0;
  for (const row of rows) {
    const [x, y] = [a.codes[row]!, b.codes[row]!];
    if (x < 0 || y < 0) continue;
    const key = x * b.count + y;
    joint.set(key, (joint.get(key) ?? 0) + 1);
    ofA[x]!++;
    ofB[y]!++;
    size++;
  }
  const [first, second] = [entropy(ofA, size), entropy(ofB, size)];
  if (first === 0 || second === 0) return Number.NaN;
  return (2 * (first + second - entropy(joint.values(), size))) / (first + second);
}

function entropy(counts: Iterable<number>, size: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / size) * Math.log(count / size);
  return sum;
}

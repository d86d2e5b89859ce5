/** What a tree is grown from: `columns[c][row]`; categories as whole numbers from 0. No value is missing. */
export interface ForestData {
  readonly columns: readonly { readonly values: readonly number[]; readonly isCategory: boolean }[];
  readonly target: readonly number[];
}

type Tree = Leaf | Split;
interface Leaf {
  readonly value: number;
}
interface Split {
  readonly column: number;
  /** Of numbers: these and less go left. */
  readonly limit: number;
  /** Of categories: these go left. */
  readonly left: ReadonlySet<number> | undefined;
  readonly below: Tree;
  readonly above: Tree;
}

/** Uniform in [0, 1). */
export type Uniform = () => number;

/** A seeded generator (mulberry32): the same picture every time. */
export function seeded(seed: number): Uniform {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const leastToSplit = 4;
const leastInLeaf = 2;
const deepest = 24;

/** A regression tree (CART, least squares) on some rows; each split looks at a third of the columns, at least one. */
export function growTree(data: ForestData, rows: readonly number[], random: Uniform): Tree {
  const grow = (part: readonly number[], depth: number): Tree => {
    const best = part.length < leastToSplit || depth >= deepest ? undefined : bestSplit(data, part, random);
    if (best === undefined) return { value: meanOf(data, part) };
    const low = part.filter(row => goesLeft(best, data, row));
    const high = part.filter(row => !goesLeft(best, data, row));
    return { ...best, below: grow(low, depth + 1), above: grow(high, depth + 1) };
  };
  return grow(rows, 0);
}

/** Another row lends its value of one column, as a permutation does. */
export interface Loan {
  readonly column: number;
  readonly row: number;
}

/** What a tree says of a row. */
export function predict(tree: Tree, data: ForestData, { row, loan }: { row: number; loan?: Loan }): number {
  let at = tree;
  while ('column' in at) {
    const from = loan?.column === at.column ? loan.row : row;
    at = goesLeft(at, data, from) ? at.below : at.above;
  }
  return at.value;
}

type Condition = Omit<Split, 'below' | 'above'>;

const goesLeft = ({ column, limit, left }: Condition, data: ForestData, row: number): boolean => {
  const value = data.columns[column]?.values[row] ?? 0;
  return left ? left.has(value) : value <= limit;
};

const meanOf = ({ target }: ForestData, rows: readonly number[]): number =>
  rows.reduce((sum, row) => sum + (target[row] ?? 0), 0) / Math.max(1, rows.length);

function bestSplit(data: ForestData, rows: readonly number[], random: Uniform): Condition | undefined {
  const wanted = Math.max(1, Math.round(data.columns.length / 3));
  const order = data.columns.map((_, column) => column);
  let best: { condition: Condition; gain: number } | undefined;
  // columns that cannot be split in this place do not count
  for (let seen = 0; order.length > 0 && seen < wanted;) {
    const [column = 0] = order.splice(Math.floor(random() * order.length), 1);
    const found = bestOfColumn(data, rows, column);
    if (found === undefined) continue;
    seen++;
    if (best === undefined || found.gain > best.gain) best = found;
  }
  return best !== undefined && best.gain > 1e-15 ? best.condition : undefined;
}

function bestOfColumn(
  data: ForestData,
  rows: readonly number[],
  column: number,
): { condition: Condition; gain: number } | undefined {
  const { values, isCategory } = data.columns[column] ?? { values: [], isCategory: false };
  const { target } = data;
  // categories in the order of their means: then the best of all divisions is one between neighbours
  const means = isCategory ? categoryMeans(data, rows, column) : undefined;
  const place = (row: number): number => (means ? (means.get(values[row] ?? 0) ?? 0) : (values[row] ?? 0));
  const sorted = rows.toSorted((a, b) => place(a) - place(b) || (values[a] ?? 0) - (values[b] ?? 0));
  const total = sorted.reduce((sum, row) => sum + (target[row] ?? 0), 0);
  let sum = 0;
  let best: { at: number; gain: number } | undefined;
  for (let at = 1; at < sorted.length; at++) {
    const [before = 0, after = 0] = [sorted[at - 1], sorted[at]];
    sum += target[before] ?? 0;
    if (values[before] === values[after] || at < leastInLeaf || sorted.length - at < leastInLeaf) continue;
    const rest = total - sum;
    const gain = (sum * sum) / at + (rest * rest) / (sorted.length - at) - (total * total) / sorted.length;
    if (best === undefined || gain > best.gain) best = { at, gain };
  }
  if (best === undefined) return undefined;
  const low = sorted.slice(0, best.at).map(row => values[row] ?? 0);
  const limit = ((values[sorted[best.at - 1] ?? 0] ?? 0) + (values[sorted[best.at] ?? 0] ?? 0)) / 2;
  return { gain: best.gain, condition: { column, limit, left: isCategory ? new Set(low) : undefined } };
}

function categoryMeans(
  { columns, target }: ForestData,
  rows: readonly number[],
  column: number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, [sum: number, n: number]>();
  for (const row of rows) {
    const value = columns[column]?.values[row] ?? 0;
    const [sum, n] = sums.get(value) ?? [0, 0];
    sums.set(value, [sum + (target[row] ?? 0), n + 1]);
  }
  return new Map([...sums].map(([value, [sum, n]]) => [value, sum / n]));
}

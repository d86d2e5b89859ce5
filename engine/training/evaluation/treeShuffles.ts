import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { Matrix } from '../learner';
import { goesLeft, type Tree, type TreeModel } from '../trees/tree';

/** ms of work between two looks at what came in (cancel). */
const turn = 40;
/** Sums and places in orders that are held at a time, when nobody says otherwise: 64 MB. */
const usualMost = 8_000_000;

/** Values of other rows that are looked up at a time: they stay in the processor's cache. */
const blockNumbers = 32_768;

export interface TreeShuffles {
  /** On the grid (`onGrid`). */
  readonly model: TreeModel;
  /** Of each column. */
  readonly rounds: number;
  /** Draws the next order: the row that each row has the column's values of. */
  readonly draw: () => Int32Array;
  /** The rows, prepared. */
  readonly x: Matrix;
  /** Features that each column was made into. */
  readonly widths: readonly number[];
  /** Sums and places in orders that are held at a time. */
  readonly most?: number;
}

/**
 * The raw scores (rows × outputs) of the trees with one column's values in other rows, column by column and in each order by
 * order. A tree answers differently only if its way for the row asks that column, and then the ways part at the first such
 * node: so each tree is walked once for a row, and from there on once for each order of the few columns that it met.
 * @throws ModelyardError `cancelled`
 */
export async function* treeShuffles(
  what: TreeShuffles,
  signal: AbortSignal,
): AsyncGenerator<{ readonly column: number; readonly raw: Float64Array }> {
  const { model, x, widths, rounds, draw, most = usualMost } = what;
  const outputs = model.base.length;
  const atOnce = Math.max(1, Math.floor(most / Math.max(1, x.rows * (outputs + 1) * rounds)));
  const columnOf = Int32Array.from(widths.flatMap((width, column) => new Array<number>(width).fill(column)));
  const blockRows = Math.max(1, Math.min(256, Math.floor(blockNumbers / Math.max(1, x.columns * rounds))));
  let last = performance.now();
  for (let from = 0; from < widths.length; from += atOnce) {
    const orders = widths.slice(from, from + atOnce).map(() => Array.from({ length: rounds }, draw));
    const moved = orders.map(list => list.map(() => new Float64Array(x.rows * outputs)));
    const sums = new Float64Array(x.rows * outputs);
    const walk = new ShuffledWalk({ x, columnOf, outputs, rounds, first: from, orders, sums, moved });
    for (let row = 0; row < x.rows; row += blockRows) {
      walk.begin(row, Math.min(x.rows, row + blockRows));
      for (const [at, tree] of model.trees.entries()) walk.add(tree, at % outputs);
      if (performance.now() - last < turn) continue;
      await nextTurn();
      throwIfAborted(signal);
      last = performance.now();
    }
    for (const [at, list] of moved.entries())
      for (const raw of list) {
        for (let one = 0; one < raw.length; one++) raw[one]! += model.base[one % outputs]! + sums[one]!;
        yield { column: from + at, raw };
      }
  }
}

interface Shuffling {
  readonly x: Matrix;
  readonly columnOf: Int32Array;
  readonly outputs: number;
  readonly rounds: number;
  /** The column that `orders` and `moved` begin with. */
  readonly first: number;
  readonly orders: readonly (readonly Int32Array[])[];
  /** What the trees say of the rows as they are. */
  readonly sums: Float64Array;
  /** `moved[column][round]`: by how much they say something else. */
  readonly moved: readonly (readonly Float64Array[])[];
}

/** Walks of some rows through trees, and on from where a column is met first with its values of other rows. */
class ShuffledWalk {
  /** Of each column: the walk that met it last. */
  private readonly metBy: Float64Array;
  private walks = 0;
  /** Nodes at which this walk met a column first. */
  private readonly met: number[] = [];
  private from = 0;
  private to = 0;
  /** The one that walks. */
  private row = 0;
  /** `others[((row - from) * features + feature) * rounds + round]`: beside each other, where walks look for them. */
  private others = new Float64Array(0);

  constructor(private readonly parts: Shuffling) {
    this.metBy = new Float64Array(parts.columnOf.length);
  }

  /** Turns to other rows. */
  begin(from: number, to: number): void {
    const { x, columnOf, rounds, first, orders } = this.parts;
    [this.from, this.to] = [from, to];
    const length = (to - from) * x.columns * rounds;
    if (this.others.length < length) this.others = new Float64Array(length);
    for (let feature = 0; feature < x.columns; feature++)
      for (const [round, order] of (orders[columnOf[feature]! - first] ?? []).entries())
        for (let row = from; row < to; row++)
          this.others[((row - from) * x.columns + feature) * rounds + round] =
            x.values[order[row]! * x.columns + feature]!;
  }

  add(tree: Tree, output: number): void {
    const { outputs, rounds, columnOf, first, sums, moved } = this.parts;
    const { met, from, to } = this;
    const { feature, value } = tree;
    for (let row = from; row < to; row++) {
      this.row = row;
      const own = value[this.leafOf(tree)]!;
      const at = row * outputs + output;
      sums[at]! += own;
      for (const node of met) {
        const lists = moved[columnOf[feature[node]!]! - first]; // of another chunk: none
        if (lists === undefined) continue;
        for (let round = 0; round < rounds; round++) {
          const other = value[this.leafFrom(tree, node, round)]!;
          if (other !== own) lists[round]![at]! += other - own;
        }
      }
    }
  }

  /** Notes where columns are met first. */
  private leafOf(tree: Tree): number {
    const { x, columnOf } = this.parts;
    const { metBy, met } = this;
    const { feature, threshold, categories, left, right } = tree;
    met.length = 0;
    if (feature.length === 0) return 0;
    const walk = ++this.walks;
    const offset = this.row * x.columns;
    let node = 0;
    do {
      const asked = feature[node]!;
      const column = columnOf[asked]!;
      if (metBy[column] !== walk) {
        metBy[column] = walk;
        met.push(node);
      }
      const value = x.values[offset + asked]!;
      const isLeft =
        value === value && categories[node] === undefined ? value <= threshold[node]! : goesLeft(tree, node, value);
      node = (isLeft ? left : right)[node]!;
    } while (node >= 0);
    return ~node;
  }

  /** The leaf that a row reaches from a node on, where the column that the node asks has the values of a round. */
  private leafFrom(tree: Tree, from: number, round: number): number {
    const { x, columnOf, rounds } = this.parts;
    const { others } = this;
    const { feature, threshold, categories, left, right } = tree;
    const column = columnOf[feature[from]!]!;
    const own = this.row * x.columns;
    const shuffled = (this.row - this.from) * x.columns * rounds + round;
    let node = from;
    do {
      const asked = feature[node]!;
      const value = columnOf[asked] === column ? others[shuffled + asked * rounds]! : x.values[own + asked]!;
      const isLeft =
        value === value && categories[node] === undefined ? value <= threshold[node]! : goesLeft(tree, node, value);
      node = (isLeft ? left : right)[node]!;
    } while (node >= 0);
    return ~node;
  }
}

/**
 * The same trees with values so rounded that sums of them are exact, by a 2^50th of the largest sum there can be: rows that
 * the trees hold equal are equal in whatever order is added.
 */
export function onGrid(model: TreeModel): TreeModel {
  const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const most = model.trees.reduce((sum, { value }) => sum + largest(value), largest(model.base));
  const unit = 2 ** (Math.ceil(Math.log2(most || 1)) - 50);
  const rounded = (values: Float64Array): Float64Array => values.map(value => Math.round(value / unit) * unit);
  return {
    ...model,
    base: rounded(model.base),
    trees: model.trees.map(tree => ({ ...tree, value: rounded(tree.value) })),
  };
}

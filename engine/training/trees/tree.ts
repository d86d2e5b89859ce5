import type { Calibration } from '../calibration/calibration';
import type { Matrix, Task } from '../learner';
import type { Link } from '../links';

/**
 * A decision tree. Inner nodes are numbered from 0 (the root); a child < 0 is the leaf ~child. A tree of one leaf has
 * no inner node.
 */
export interface Tree {
  /** Of each inner node, the column of the prepared matrix that decides. */
  readonly feature: Int32Array;
  /** Left where value ≤ threshold (the greatest number where all but missing values go left); 0 in nodes that decide by category. */
  readonly threshold: Float64Array;
  /** Left where the value is one of these, instead of a threshold; ascending. */
  readonly categories: readonly (Float64Array | undefined)[];
  /** 1: a missing value (NaN) goes left. A category that is not listed goes right, a missing one too. */
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** How much each split lowers the objective. */
  readonly gain: Float64Array;
  /** Training rows that reached each inner node, and each leaf. */
  readonly rows: Float64Array;
  readonly leafRows: Float64Array;
  readonly value: Float64Array;
}

/** A sum (or, baked into the values, a mean) of trees. */
export interface TreeModel {
  readonly kind: 'trees';
  readonly learner: string;
  readonly task: Task;
  readonly features: readonly string[];
  /** Tree i adds to output i mod `base.length`. */
  readonly trees: readonly Tree[];
  /** What each output starts with. */
  readonly base: Float64Array;
  readonly link: Link;
  readonly calibration?: Calibration;
}

/** The leaf that a row reaches. */
export function leafOf(tree: Tree, values: Float64Array, offset: number): number {
  if (tree.feature.length === 0) return 0;
  let node = 0;
  do node = goesLeft(tree, node, values[offset + tree.feature[node]!]!) ? tree.left[node]! : tree.right[node]!;
  while (node >= 0);
  return ~node;
}

export function goesLeft(tree: Tree, node: number, value: number): boolean {
  const set = tree.categories[node];
  if (set !== undefined) return set.includes(value);
  return Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= tree.threshold[node]!;
}

/** Rows that go through one tree after the other, so that both stay in the processor's cache. */
const blockRows = 256;

/** Margins (for `share`: probabilities) of each row: rows × outputs. */
export function rawScores({ trees, base }: TreeModel, x: Matrix): Float64Array {
  const outputs = base.length;
  const raw = new Float64Array(x.rows * outputs);
  for (let row = 0; row < x.rows; row++) raw.set(base, row * outputs);
  for (let from = 0; from < x.rows; from += blockRows) {
    const to = Math.min(from + blockRows, x.rows);
    for (const [at, tree] of trees.entries()) {
      const sums = { raw, outputs, output: at % outputs };
      if (tree.feature.length > 0 && !tree.categories.some(set => set !== undefined))
        addByNumbers(tree, x, { from, to, ...sums });
      else
        for (let row = from; row < to; row++)
          raw[row * outputs + sums.output]! += tree.value[leafOf(tree, x.values, row * x.columns)]!;
    }
  }
  return raw;
}

interface Sums {
  readonly from: number;
  readonly to: number;
  readonly raw: Float64Array;
  readonly outputs: number;
  readonly output: number;
}

/** Adds what a tree without categories says of some rows: `leafOf`, spelt out for speed. */
function addByNumbers(tree: Tree, { columns, values }: Matrix, { from, to, raw, outputs, output }: Sums): void {
  const { feature, threshold, missingLeft, left, right, value: leaves } = tree;
  for (let row = from; row < to; row++) {
    const offset = row * columns;
    let node = 0;
    do {
      const value = values[offset + feature[node]!]!;
      // NaN is not less than or equal to anything
      const isLeft = value <= threshold[node]! || (value !== value && missingLeft[node] === 1);
      node = (isLeft ? left : right)[node]!;
    } while (node >= 0);
    raw[row * outputs + output]! += leaves[~node]!;
  }
}

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

/** Margins (for `share`: probabilities) of each row: rows × outputs. */
export function rawScores({ trees, base }: TreeModel, { rows, columns, values }: Matrix): Float64Array {
  const outputs = base.length;
  const raw = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    raw.set(base, row * outputs);
    for (let at = 0; at < trees.length; at++) {
      const tree = trees[at]!;
      raw[row * outputs + (at % outputs)]! += tree.value[leafOf(tree, values, row * columns)]!;
    }
  }
  return raw;
}

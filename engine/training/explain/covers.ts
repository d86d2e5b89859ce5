import type { Matrix } from '../learner';
import { goesLeft, type Tree, type TreeModel } from '../trees/tree';

/** Whether the trees say how many training rows took each branch; those of an ONNX file do not. */
export const hasCovers = ({ trees }: TreeModel): boolean =>
  trees.every(({ leafRows }) => leafRows.some(rows => rows > 0));

/** The same trees with the rows that some data sends through each branch. */
export const countedOn = (model: TreeModel, x: Matrix): TreeModel => ({
  ...model,
  trees: model.trees.map(tree => counted(tree, x)),
});

function counted(tree: Tree, { rows: count, columns, values }: Matrix): Tree {
  const rows = new Float64Array(tree.rows.length);
  const leafRows = new Float64Array(tree.leafRows.length);
  for (let row = 0; row < count; row++) {
    let node = tree.feature.length === 0 ? -1 : 0;
    while (node >= 0) {
      rows[node]!++;
      const isLeft = goesLeft(tree, node, values[row * columns + tree.feature[node]!]!);
      node = (isLeft ? tree.left : tree.right)[node]!;
    }
    leafRows[~node]!++;
  }
  return { ...tree, rows, leafRows };
}

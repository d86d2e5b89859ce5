import type { Tree, TreeModel } from '../trees/tree';
import type { Flow, GraphBuilder } from './graphBuilder';
import { doubles, elementTypes } from './tensors';

/** The lists of ONNX's TreeEnsembleRegressor: one entry a node, one a leaf. */
class Lists {
  readonly treeIds: number[] = [];
  readonly nodeIds: number[] = [];
  readonly features: number[] = [];
  readonly modes: string[] = [];
  readonly values: number[] = [];
  readonly whenTrue: number[] = [];
  readonly whenFalse: number[] = [];
  readonly missingIsTrue: number[] = [];
  readonly leafTrees: number[] = [];
  readonly leafNodes: number[] = [];
  readonly leafOutputs: number[] = [];
  readonly leafValues: number[] = [];

  add(tree: Tree, treeId: number, output: number): void {
    const inner = tree.feature.length;
    // A set of categories is a chain of equalities, whose ends are the same node: the links of chains come last.
    let next = inner + tree.value.length;
    const place = (child: number): number => (child < 0 ? inner + ~child : child);
    for (let node = 0; node < inner; node++) {
      const feature = tree.feature[node]!;
      const [left, right] = [place(tree.left[node]!), place(tree.right[node]!)];
      const set = tree.categories[node];
      if (set === undefined) {
        const missing = tree.missingLeft[node]!;
        this.node({
          treeId,
          id: node,
          feature,
          mode: 'BRANCH_LEQ',
          value: tree.threshold[node]!,
          left,
          right,
          missing,
        });
        continue;
      }
      for (const [at, category] of set.entries()) {
        const isLast = at === set.length - 1;
        const id = at === 0 ? node : next++;
        this.node({
          treeId,
          id,
          feature,
          mode: 'BRANCH_EQ',
          value: category,
          left,
          right: isLast ? right : next,
          missing: 0,
        });
      }
    }
    for (const [leaf, value] of tree.value.entries()) {
      const id = inner + leaf;
      this.node({ treeId, id, feature: 0, mode: 'LEAF', value: 0, left: 0, right: 0, missing: 0 });
      this.leafTrees.push(treeId);
      this.leafNodes.push(id);
      this.leafOutputs.push(output);
      this.leafValues.push(value);
    }
  }

  private node(node: {
    readonly treeId: number;
    readonly id: number;
    readonly feature: number;
    readonly mode: string;
    readonly value: number;
    readonly left: number;
    readonly right: number;
    readonly missing: number;
  }): void {
    this.treeIds.push(node.treeId);
    this.nodeIds.push(node.id);
    this.features.push(node.feature);
    this.modes.push(node.mode);
    this.values.push(node.value);
    this.whenTrue.push(node.left);
    this.whenFalse.push(node.right);
    this.missingIsTrue.push(node.missing);
  }
}

/** The outputs of a tree model, rows × outputs in double; ONNX Runtime compares in double and rounds sums to float. */
export function treeNodes(graph: GraphBuilder, { trees, base }: TreeModel, input: Flow): Flow {
  const lists = new Lists();
  for (const [at, tree] of trees.entries()) lists.add(tree, at, at % base.length);
  // an ensemble has at least one tree
  if (trees.length === 0) lists.add(constant, 0, 0);
  const tensor = (values: readonly number[]) => ({ tensor: doubles(values, [values.length]) });
  const sums = graph.mlNode('TreeEnsembleRegressor', [input], {
    n_targets: base.length,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    nodes_treeids: { ints: lists.treeIds },
    nodes_nodeids: { ints: lists.nodeIds },
    nodes_featureids: { ints: lists.features },
    nodes_modes: lists.modes,
    nodes_values_as_tensor: tensor(lists.values),
    nodes_truenodeids: { ints: lists.whenTrue },
    nodes_falsenodeids: { ints: lists.whenFalse },
    nodes_missing_value_tracks_true: { ints: lists.missingIsTrue },
    target_treeids: { ints: lists.leafTrees },
    target_nodeids: { ints: lists.leafNodes },
    target_ids: { ints: lists.leafOutputs },
    target_weights_as_tensor: tensor(lists.leafValues),
  });
  const wide = graph.node('Cast', [sums], { to: elementTypes.double });
  return graph.node('Add', [wide, graph.constant(doubles(base, [base.length]))]);
}

const constant: Tree = {
  feature: new Int32Array(0),
  threshold: new Float64Array(0),
  categories: [],
  missingLeft: new Uint8Array(0),
  left: new Int32Array(0),
  right: new Int32Array(0),
  gain: new Float64Array(0),
  rows: new Float64Array(0),
  leafRows: Float64Array.of(0),
  value: Float64Array.of(0),
};

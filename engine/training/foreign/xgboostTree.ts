import type { Tree } from '../trees/tree';
import { malformed, notTaken, type ForeignPlace } from './foreignModel';
import { thresholdBelow } from './float32';
import type { XgboostTree } from './xgboostFile';
import { counted } from '../../plural';

/** The code of a missing value in columns of categories: nodes that send it with the listed ones list it. */
export const missingCode = -2;

/** A node of XGBoost without children. */
const leaf = -1;

/**
 * One tree of XGBoost in our terms. A number goes left below the condition, compared as float32. Of categories those that
 * are listed go right, all others left: here they change sides.
 * @throws ModelyardError `data.unreadable`
 */
export function xgboostTree(source: XgboostTree, place: ForeignPlace, features: number): Tree {
  requireWhole(source, place, features);
  const sets = categorySets(source, place);
  const order = nodeOrder(source, place);
  const inner = order.filter(node => source.left_children[node] !== leaf);
  const leaves = order.filter(node => source.left_children[node] === leaf);
  const index = new Map(inner.map((node, at) => [node, at]));
  for (const [at, node] of leaves.entries()) index.set(node, ~at);
  const child = (node: number, isLeft: boolean): number =>
    index.get((isLeft ? source.left_children : source.right_children)[node]!)!;
  const of = (list: readonly number[], nodes: readonly number[]): Float64Array =>
    Float64Array.from(nodes, node => Math.fround(list[node]!));
  return {
    feature: Int32Array.from(inner, node => source.split_indices[node]!),
    threshold: Float64Array.from(inner, node => (sets.has(node) ? 0 : thresholdBelow(source.split_conditions[node]!))),
    categories: inner.map(node => {
      const set = sets.get(node);
      if (!set) return undefined;
      return Float64Array.from(source.default_left[node] === 1 ? set : [...set, missingCode]).sort();
    }),
    missingLeft: Uint8Array.from(inner, node => (sets.has(node) ? 0 : source.default_left[node]!)),
    left: Int32Array.from(inner, node => child(node, !sets.has(node))),
    right: Int32Array.from(inner, node => child(node, sets.has(node))),
    gain: of(source.loss_changes, inner),
    rows: of(source.sum_hessian, inner),
    leafRows: of(source.sum_hessian, leaves),
    value: of(source.split_conditions, leaves),
  };
}

function requireWhole(source: XgboostTree, place: ForeignPlace, features: number): void {
  const { tree_param: param, ...lists } = source;
  if (param.size_leaf_vector > 1)
    throw notTaken(
      place,
      'has leaves of several values (`multi_strategy="multi_output_tree"`), which cannot be taken over.',
      'Train it with multi_strategy="one_output_per_tree".',
    );
  const nodes = param.num_nodes;
  const needed = ['left_children', 'right_children', 'split_indices', 'split_conditions', 'default_left'] as const;
  for (const key of [...needed, 'sum_hessian', 'loss_changes'] as const)
    if (lists[key].length !== nodes)
      throw malformed(
        inTree(place, key),
        `has ${counted(lists[key].length, 'entry', 'entries')}, and there are ${nodes} nodes.`,
      );
  for (let node = 0; node < nodes; node++)
    if (
      lists.left_children[node] !== leaf &&
      !(lists.split_indices[node]! >= 0 && lists.split_indices[node]! < features)
    )
      throw malformed(
        inTree(place, 'split_indices'),
        `asks for feature ${lists.split_indices[node]}, and there are ${features}.`,
      );
}

const inTree = (place: ForeignPlace, key: string): ForeignPlace => ({ ...place, key: `${place.key ?? ''}.${key}` });

/** The nodes that are reached from the root, parents first; what was pruned is left out. */
function nodeOrder(source: XgboostTree, place: ForeignPlace): number[] {
  const nodes = source.tree_param.num_nodes;
  const seen = new Uint8Array(nodes);
  const order: number[] = [];
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!(node >= 0 && node < nodes) || seen[node] === 1)
      throw malformed(inTree(place, 'left_children'), `leads to node ${node}, which is not there or already taken.`);
    seen[node] = 1;
    order.push(node);
    if (source.left_children[node] !== leaf) open.push(source.right_children[node]!, source.left_children[node]!);
  }
  return order;
}

/** The listed categories of each node that decides by some. */
function categorySets(source: XgboostTree, place: ForeignPlace): Map<number, readonly number[]> {
  const { split_type: types, categories, categories_nodes: nodes } = source;
  const { categories_segments: segments, categories_sizes: sizes } = source;
  const sets = new Map<number, readonly number[]>();
  if (segments.length !== nodes.length || sizes.length !== nodes.length)
    throw malformed(inTree(place, 'categories_nodes'), 'does not fit its segments and sizes.');
  for (const [at, node] of nodes.entries()) {
    const [from, size] = [segments[at]!, sizes[at]!];
    if (from < 0 || size < 0 || from + size > categories.length)
      throw malformed(inTree(place, 'categories_segments'), `leads out of the list of categories at node ${node}.`);
    sets.set(node, categories.slice(from, from + size));
  }
  const lacking = types.findIndex((type, node) => type === 1 && source.left_children[node] !== leaf && !sets.has(node));
  if (lacking >= 0) throw malformed(inTree(place, 'categories_nodes'), `lacks the categories of node ${lacking}.`);
  return sets;
}

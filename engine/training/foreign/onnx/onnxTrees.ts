import type { onnx } from 'onnx-proto';
import type { Task } from '../../learner';
import type { Link } from '../../links';
import type { Preparation } from '../../preparation';
import type { Tree, TreeModel } from '../../trees/tree';
import { floatAfter, thresholdBelow } from '../float32';
import type { OnnxFile } from './onnxFile';
import { texts64, whole } from './onnxFile';

/** Attributes of a node by name. */
class Attributes {
  private readonly all: ReadonlyMap<string, onnx.IAttributeProto>;

  constructor(node: onnx.INodeProto) {
    this.all = new Map((node.attribute ?? []).map(one => [one.name ?? '', one]));
  }

  wholes = (name: string): number[] => (this.all.get(name)?.ints ?? []).map(whole);
  floats = (name: string): number[] => [...(this.all.get(name)?.floats ?? [])];
  texts = (name: string): string[] => texts64(this.all.get(name)?.strings);
  text(name: string): string {
    const value = this.all.get(name)?.s;
    return value ? Buffer.from(value).toString('utf8') : '';
  }
  has = (name: string): boolean => this.all.has(name);
}

/**
 * The trees of an ONNX file that is nothing but one ensemble over one table of numbers, as ours; undefined when it is
 * something else, or says something ours cannot. Whether both say the same is to be tried: the file tells the meaning of
 * its sums in several ways. Training rows are not in the file: nodes have none.
 */
export function onnxTrees(
  file: OnnxFile,
  { task, classes, features }: Pick<Preparation, 'task' | 'classes' | 'features'>,
): TreeModel | undefined {
  const nodes = file.proto.graph?.node ?? [];
  const [input, another] = file.inputs;
  const ensembles = nodes.filter(({ opType }) => opType?.startsWith('TreeEnsemble'));
  const [ensemble] = ensembles;
  if (!input || another || !ensemble || ensembles.length > 1 || !isDirect(nodes, ensemble, input.name))
    return undefined;
  if (input.kind !== 'float') return undefined;
  const attributes = new Attributes(ensemble);
  const isClassifier = ensemble.opType === 'TreeEnsembleClassifier';
  if (!isClassifier && ensemble.opType !== 'TreeEnsembleRegressor') return undefined;
  if (isClassifier === (task === 'regression')) return undefined;
  const link = linkOf(attributes.text('post_transform'), task, attributes);
  const leaves = leavesOf(attributes, isClassifier ? 'class' : 'target', { task, classes: classes.length });
  if (!link || !leaves) return undefined;
  const trees = treesOf(attributes, leaves);
  if (!trees?.every(({ feature }) => feature.every(one => one >= 0 && one < features.length))) return undefined;
  const base = baseOf(attributes.floats('base_values'), leaves);
  return base && { kind: 'trees', learner: 'onnx-trees', task, link, features, trees, base };
}

/** Nothing but copies and casts before it. */
function isDirect(nodes: readonly onnx.INodeProto[], { input }: onnx.INodeProto, wanted: string): boolean {
  let name = input?.[0];
  for (let steps = 0; steps < nodes.length && name !== wanted; steps++) {
    const maker = nodes.find(({ output }) => output?.[0] === name);
    if (maker?.opType !== 'Identity' && maker?.opType !== 'Cast') return false;
    name = maker.input?.[0];
  }
  return name === wanted;
}

function linkOf(transform: string, task: Task, attributes: Attributes): Link | undefined {
  if (task === 'regression') return transform === '' || transform === 'NONE' ? 'identity' : undefined;
  if (transform === 'LOGISTIC' && task === 'binary') return 'sigmoid';
  if (transform === 'SOFTMAX' && task === 'multiclass') return 'softmax';
  const isShare = (transform === '' || transform === 'NONE') && attributes.floats('base_values').length === 0;
  return isShare ? 'share' : undefined;
}

/** What each leaf adds to which output: by `tree/node`. */
interface Leaves {
  readonly outputs: number;
  /** Index of the positive class among two, when the file has sums for both. */
  readonly positive: number | undefined;
  readonly values: ReadonlyMap<string, readonly { readonly output: number; readonly value: number }[]>;
  readonly factor: number;
}

const key = (tree: number, node: number): string => `${tree}/${node}`;

function leavesOf(
  attributes: Attributes,
  kind: 'class' | 'target',
  { task, classes }: { readonly task: Task; readonly classes: number },
): Leaves | undefined {
  const trees = attributes.wholes(`${kind}_treeids`);
  const nodes = attributes.wholes(`${kind}_nodeids`);
  const ids = attributes.wholes(`${kind}_ids`);
  const weights = attributes.floats(`${kind}_weights`);
  if (weights.length === 0 || [trees, nodes, ids].some(list => list.length !== weights.length)) return undefined;
  const aggregate = attributes.text('aggregate_function');
  if (aggregate !== '' && aggregate !== 'SUM' && aggregate !== 'AVERAGE') return undefined;
  const different = new Set(ids);
  const isPair = task === 'binary' && different.size === 2;
  const outputs = task === 'multiclass' ? classes : 1;
  if (ids.some(id => id < 0 || id >= Math.max(outputs, classes, 1))) return undefined;
  const values = new Map<string, { output: number; value: number }[]>();
  for (const [at, value] of weights.entries()) {
    if (isPair && ids[at] !== 1) continue;
    const place = key(trees[at]!, nodes[at]!);
    const own = values.get(place) ?? [];
    own.push({ output: outputs === 1 ? 0 : ids[at]!, value });
    values.set(place, own);
  }
  const count = new Set(attributes.wholes('nodes_treeids')).size;
  return { outputs, positive: isPair ? 1 : undefined, values, factor: aggregate === 'AVERAGE' ? 1 / count : 1 };
}

function baseOf(base: readonly number[], { outputs, positive }: Leaves): Float64Array | undefined {
  if (base.length === 0) return new Float64Array(outputs);
  if (base.length === 2 && positive !== undefined) return Float64Array.of(base[positive]!);
  return base.length === outputs ? Float64Array.from(base) : undefined;
}

interface Nodes {
  readonly trees: readonly number[];
  readonly ids: readonly number[];
  readonly features: readonly number[];
  readonly modes: readonly string[];
  readonly values: readonly number[];
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
  readonly missing: readonly number[];
}

/** One tree an output, all with the same nodes. */
function treesOf(attributes: Attributes, leaves: Leaves): Tree[] | undefined {
  const nodes: Nodes = {
    trees: attributes.wholes('nodes_treeids'),
    ids: attributes.wholes('nodes_nodeids'),
    features: attributes.wholes('nodes_featureids'),
    modes: attributes.texts('nodes_modes'),
    values: attributes.floats('nodes_values'),
    whenTrue: attributes.wholes('nodes_truenodeids'),
    whenFalse: attributes.wholes('nodes_falsenodeids'),
    missing: attributes.wholes('nodes_missing_value_tracks_true'),
  };
  const { length } = nodes.trees;
  const lists = [nodes.ids, nodes.features, nodes.modes, nodes.values, nodes.whenTrue, nodes.whenFalse];
  if (length === 0 || lists.some(list => list.length !== length)) return undefined;
  const byTree = new Map<number, Map<number, number>>();
  for (const [at, tree] of nodes.trees.entries()) {
    const own = byTree.get(tree) ?? new Map<number, number>();
    own.set(nodes.ids[at]!, at);
    byTree.set(tree, own);
  }
  const trees: Tree[] = [];
  for (const places of byTree.values())
    for (let output = 0; output < leaves.outputs; output++) {
      const tree = treeOf(nodes, places, { leaves, output });
      if (!tree) return undefined;
      trees.push(tree);
    }
  return trees;
}

/** The node's meaning as `x ≤ threshold goes left`: whether its branches change sides for that. */
function decision(
  mode: string,
  value: number,
): { readonly threshold: number; readonly isSwapped: boolean } | undefined {
  // the largest double that is, rounded to float32, at most the value, or below it
  const upTo = (): number => thresholdBelow(floatAfter(value));
  if (mode === 'BRANCH_LEQ') return { threshold: upTo(), isSwapped: false };
  if (mode === 'BRANCH_LT') return { threshold: thresholdBelow(value), isSwapped: false };
  if (mode === 'BRANCH_GT') return { threshold: upTo(), isSwapped: true };
  if (mode === 'BRANCH_GTE') return { threshold: thresholdBelow(value), isSwapped: true };
  return undefined;
}

function treeOf(
  nodes: Nodes,
  places: ReadonlyMap<number, number>,
  { leaves, output }: { readonly leaves: Leaves; readonly output: number },
): Tree | undefined {
  const order: number[] = [];
  const seen = new Set<number>();
  const [root] = places.values();
  const open = root === undefined ? [] : [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) return undefined;
    seen.add(at);
    order.push(at);
    if (nodes.modes[at] === 'LEAF') continue;
    const [first, second] = [places.get(nodes.whenTrue[at]!), places.get(nodes.whenFalse[at]!)];
    if (first === undefined || second === undefined) return undefined;
    open.push(second, first);
  }
  const inner = order.filter(at => nodes.modes[at] !== 'LEAF');
  const ends = order.filter(at => nodes.modes[at] === 'LEAF');
  const index = new Map([...inner.map((at, i) => [at, i] as const), ...ends.map((at, i) => [at, ~i] as const)]);
  const decided = inner.map(at => decision(nodes.modes[at]!, nodes.values[at]!));
  if (decided.some(one => one === undefined)) return undefined;
  const child = (i: number, isLeft: boolean): number => {
    const at = inner[i]!;
    const isTrue = isLeft !== decided[i]!.isSwapped;
    return index.get(places.get((isTrue ? nodes.whenTrue : nodes.whenFalse)[at]!)!)!;
  };
  const all = inner.map((_, i) => i);
  return {
    feature: Int32Array.from(inner, at => nodes.features[at]!),
    threshold: Float64Array.from(decided, one => one!.threshold),
    categories: inner.map(() => undefined),
    missingLeft: Uint8Array.from(all, i => Number((nodes.missing[inner[i]!] === 1) !== decided[i]!.isSwapped)),
    left: Int32Array.from(all, i => child(i, true)),
    right: Int32Array.from(all, i => child(i, false)),
    gain: new Float64Array(inner.length),
    rows: new Float64Array(inner.length),
    leafRows: new Float64Array(ends.length),
    value: Float64Array.from(ends, at => valueOf(nodes, at, { leaves, output })),
  };
}

const valueOf = (nodes: Nodes, at: number, { leaves, output }: { leaves: Leaves; output: number }): number =>
  leaves.factor *
  (leaves.values.get(key(nodes.trees[at]!, nodes.ids[at]!)) ?? [])
    .filter(one => one.output === output)
    .reduce((sum, { value }) => sum + value, 0);

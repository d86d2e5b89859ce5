import type { Problem } from '../yaml/problem';
import { child, entriesOf, type MapEntry, type TreeNode } from '../yaml/tree';
import { expandMatrices, type Matrices } from '../matrix/expandMatrices';
import { Filler, moved, type Scope } from './expressions';
import { partitionValues } from './partitionValues';

/** Values given beside the file, as texts: `lr` → `0.1`; for one pipeline. */
export interface Overrides {
  readonly pipeline: string;
  readonly values: ReadonlyMap<string, TreeNode>;
  /** The partition that it runs for. */
  readonly partition?: string;
}

export interface Filled {
  readonly root: TreeNode;
  readonly problems: readonly Problem[];
  /** Of `overrides` those that name neither a parameter nor an option of a step. */
  readonly unknown: readonly string[];
  /** By pipeline: of its steps with a matrix all combinations. */
  readonly matrices: ReadonlyMap<string, Matrices>;
  /** Keys of steps about which nothing more is to be said. */
  readonly broken: readonly string[];
}

/**
 * Puts the values of `params:` where steps say `${{ params.NAME }}`, and of a matrix for `${{ matrix.NAME }}`, before anything
 * is checked: what stands there then is judged as if it had been written there, at the same place.
 */
export function fillParameters(root: TreeNode, overrides?: Overrides): Filled {
  const problems: Problem[] = [];
  const unknown = new Set(overrides?.values.keys() ?? []);
  const matrices = new Map<string, Matrices>();
  const broken: string[] = [];
  const pipelines = child(root, 'pipelines');
  if (pipelines?.kind !== 'map') return { root, problems, unknown: [...unknown], matrices, broken };
  const entries = pipelines.entries.map((entry): MapEntry => {
    const pipeline = entry.key;
    const own = overrides?.pipeline === pipeline ? overrides.values : new Map<string, TreeNode>();
    const params = new Map(entriesOf(child(entry.value, 'params')).map(({ key, value }) => [key, value]));
    for (const [name, value] of own) if (params.has(name)) params.set(name, moved(value, params.get(name)));
    for (const name of own.keys()) if (params.has(name)) unknown.delete(name);
    const chosen = overrides?.pipeline === pipeline ? overrides.partition : undefined;
    const { partition, ...scope } = partitionScope(child(entry.value, 'partitions'), chosen);
    const values = new Map([...[...params].map(([name, value]) => [`params.${name}`, value] as const), ...partition]);
    const value = withEntry(entry.value, 'steps', steps => {
      const expanded = expandMatrices(stepsWith(steps, own, unknown), { values, pipeline, problems, ...scope });
      matrices.set(pipeline, expanded.matrices);
      broken.push(...expanded.broken.map(step => `pipelines.${pipeline}.steps.${step}`));
      return expanded.steps;
    });
    const filler = new Filler({ values, ...scope }, ['pipelines', pipeline], problems);
    const shared = withEntry(value, 'env', env => filler.fill(env, ['env']));
    return { ...entry, value: withEntry(shared, 'params', node => paramsWith(node, params)) };
  });
  const filled = withEntry(root, 'pipelines', () => ({ ...pipelines, entries }));
  return { root: filled, problems, unknown: [...unknown], matrices, broken };
}

/** `train.C` among the overrides: the option `C` of the step `train`. */
function stepsWith(steps: TreeNode, own: ReadonlyMap<string, TreeNode>, unknown: Set<string>): TreeNode {
  let filled = steps;
  for (const [name, value] of own) {
    if (!unknown.has(name)) continue;
    const step = entriesOf(steps).find(({ key }) => name.startsWith(`${key}.`));
    if (!step) continue;
    const path = name.slice(step.key.length + 1).split('.');
    const section = child(step.value, 'with') ? 'with' : 'env';
    if (!child(step.value, section)) continue;
    unknown.delete(name);
    filled = withEntry(filled, step.key, node => withEntry(node, section, options => withPath(options, path, value)));
  }
  return filled;
}

function withPath(node: TreeNode, [first = '', ...rest]: readonly string[], value: TreeNode): TreeNode {
  if (node.kind !== 'map') return node;
  const place = { start: node.start, end: node.start };
  const old = node.entries.find(({ key }) => key === first);
  const inner = old?.value ?? { kind: 'map' as const, ...place, entries: [] };
  const fresh = rest.length > 0 ? withPath(inner, rest, value) : moved(value, old?.value ?? { ...value, ...place });
  return old
    ? withEntry(node, first, () => fresh)
    : { ...node, entries: [...node.entries, { key: first, keySpan: place, value: fresh }] };
}

const paramsWith = (node: TreeNode, params: ReadonlyMap<string, TreeNode>): TreeNode =>
  node.kind === 'map'
    ? { ...node, entries: node.entries.map(entry => ({ ...entry, value: params.get(entry.key) ?? entry.value })) }
    : node;

function withEntry(node: TreeNode, key: string, change: (value: TreeNode) => TreeNode): TreeNode {
  if (node.kind !== 'map') return node;
  return {
    ...node,
    entries: node.entries.map(entry => (entry.key === key ? { ...entry, value: change(entry.value) } : entry)),
  };
}

/** What is known of the partition of a pipeline, or why nothing is. */
function partitionScope(
  node: TreeNode | undefined,
  chosen: string | undefined,
): Pick<Scope, 'later' | 'why'> & { readonly partition: ReadonlyMap<string, TreeNode> } {
  const none = new Map<string, TreeNode>();
  const why = (name: string): string | undefined => {
    if (!/^partition(\.|$)/.test(name)) return undefined;
    return node === undefined
      ? `\`${name}\` has a value only in a pipeline with \`partitions\`.`
      : `\`${name}\` is nothing that these partitions have.`;
  };
  if (node === undefined) return { partition: none, why };
  const partition = partitionValues(node, { chosen, now: Date.now() });
  return partition ? { partition, why } : { partition: none, why, later: ['partition'] };
}

import type { Problem } from '../yaml/problem';
import type { Span } from '../yaml/lineIndex';
import { child, dotted, entriesOf, type MapEntry, type Path, type ScalarNode, type TreeNode } from '../yaml/tree';
import { didYouMean, listed, suggest } from '../suggest';

/** Values given beside the file, as texts: `lr` → `0.1`; for one pipeline. */
export interface Overrides {
  readonly pipeline: string;
  readonly values: ReadonlyMap<string, TreeNode>;
}

export interface Filled {
  readonly root: TreeNode;
  readonly problems: readonly Problem[];
  /** Of `overrides` those that name neither a parameter nor an option of a step. */
  readonly unknown: readonly string[];
}

const reference = /\$\{\{([^{}]*)\}\}/g;

/**
 * Puts the values of `params:` where steps say `${{ params.NAME }}`, before anything is checked: what stands there then is
 * judged as if it had been written there, at the same place. A text that is nothing but one reference becomes the value
 * itself, with its type; within a text it becomes a part of it.
 */
export function fillParameters(root: TreeNode, overrides?: Overrides): Filled {
  const problems: Problem[] = [];
  const unknown = new Set(overrides?.values.keys() ?? []);
  const pipelines = child(root, 'pipelines');
  if (pipelines?.kind !== 'map') return { root, problems, unknown: [...unknown] };
  const entries = pipelines.entries.map((entry): MapEntry => {
    const own = overrides?.pipeline === entry.key ? overrides.values : new Map<string, TreeNode>();
    const params = new Map(entriesOf(child(entry.value, 'params')).map(({ key, value }) => [key, value]));
    for (const [name, value] of own) if (params.has(name)) params.set(name, moved(value, params.get(name)));
    for (const name of own.keys()) if (params.has(name)) unknown.delete(name);
    const filler = new Filler(params, ['pipelines', entry.key], problems);
    const value = withEntry(entry.value, 'steps', steps => filler.fill(stepsWith(steps, own, unknown), ['steps']));
    const shared = withEntry(value, 'env', env => filler.fill(env, ['env']));
    return { ...entry, value: withEntry(shared, 'params', node => paramsWith(node, params)) };
  });
  const filled = withEntry(root, 'pipelines', () => ({ ...pipelines, entries }));
  return { root: filled, problems, unknown: [...unknown] };
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

/** The same value at another place. */
function moved(node: TreeNode, to: Span | undefined): TreeNode {
  if (to === undefined) return node;
  const place = { start: to.start, end: to.end };
  if (node.kind === 'list') return { ...node, ...place, items: node.items.map(item => moved(item, to)) };
  if (node.kind === 'scalar') return { ...node, ...place };
  const entries = node.entries.map(entry => ({ ...entry, keySpan: place, value: moved(entry.value, to) }));
  return { ...node, ...place, entries };
}

class Filler {
  constructor(
    private readonly params: ReadonlyMap<string, TreeNode>,
    private readonly above: Path,
    private readonly problems: Problem[],
  ) {}

  fill(node: TreeNode, path: Path): TreeNode {
    if (node.kind === 'map')
      return {
        ...node,
        entries: node.entries.map(entry => ({ ...entry, value: this.fill(entry.value, [...path, entry.key]) })),
      };
    if (node.kind === 'list') return { ...node, items: node.items.map((item, i) => this.fill(item, [...path, i])) };
    if (typeof node.value !== 'string' || !node.value.includes('${{')) return node;
    return this.scalar(node, node.value, path);
  }

  private scalar(node: ScalarNode, text: string, path: Path): TreeNode {
    const [whole, only] = /^\s*\$\{\{([^{}]*)\}\}\s*$/.exec(text) ?? [];
    if (whole !== undefined) {
      const value = this.value(only ?? '', node, path);
      return value === undefined ? node : moved(value, node);
    }
    const filled = text.replace(reference, (written, name: string) => {
      const value = this.value(name, node, path);
      if (value === undefined) return written;
      if (value.kind === 'scalar') return String(value.value ?? '');
      this.problem(node, path, {
        code: 'bad-param',
        message: `\`${name.trim()}\` is a list, which cannot be a part of a text. Let \`${written}\` stand alone.`,
      });
      return written;
    });
    return { ...node, value: filled, source: filled };
  }

  private value(written: string, node: ScalarNode, path: Path): TreeNode | undefined {
    const expression = written.trim();
    const [, name] = /^params\.(.+)$/.exec(expression) ?? [];
    const value = name === undefined ? undefined : this.params.get(name);
    if (value !== undefined) return value;
    const names = [...this.params.keys()].map(key => `params.${key}`);
    const suggestion = suggest(expression, names);
    const known =
      names.length === 0
        ? ' Declare it under `params:` of the pipeline.'
        : ` There ${names.length === 1 ? 'is' : 'are'} ${listed(names, 'and')}.`;
    this.problem(node, path, {
      code: 'unknown-param',
      message: `\`${expression}\` is not a parameter of this pipeline.${suggestion === undefined ? known : didYouMean(suggestion)}`,
    });
    return undefined;
  }

  private problem(node: Span, path: Path, said: Pick<Problem, 'code' | 'message'>): void {
    this.problems.push({ start: node.start, end: node.end, key: dotted([...this.above, ...path]), ...said });
  }
}

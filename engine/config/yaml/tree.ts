import type { Span } from './lineIndex';

/** A YAML document reduced to what the config needs: keys are text, aliases are followed, every node has its place. */
export type TreeNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes. */
  readonly source: string;
  /** Nothing is written: `needs:` */
  readonly empty: boolean;
}
export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}
export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: TreeNode;
}
export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly TreeNode[];
}

export type Path = readonly (string | number)[];

export const emptyScalar = (at: number): ScalarNode => ({
  kind: 'scalar',
  start: at,
  end: at,
  value: null,
  source: '',
  empty: true,
});

export const entryOf = (node: TreeNode | undefined, key: string): MapEntry | undefined =>
  node?.kind === 'map' ? node.entries.find(entry => entry.key === key) : undefined;

export const child = (node: TreeNode | undefined, key: string): TreeNode | undefined => entryOf(node, key)?.value;

export const entriesOf = (node: TreeNode | undefined): readonly MapEntry[] =>
  node?.kind === 'map' ? node.entries : [];

export const textOf = (node: TreeNode | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

/** The texts of a list, or of a single text. */
export function textsOf(node: TreeNode | undefined): readonly (ScalarNode & { readonly value: string })[] {
  const nodes = node?.kind === 'list' ? node.items : node ? [node] : [];
  return nodes.filter(
    (item): item is ScalarNode & { readonly value: string } => item.kind === 'scalar' && typeof item.value === 'string',
  );
}

/** Plain values. Maps have no prototype, so that no key can be mistaken for an inherited one. */
export function toPlain(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  const plain: Record<string, unknown> = { __proto__: null };
  for (const entry of node.entries) plain[entry.key] = toPlain(entry.value);
  return plain;
}

/** The deepest node on the path that exists, with the entry that holds it. */
export function locate(
  root: TreeNode,
  path: Path,
): { readonly node: TreeNode; readonly entry?: MapEntry; readonly depth: number } {
  let node = root;
  let entry: MapEntry | undefined;
  let depth = 0;
  for (const step of path) {
    const next = node.kind === 'list' ? node.items[Number(step)] : undefined;
    const nextEntry = entryOf(node, String(step));
    if (!next && !nextEntry) break;
    entry = nextEntry;
    node = nextEntry?.value ?? next ?? node;
    depth += 1;
  }
  return entry ? { node, entry, depth } : { node, depth };
}

/**
 * A dotted path as it is spoken (`models.credit-risk.gates.staging.0`) as the path in this tree. Keys may contain dots
 * themselves: at each map the longest key that fits is taken.
 */
export function pathOf(root: TreeNode, dotted: string): Path {
  const path: (string | number)[] = [];
  let node: TreeNode | undefined = root;
  let rest = dotted.replace(/\[(\d+)\]/g, '.$1');
  while (node && rest !== '') {
    const found: MapEntry | undefined = node.kind === 'map' ? longestKey(node, rest) : undefined;
    const head: string = found?.key ?? rest.split('.', 1)[0] ?? rest;
    path.push(node.kind === 'list' ? Number(head) : head);
    node = node.kind === 'list' ? node.items[Number(head)] : found?.value;
    rest = rest.slice(head.length + 1);
  }
  return rest === '' ? path : [...path, rest];
}

function longestKey(node: MapNode, rest: string): MapEntry | undefined {
  let best: MapEntry | undefined;
  for (const entry of node.entries) {
    const fits = rest === entry.key || rest.startsWith(`${entry.key}.`);
    if (fits && (!best || entry.key.length > best.key.length)) best = entry;
  }
  return best;
}

export const dotted = (path: Path): string => path.join('.');

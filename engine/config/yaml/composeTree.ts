import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Span } from './lineIndex';
import type { Problem } from './problem';
import { limits } from './tokens';
import { emptyScalar, type MapEntry, type TreeNode } from './tree';

type AnyNode = ParsedNode | Scalar | Alias | null | undefined;

/** Makes the tree out of the library's nodes. Its problems are those of keys and aliases. */
export class TreeComposer {
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, { readonly node: TreeNode; readonly size: number }>();
  #expanded = 0;

  /** `at`: where a value that is not written would stand. */
  compose(node: unknown, at: number): TreeNode {
    return this.#node(node, at).node;
  }

  #node(node: unknown, at: number): Sized {
    if (isAlias(node)) return this.#alias(node, at);
    const made = this.#plain(node, at);
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      this.#anchors.set(node.anchor, made);
    return made;
  }

  #plain(node: unknown, at: number): Sized {
    if (isMap(node)) return this.#map(node, at);
    if (isSeq(node)) {
      const span = spanOf(node, at);
      const items = node.items.map(item => this.#node(item, span.start));
      return { node: { kind: 'list', ...span, items: items.map(item => item.node) }, size: total(items) };
    }
    if (isScalar(node)) return { node: scalar(node, at), size: 1 };
    return { node: emptyScalar(at), size: 1 };
  }

  #map(map: YAMLMap, at: number): Sized {
    const span = spanOf(map, at);
    const seen = new Map<string, MapEntry>();
    const twice = new Set<string>();
    const sizes: Sized[] = [];
    for (const pair of map.items) {
      const key = this.#key(pair, span.start);
      if (!key) continue;
      const value = this.#node(pair.value, key.span.end);
      const first = seen.get(key.text);
      if (first) this.#duplicate(key, first, twice);
      else {
        seen.set(key.text, { key: key.text, keySpan: key.span, value: value.node });
        sizes.push(value);
      }
    }
    return { node: { kind: 'map', ...span, entries: [...seen.values()] }, size: total(sizes) };
  }

  #key(pair: Pair, at: number): { readonly text: string; readonly span: Span } | undefined {
    const { key } = pair;
    if (isScalar(key)) {
      const span = spanOf(key, at);
      if (span.end === span.start && key.value === null && pair.value == null) return undefined;
      return { text: typeof key.value === 'string' ? key.value : (key.source ?? ''), span };
    }
    if (key == null) return undefined;
    const span = isMap(key) || isSeq(key) || isAlias(key) ? spanOf(key, at) : { start: at, end: at };
    this.problems.push({
      ...span,
      code: 'yaml',
      message: 'A key must be a plain text, not a list, mapping or alias.',
      key: '',
    });
    return undefined;
  }

  #duplicate(key: { readonly text: string; readonly span: Span }, first: MapEntry, twice: Set<string>): void {
    this.problems.push({ ...key.span, code: 'duplicate-key', message: key.text, key: String(first.keySpan.start) });
    if (twice.has(key.text)) return;
    twice.add(key.text);
    const span = { start: first.keySpan.start, end: first.keySpan.end };
    const place = String(key.span.start);
    this.problems.push({ ...span, severity: 'information', code: 'duplicate-key', message: key.text, key: place });
  }

  #alias(alias: Alias, at: number): Sized {
    const span = spanOf(alias, at);
    const target = this.#anchors.get(alias.source);
    if (!target) {
      const message = `No anchor \`&${alias.source}\` is complete before this alias. An alias can only repeat what stands above it.`;
      this.problems.push({ ...span, code: 'yaml', message, key: '' });
      return { node: emptyScalar(span.end), size: 1 };
    }
    this.#expanded += target.size;
    if (this.#expanded <= limits.expandedNodes) return target;
    const message = `With its aliases expanded this file has more than ${limits.expandedNodes.toLocaleString('en')} values; that is refused. Write fewer aliases of aliases.`;
    if (!this.problems.some(problem => problem.code === 'aliases')) {
      this.problems.push({ ...span, code: 'aliases', message, key: '' });
    }
    return { node: emptyScalar(span.end), size: 1 };
  }
}

interface Sized {
  readonly node: TreeNode;
  /** Nodes when every alias is written out. */
  readonly size: number;
}

const total = (parts: readonly Sized[]): number => parts.reduce((sum, part) => sum + part.size, 1);

function spanOf(node: NonNullable<AnyNode> | YAMLMap | { range?: unknown }, at: number): Span {
  const range: unknown = node.range;
  if (!Array.isArray(range)) return { start: at, end: at };
  const start: unknown = range[0];
  const end: unknown = range[1];
  return typeof start === 'number' && typeof end === 'number'
    ? { start, end: Math.max(start, end) }
    : { start: at, end: at };
}

function scalar(node: Scalar, at: number): TreeNode {
  const span = spanOf(node, at);
  const { value } = node;
  const source = node.source ?? '';
  if (value === null && source === '' && node.type === 'PLAIN') return emptyScalar(at);
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', ...span, value, source, empty: false };
  }
  return { kind: 'scalar', ...span, value: source, source, empty: false };
}

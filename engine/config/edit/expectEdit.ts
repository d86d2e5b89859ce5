import type { ConfigEdit } from '../../protocol/config';
import type { Span } from '../yaml/lineIndex';
import { child, entryOf, type ListNode, type MapEntry, type MapNode, type TreeNode } from '../yaml/tree';
import type { RuleText } from './ruleEdit';
import { flowText } from './flowText';

type Entry = Readonly<Record<string, unknown>>;

/**
 * How the text of modelyard.yaml has to change so that a dataset expects more; comments and layout stay as they are.
 * @returns undefined when there is no such dataset, or when it is written in a way that nothing can be put into
 */
export function expectEdit(
  { root, text, lines }: RuleText,
  dataset: string,
  entries: readonly Entry[],
): ConfigEdit | undefined {
  const node = child(child(root, 'datasets'), dataset);
  if (node?.kind !== 'map' || entries.length === 0) return undefined;
  const edit = insertion({ text, node, entries });
  return edit && { range: lines.range(edit), text: edit.text };
}

interface Insertion extends Span {
  readonly text: string;
}
interface Wanted {
  readonly text: string;
  readonly node: MapNode;
  readonly entries: readonly Entry[];
}

function insertion({ text, node, entries }: Wanted): Insertion | undefined {
  const expect = entryOf(node, 'expect');
  const isFlow = text[node.start] === '{';
  if (expect === undefined) return isFlow ? intoFlowMap(text, node, entries) : afterLastKey(text, node, entries);
  const { value } = expect;
  if (value.kind === 'list')
    return text[value.start] === '[' ? intoFlowList(text, value, entries) : intoBlock(text, value, entries);
  return value.kind === 'scalar' && value.empty && !isFlow ? behindKey(text, expect, entries) : undefined;
}

function intoBlock(text: string, list: ListNode, entries: readonly Entry[]): Insertion | undefined {
  const [first, last] = [list.items[0], list.items.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const before = text.slice(lineStart(text, first.start), first.start);
  const indent = /^([ \t]*)-[ \t]+$/.exec(before)?.[1];
  return indent === undefined ? undefined : linesAt(text, endOf(text, last), { indent, entries });
}

function intoFlowList(text: string, list: ListNode, entries: readonly Entry[]): Insertion | undefined {
  const close = text.lastIndexOf(']', list.end);
  if (close < list.start) return undefined;
  const inside = text.slice(list.start + 1, close).trimEnd();
  const at = list.start + 1 + inside.length;
  // A comment behind the last item would swallow what follows.
  if (/#[^\n]*$/.test(inside)) return undefined;
  const comma = inside.trim() === '' || inside.endsWith(',') ? '' : ', ';
  return { start: at, end: at, text: comma + entries.map(flowText).join(', ') };
}

function intoFlowMap(text: string, node: MapNode, entries: readonly Entry[]): Insertion | undefined {
  const last = node.entries.at(-1);
  if (last === undefined) return undefined;
  const at = last.value.start + text.slice(last.value.start, last.value.end).trimEnd().length;
  return { start: at, end: at, text: `, expect: [${entries.map(flowText).join(', ')}]` };
}

function afterLastKey(text: string, node: MapNode, entries: readonly Entry[]): Insertion | undefined {
  const [first, last] = [node.entries[0], node.entries.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const indent = text.slice(lineStart(text, first.keySpan.start), first.keySpan.start);
  if (!/^[ \t]*$/.test(indent)) return undefined;
  const { start, text: rules } = linesAt(text, endOf(text, last.value), { indent: `${indent}  `, entries });
  return { start, end: start, text: `${lineBreak(text)}${indent}expect:${rules}` };
}

function behindKey(text: string, { keySpan }: MapEntry, entries: readonly Entry[]): Insertion | undefined {
  const indent = text.slice(lineStart(text, keySpan.start), keySpan.start);
  if (!/^[ \t]*$/.test(indent)) return undefined;
  return linesAt(text, lineEnd(text, keySpan.end), { indent: `${indent}  `, entries });
}

/** One line an entry, from the end of the line at `end`. */
function linesAt(
  text: string,
  end: number,
  { indent, entries }: { readonly indent: string; readonly entries: readonly Entry[] },
): Insertion {
  const lines = entries.map(entry => `${lineBreak(text)}${indent}- ${flowText(entry)}`);
  return { start: end, end, text: lines.join('') };
}

const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** The end of a node's last line, behind a comment that stands there. */
function endOf(text: string, { start, end }: TreeNode): number {
  return lineEnd(text, start + text.slice(start, end).trimEnd().length);
}

function lineEnd(text: string, from: number): number {
  const rest = /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
  return from + rest.trimEnd().length;
}

import { CST, Lexer } from 'yaml';
import { isMapping } from '../grammar/facts';
import { readStructure, type Structure } from '../parse';
import { limits } from '../yaml/tokens';
import type { Span } from '../yaml/lineIndex';
import type { MapNode, TreeNode } from '../yaml/tree';
import type { Site } from '../walk';

/** Where a proposal would go, and what stands around it. */
export interface Cursor {
  /** The text with a mark in the place of the half-typed word: broken text becomes readable that way. */
  readonly reading: Structure;
  /** Of the text as it is: what a proposal replaces. */
  readonly word: Span;
  /** What stands in the line before the word. */
  readonly lineBefore: string;
  readonly inFlow: boolean;
  readonly inQuotes: boolean;
  /** A `:` follows already. */
  readonly hasColon: boolean;
  readonly target: CursorTarget;
}

export type CursorTarget =
  | { readonly kind: 'key'; readonly site: Site; readonly node: MapNode; readonly indent: number }
  | { readonly kind: 'value'; readonly site: Site };

export const mark = 'zzCursorzz';

/** What the cursor's place means; undefined in comments, and where the grammar knows nothing. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  if (text.length > limits.characters) return undefined;
  const word = wordAt(text, offset);
  const before = text.slice(0, word.start);
  const state = lexState(before);
  if (state.inComment) return undefined;
  const after = text.slice(word.end);
  const hasColon = /^["']?[ \t]*:(\s|$)/.test(after);
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const facts = { word, lineBefore, inFlow: state.brackets.length > 0, inQuotes: state.quote !== '', hasColon };
  const atKey = !facts.inFlow && !hasColon && /^[ \t]*(- +)*["']?$/.test(lineBefore);
  const closing = state.quote + [...state.brackets].reverse().join('');
  const readable = [
    ...(atKey ? [`${before}${mark}${state.quote}:${after}`] : []),
    `${before}${mark}${after}`,
    ...(atKey ? [`${before}${mark}${state.quote}:`] : []),
    `${before}${mark}${closing}`,
  ];
  for (const candidate of readable) {
    const reading = readStructure(candidate);
    const target = targetOf(reading);
    if (target) return { reading, target, ...facts };
  }
  return undefined;
}

function wordAt(text: string, offset: number): Span {
  let start = offset;
  let end = offset;
  while (start > 0 && isWord(text, start - 1)) start -= 1;
  while (end < text.length && isWord(text, end)) end += 1;
  // `-` is part of a name, but a list's dash is none.
  while (start < end && text[start] === '-') start += 1;
  return start > offset ? { start: offset, end: offset } : { start, end };
}

const isWord = (text: string, at: number): boolean => /[\p{L}\p{N}_.-]/u.test(text[at] ?? '');

interface LexState {
  /** What closes each bracket that is open, outermost first. */
  readonly brackets: readonly string[];
  readonly quote: '' | '"' | "'";
  readonly inComment: boolean;
}

function lexState(before: string): LexState {
  const brackets: string[] = [];
  let last = '';
  for (const lexeme of new Lexer().lex(before)) {
    const kind = CST.tokenType(lexeme);
    if (kind === 'flow-map-start') brackets.push('}');
    if (kind === 'flow-seq-start') brackets.push(']');
    if (kind === 'flow-map-end' || kind === 'flow-seq-end') brackets.pop();
    if (kind !== 'flow-error-end') last = lexeme;
  }
  const open = last[0];
  const quote = (open === '"' || open === "'") && !isClosed(last, open) ? open : '';
  return { brackets, quote, inComment: last.startsWith('#') };
}

const isClosed = (lexeme: string, quote: string): boolean => lexeme.length > 1 && lexeme.trimEnd().endsWith(quote);

function targetOf(reading: Structure): CursorTarget | undefined {
  for (const site of reading.sites) {
    const { node, schema } = site;
    if (node.kind === 'map' && isMapping(schema)) {
      const entry = node.entries.find(one => one.key === mark);
      if (entry)
        return { kind: 'key', site, node, indent: reading.tree.lines.position(entry.keySpan.start).column - 1 };
    }
    if (isMarked(node) && schema.type !== 'unknown') return { kind: 'value', site };
  }
  return undefined;
}

const isMarked = (node: TreeNode): boolean =>
  node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes(mark);

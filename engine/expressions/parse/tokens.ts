import { ExpressionFlaw } from '../flaw';

export interface Token {
  readonly kind: 'name' | 'word' | 'text' | 'number' | 'operator' | 'end';
  /** As written; of a text or a quoted name what stands between the quotes. */
  readonly text: string;
  /** From 0. */
  readonly from: number;
  readonly to: number;
}

/** Number, bare word, quoted text, quoted name, operator; the alternatives are tried in this order. */
const pattern =
  /(?:\s|--[^\n]*)*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_.]))|([\p{L}_][\p{L}\p{N}_.]*)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|(==|!=|<>|<=|>=|\|\||::|\*\*|\/\/|[-+*/%^=<>(),]))/uy;
const blank = /^(?:\s|--[^\n]*)*/;

/** @throws ExpressionFlaw that points at what cannot be read */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const from = at + (blank.exec(text.slice(at))?.[0].length ?? 0);
    if (from === text.length) break;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw unreadable(text, from);
    at = pattern.lastIndex;
    tokens.push({ ...tokenOf(match), from, to: at });
  }
  return [...tokens, { kind: 'end', text: '', from: text.length, to: text.length }];
}

function tokenOf(match: RegExpExecArray): Pick<Token, 'kind' | 'text'> {
  const [, number, word, text, name, ticked, operator] = match;
  if (number !== undefined) return { kind: 'number', text: number };
  if (word !== undefined) return { kind: 'word', text: word };
  if (text !== undefined) return { kind: 'text', text: text.replaceAll("''", "'") };
  if (name !== undefined) return { kind: 'name', text: name.replaceAll('""', '"') };
  if (ticked !== undefined) return { kind: 'name', text: ticked.replaceAll('``', '`') };
  return { kind: 'operator', text: operator ?? '' };
}

function unreadable(text: string, from: number): ExpressionFlaw {
  const open = text[from] ?? '';
  if (open === "'" || open === '"' || open === '`')
    return new ExpressionFlaw(`the quote ${open} is never closed`, { from, to: text.length });
  const shown = /^[\d.]/.test(open)
    ? /^[\p{L}\p{N}_.]+/u.exec(text.slice(from))![0]
    : String.fromCodePoint(text.codePointAt(from)!);
  const what = /^\d/.test(shown) ? 'is no number' : 'cannot stand here';
  return new ExpressionFlaw(`\`${shown}\` ${what}`, { from, to: from + shown.length });
}

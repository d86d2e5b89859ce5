import { ModelyardError } from '../../errors';

export interface Token {
  readonly kind: 'name' | 'word' | 'text' | 'number' | 'operator' | 'end';
  /** As written; of a text or a quoted name what stands between the quotes. */
  readonly text: string;
  /** From 0. */
  readonly at: number;
}

/** Number, bare word, quoted text or name, operator; the alternatives are tried in this order. */
const pattern =
  /\s*(?:([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_]))|([\p{L}_][\p{L}\p{N}_.]*)|'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`]|``)*)`|(==|!=|<>|<=|>=|=|<|>|\(|\)|,))/uy;

/** @throws ModelyardError `config.invalid` that points at what cannot be read */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw unreadable(text, at + text.slice(at).search(/\S/));
    tokens.push(tokenOf(match));
    at = pattern.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

function tokenOf(match: RegExpExecArray): Token {
  const [all, number, word, single, double, name, operator] = match;
  const at = match.index + all.search(/\S/);
  if (number !== undefined) return { kind: 'number', text: number, at };
  if (word !== undefined) return { kind: 'word', text: word, at };
  if (single !== undefined) return { kind: 'text', text: single.replaceAll("''", "'"), at };
  if (double !== undefined) return { kind: 'text', text: double.replace(/\\(.)/gs, '$1'), at };
  if (name !== undefined) return { kind: 'name', text: name.replaceAll('``', '`'), at };
  return { kind: 'operator', text: operator ?? '', at };
}

function unreadable(text: string, at: number): ModelyardError {
  const open = text[at] ?? '';
  if (open === "'" || open === '"' || open === '`')
    return conditionError(text, at, `the quote ${open} is never closed`);
  return conditionError(text, at, `${JSON.stringify(open)} cannot stand here`);
}

/** @param at place in the text, from 0 */
export const conditionError = (text: string, at: number, what: string): ModelyardError =>
  new ModelyardError('config.invalid', `Condition \`${text}\`, column ${at + 1}: ${what}.`, {
    fix: "Write conditions like `age <= 25 and housing in ('own', 'rent')`; put odd column names into backticks.",
    data: { column: at + 1 },
  });

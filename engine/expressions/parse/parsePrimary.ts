import { ExpressionFlaw, type Span } from '../flaw';
import type { ExpressionNode } from '../node';
import { intervalOf } from './interval';
import type { TokenStream } from './tokenStream';

type Inner = () => ExpressionNode;

/** Words that begin or join something, and so are no column unless quoted. */
export const reservedWords: readonly string[] = [
  ...['and', 'or', 'not', 'in', 'is', 'between', 'like', 'ilike', 'escape', 'null', 'true', 'false'],
  ...['case', 'when', 'then', 'else', 'end', 'cast', 'try_cast', 'as'],
];

/** A value, a column, a call, `case … end`, or an expression in parentheses. */
export function parsePrimary(tokens: TokenStream, inner: Inner): ExpressionNode {
  const { kind, text, from } = tokens.peek;
  switch (kind) {
    case 'number':
      tokens.take();
      return number(text, tokens.span(from));
    case 'text':
      tokens.take();
      return { kind: 'literal', value: text, span: tokens.span(from) };
    case 'name':
      tokens.take();
      return { kind: 'column', name: text, isQuoted: true, span: tokens.span(from) };
    case 'word':
      return word(tokens, inner);
    case 'operator':
      if (!tokens.takeOperator('(')) break;
      return parenthesised(tokens, inner);
    case 'end':
      break;
  }
  throw tokens.expected('a value or a column');
}

function parenthesised(tokens: TokenStream, inner: Inner): ExpressionNode {
  if (tokens.isWord('select', 'with'))
    throw new ExpressionFlaw('a query cannot stand here: an expression sees one row', tokens.peek);
  const node = inner();
  tokens.expectOperator(')');
  return node;
}

function number(text: string, span: Span): ExpressionNode {
  const value = Number(text);
  const isDecimal = /[.eE]/.test(text);
  if (!Number.isFinite(value)) throw new ExpressionFlaw(`${text} is too large`, span);
  if (!isDecimal && !Number.isSafeInteger(value))
    throw new ExpressionFlaw(`${text} is larger than an integer can be (2^53 − 1)`, span, {
      fix: `Write ${text}.0 if it may be rounded.`,
    });
  return { kind: 'literal', value, isDecimal, span };
}

function word(tokens: TokenStream, inner: Inner): ExpressionNode {
  const { text, from } = tokens.peek;
  const lower = text.toLowerCase();
  const { next } = tokens;
  if (lower === 'null' || lower === 'true' || lower === 'false') {
    tokens.take();
    return { kind: 'literal', value: lower === 'null' ? null : lower === 'true', span: tokens.span(from) };
  }
  if (lower === 'case') return caseOf(tokens, inner);
  if (lower === 'interval' && (next.kind === 'text' || next.kind === 'number')) return intervalOf(tokens);
  if (next.kind === 'text' && ['date', 'timestamp', 'datetime'].includes(lower)) {
    const to = tokens.take();
    const { text: value, from: start } = tokens.take();
    const operand: ExpressionNode = { kind: 'literal', value, span: tokens.span(start) };
    return { kind: 'cast', operand, to: lower, toSpan: to, span: tokens.span(from) };
  }
  if (next.kind === 'operator' && next.text === '(' && !isReservedOther(lower)) return call(tokens, inner);
  if (reservedWords.includes(lower))
    throw tokens.expected('a value or a column', {
      fix: `Write "${text}" in double quotes if a column has that name.`,
    });
  tokens.take();
  return { kind: 'column', name: text, isQuoted: false, span: tokens.span(from) };
}

const isReservedOther = (word: string): boolean =>
  reservedWords.includes(word) && word !== 'cast' && word !== 'try_cast';

function caseOf(tokens: TokenStream, inner: Inner): ExpressionNode {
  const { from } = tokens.take();
  const subject = tokens.isWord('when') ? undefined : inner();
  const whens: { when: ExpressionNode; then: ExpressionNode }[] = [];
  while (tokens.takeWords('when')) {
    const value = inner();
    tokens.expectWord('then');
    const when: ExpressionNode = subject
      ? { kind: 'binary', operator: '=', left: subject, right: value, span: value.span }
      : value;
    whens.push({ when, then: inner() });
  }
  if (whens.length === 0) throw tokens.expected('`when`');
  const otherwise = tokens.takeWords('else') ? inner() : undefined;
  tokens.expectWord('end');
  return { kind: 'case', whens, ...(otherwise && { otherwise }), span: tokens.span(from) };
}

function call(tokens: TokenStream, inner: Inner): ExpressionNode {
  const { text, from, to } = tokens.take();
  const name = text.toLowerCase();
  tokens.expectOperator('(');
  const ends = (args: readonly ExpressionNode[], called = name): ExpressionNode => {
    tokens.expectOperator(')');
    return { kind: 'call', name: called, nameSpan: { from, to }, args, span: tokens.span(from) };
  };
  if (name === 'cast' || name === 'try_cast') {
    const operand = inner();
    tokens.expectWord('as');
    const type = typeName(tokens);
    tokens.expectOperator(')');
    return { kind: 'cast', operand, ...type, span: tokens.span(from) };
  }
  if (name === 'extract' && (tokens.peek.kind === 'word' || tokens.peek.kind === 'text')) {
    const part = tokens.take();
    const value: ExpressionNode = { kind: 'literal', value: part.text, span: part };
    tokens.expectWord('from');
    return ends([value, inner()], 'date_part');
  }
  if (tokens.takeOperator(')'))
    return { kind: 'call', name, nameSpan: { from, to }, args: [], span: tokens.span(from) };
  const args = [inner()];
  const isSubstring = name === 'substring' || name === 'substr';
  if (isSubstring && tokens.takeWords('from')) {
    args.push(inner());
    if (tokens.takeWords('for')) args.push(inner());
  }
  while (tokens.takeOperator(',')) args.push(inner());
  return ends(args);
}

/** The name of a type after `::` or `as`, such as `double precision` or `varchar(20)`. */
export function typeName(tokens: TokenStream): { readonly to: string; readonly toSpan: Span } {
  const { kind, from } = tokens.peek;
  if (kind !== 'word') throw tokens.expected('a type');
  let to = tokens.take().text.toLowerCase();
  if (to === 'double' && tokens.takeWords('precision')) to = 'double precision';
  if (tokens.takeOperator('(')) {
    while (tokens.peek.kind === 'number' || tokens.isOperator(',')) tokens.take();
    tokens.expectOperator(')');
  }
  return { to, toSpan: tokens.span(from) };
}

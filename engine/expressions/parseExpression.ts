import { ExpressionFlaw } from './flaw';
import type { BinaryOperator, ExpressionNode } from './node';
import { parsePrimary, typeName } from './parse/parsePrimary';
import { TokenStream } from './parse/tokenStream';

/** Characters; what is longer is no expression of a column. */
const longestExpression = 4000;

/**
 * Parses one SQL expression. Operators bind as in PostgreSQL: `::`, then `-` before a value, `^`, `* / // %`, `+ -`,
 * `||`, `between`/`in`/`like`, comparisons, `is`, `not`, `and`, `or`.
 * @throws ExpressionFlaw
 */
export function parseExpression(text: string): ExpressionNode {
  if (text.length > longestExpression)
    throw new ExpressionFlaw(
      `the expression has ${text.length} characters; ${longestExpression} are allowed`,
      { from: longestExpression, to: text.length },
      { fix: 'Compute parts of it as features of their own, and use their names.' },
    );
  const tokens = new TokenStream(text);
  const first = tokens.peek;
  if (first.kind === 'end') throw new ExpressionFlaw('the expression is empty', first);
  const node = new ExpressionParser(tokens).expression();
  const rest = tokens.peek;
  if (rest.kind !== 'end') throw tooMuch(tokens);
  return node;
}

class ExpressionParser {
  readonly #tokens: TokenStream;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
  }

  expression(): ExpressionNode {
    return this.#tokens.deeper(() =>
      this.#chain(
        () =>
          this.#chain(
            () => this.#not(),
            () => (this.#tokens.takeWords('and') ? 'and' : undefined),
          ),
        () => (this.#tokens.takeWords('or') ? 'or' : undefined),
      ),
    );
  }

  /** `a + b - c`, from the left. */
  #chain(part: () => ExpressionNode, operatorOf: () => BinaryOperator | undefined): ExpressionNode {
    const { from } = this.#tokens.peek;
    let left = part();
    for (;;) {
      const operator = operatorOf();
      if (operator === undefined) return left;
      const right = part();
      left = { kind: 'binary', operator, left, right, span: this.#tokens.span(from) };
    }
  }

  #not(): ExpressionNode {
    const { from } = this.#tokens.peek;
    if (!this.#tokens.takeWords('not')) return this.#is();
    const operand = this.#tokens.deeper(() => this.#not());
    return { kind: 'unary', operator: 'not', operand, span: this.#tokens.span(from) };
  }

  #is(): ExpressionNode {
    const tokens = this.#tokens;
    const { from } = tokens.peek;
    let node = this.#comparison();
    for (;;) {
      if (tokens.takeWords('isnull')) node = { kind: 'is', what: 'null', operand: node, span: tokens.span(from) };
      else if (tokens.takeWords('notnull')) node = this.#negated({ kind: 'is', what: 'null', operand: node }, from);
      else if (tokens.takeWords('is')) node = this.#isWhat(node, from);
      else return node;
    }
  }

  #isWhat(operand: ExpressionNode, from: number): ExpressionNode {
    const tokens = this.#tokens;
    const not = tokens.takeWords('not');
    if (tokens.takeWords('distinct', 'from')) {
      const operator = not ? 'is not distinct from' : 'is distinct from';
      const right = this.#comparison();
      return { kind: 'binary', operator, left: operand, right, span: tokens.span(from) };
    }
    for (const what of ['null', 'true', 'false'] as const) {
      if (!tokens.takeWords(what)) continue;
      if (not) return this.#negated({ kind: 'is', what, operand }, from);
      return { kind: 'is', what, operand, span: tokens.span(from) };
    }
    throw tokens.expected('`null`, `true`, `false` or `distinct from`');
  }

  #comparison(): ExpressionNode {
    const tokens = this.#tokens;
    const { from } = tokens.peek;
    const left = this.#test();
    const operator = tokens.peek.kind === 'operator' ? comparisons.get(tokens.peek.text) : undefined;
    if (operator === undefined) return left;
    tokens.take();
    const right = this.#test();
    return { kind: 'binary', operator, left, right, span: tokens.span(from) };
  }

  /** `between`, `in` and `like`, or neither. */
  #test(): ExpressionNode {
    const tokens = this.#tokens;
    const { from } = tokens.peek;
    const operand = this.#joined();
    const word = tokens.peek;
    const { kind, text } = tokens.next;
    const isNot =
      tokens.isWord('not') && kind === 'word' && ['between', 'in', 'like', 'ilike'].includes(text.toLowerCase());
    if (isNot) tokens.take();
    const test = this.#testOf(operand, from);
    if (test === undefined) return operand;
    return isNot ? { kind: 'unary', operator: 'not', operand: test, span: { from: word.from, to: tokens.end } } : test;
  }

  #testOf(operand: ExpressionNode, from: number): ExpressionNode | undefined {
    const tokens = this.#tokens;
    if (tokens.takeWords('between')) {
      const low = this.#joined();
      tokens.expectWord('and');
      const high = this.#joined();
      const span = tokens.span(from);
      const left: ExpressionNode = { kind: 'binary', operator: '>=', left: operand, right: low, span };
      const right: ExpressionNode = { kind: 'binary', operator: '<=', left: operand, right: high, span };
      return { kind: 'binary', operator: 'and', left, right, span };
    }
    if (tokens.takeWords('in')) {
      tokens.expectOperator('(');
      const list = [this.expression()];
      while (tokens.takeOperator(',')) list.push(this.expression());
      tokens.expectOperator(')');
      return { kind: 'in', operand, list, span: tokens.span(from) };
    }
    const anyCase = tokens.isWord('ilike');
    if (!tokens.takeWords('like') && !tokens.takeWords('ilike')) return undefined;
    const pattern = this.#joined();
    const escape = tokens.takeWords('escape') ? this.#joined() : undefined;
    return { kind: 'like', operand, pattern, ...(escape && { escape }), anyCase, span: tokens.span(from) };
  }

  #joined(): ExpressionNode {
    return this.#chain(
      () => this.#sum(),
      () => this.#operator(['||']),
    );
  }

  #sum(): ExpressionNode {
    return this.#chain(
      () => this.#product(),
      () => this.#operator(['+', '-']),
    );
  }

  #product(): ExpressionNode {
    return this.#chain(
      () => this.#power(),
      () => this.#operator(['*', '/', '//', '%']),
    );
  }

  #power(): ExpressionNode {
    return this.#chain(
      () => this.#sign(),
      () => this.#operator(['^']) ?? (this.#tokens.takeOperator('**') ? '^' : undefined),
    );
  }

  #operator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    return operators.find(operator => this.#tokens.takeOperator(operator));
  }

  #sign(): ExpressionNode {
    const tokens = this.#tokens;
    const { from } = tokens.peek;
    if (tokens.takeOperator('+')) return tokens.deeper(() => this.#sign());
    if (!tokens.takeOperator('-')) return this.#cast();
    const operand = tokens.deeper(() => this.#sign());
    return { kind: 'unary', operator: '-', operand, span: tokens.span(from) };
  }

  #cast(): ExpressionNode {
    const tokens = this.#tokens;
    const { from } = tokens.peek;
    let node = parsePrimary(tokens, () => this.expression());
    while (tokens.takeOperator('::')) {
      const { to, toSpan } = typeName(tokens);
      node = { kind: 'cast', operand: node, to, toSpan, span: tokens.span(from) };
    }
    return node;
  }

  #negated(
    test: { kind: 'is'; what: 'null' | 'true' | 'false'; operand: ExpressionNode },
    from: number,
  ): ExpressionNode {
    const span = this.#tokens.span(from);
    return { kind: 'unary', operator: 'not', operand: { ...test, span }, span };
  }
}

function tooMuch(tokens: TokenStream): ExpressionFlaw {
  const { peek } = tokens;
  if (peek.text === ')') return new ExpressionFlaw('`)` closes nothing', peek);
  if (peek.kind === 'operator' && comparisons.has(peek.text))
    return new ExpressionFlaw('comparisons do not follow one another', peek, { fix: 'Write `a < b and b < c`.' });
  return new ExpressionFlaw(`${tokens.shown} is too much; an operator may be missing before it`, peek);
}

const comparisons = new Map<string, BinaryOperator>([
  ['=', '='],
  ['==', '='],
  ['!=', '<>'],
  ['<>', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

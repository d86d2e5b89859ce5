import { conditionError, tokenize, type Token } from './condition/conditionTokens';

export type Literal = string | number | boolean;
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type ConditionNode =
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Comparison; readonly literal: Literal }
  | { readonly kind: 'in'; readonly column: string; readonly literals: readonly Literal[]; readonly negated: boolean }
  | { readonly kind: 'null'; readonly column: string; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: 'not'; readonly operand: ConditionNode };

export interface Condition {
  readonly text: string;
  /** Columns that it reads, each once, in order of appearance. */
  readonly columns: readonly string[];
  readonly root: ConditionNode;
}

const deepest = 100;

/**
 * Parses a condition on the columns of a row: `age <= 25 and (housing = 'own' or not purpose in ('car', "radio"))`,
 * `income is not null`. `not` binds before `and`, `and` before `or`; words in any case.
 * @throws ModelyardError `config.invalid` with the column in the text (`data.column`)
 */
export function parseCondition(text: string): Condition {
  return new ConditionParser(text).parse();
}

class ConditionParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #columns = new Set<string>();
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): Condition {
    if (this.#peek().kind === 'end') throw this.#error('the condition is empty');
    const root = this.#or();
    if (this.#peek().kind !== 'end')
      throw this.#error(`${this.#shown()} is too much; \`and\` or \`or\` may be missing`);
    return { text: this.#text, columns: [...this.#columns], root };
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #take(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #isWord(word: string): boolean {
    return this.#peek().kind === 'word' && this.#peek().text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const is = this.#isWord(word);
    if (is) this.#at++;
    return is;
  }

  #takeOperator(operator: string): boolean {
    const is = this.#peek().kind === 'operator' && this.#peek().text === operator;
    if (is) this.#at++;
    return is;
  }

  #or(): ConditionNode {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): ConditionNode {
    let left = this.#not();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): ConditionNode {
    if (++this.#depth > deepest) throw this.#error(`more than ${deepest} conditions stand within one another`);
    try {
      if (this.#takeWord('not')) return { kind: 'not', operand: this.#not() };
      if (!this.#takeOperator('(')) return this.#test();
      const inner = this.#or();
      if (!this.#takeOperator(')')) throw this.#error(`\`)\` is expected, not ${this.#shown()}`);
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #test(): ConditionNode {
    const column = this.#column();
    if (this.#takeWord('is')) {
      const negated = this.#takeWord('not');
      if (!this.#takeWord('null')) throw this.#error(`\`null\` is expected, not ${this.#shown()}`);
      return { kind: 'null', column, negated };
    }
    if (this.#takeWord('in')) return { kind: 'in', column, literals: this.#list(), negated: false };
    if (this.#takeWord('not')) {
      if (!this.#takeWord('in')) throw this.#error(`\`in\` is expected, not ${this.#shown()}`);
      return { kind: 'in', column, literals: this.#list(), negated: true };
    }
    return { kind: 'compare', column, operator: this.#comparison(), literal: this.#literal() };
  }

  #column(): string {
    const token = this.#peek();
    const reserved = ['and', 'or', 'not', 'in', 'is', 'null', 'true', 'false'].includes(token.text.toLowerCase());
    if (token.kind !== 'name' && (token.kind !== 'word' || reserved))
      throw this.#error(`a column is expected, not ${this.#shown()}`);
    this.#at++;
    this.#columns.add(token.text);
    return token.text;
  }

  #comparison(): Comparison {
    const { kind, text } = this.#peek();
    const operator = kind === 'operator' ? comparisons.get(text) : undefined;
    if (operator === undefined)
      throw this.#error(`one of =, !=, <, <=, >, >=, \`in\` and \`is null\` is expected, not ${this.#shown()}`);
    this.#at++;
    return operator;
  }

  #list(): readonly Literal[] {
    if (!this.#takeOperator('(')) throw this.#error(`\`(\` is expected, not ${this.#shown()}`);
    const literals = [this.#literal()];
    while (this.#takeOperator(',')) literals.push(this.#literal());
    if (!this.#takeOperator(')')) throw this.#error(`\`)\` is expected, not ${this.#shown()}`);
    return literals;
  }

  #literal(): Literal {
    const token = this.#peek();
    const word = token.text.toLowerCase();
    if (token.kind === 'word' && word === 'null')
      throw this.#error('nothing equals null; write `is null` or `is not null`');
    if (token.kind === 'word' && word !== 'true' && word !== 'false')
      throw this.#error(`a value is expected; write a text in quotes: '${token.text}'`);
    if (token.kind !== 'number' && token.kind !== 'text' && token.kind !== 'word')
      throw this.#error(`a number, a text in quotes, true or false is expected, not ${this.#shown()}`);
    this.#take();
    if (token.kind === 'number') return Number(token.text);
    return token.kind === 'text' ? token.text : word === 'true';
  }

  #shown(): string {
    return this.#peek().kind === 'end' ? 'the end' : `\`${this.#peek().text}\``;
  }

  #error(what: string) {
    return conditionError(this.#text, this.#peek().at, what);
  }
}

const comparisons = new Map<string, Comparison>([
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

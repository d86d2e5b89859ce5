import { ExpressionFlaw, type Span } from '../flaw';
import { tokenize, type Token } from './tokens';

const deepest = 100;

/** The tokens of an expression, taken one after the other. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  /** @throws ExpressionFlaw */
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  get next(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!;
  }

  /** Behind the last token that was taken. */
  get end(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0;
  }

  get shown(): string {
    const { kind, text } = this.peek;
    return kind === 'end' ? 'the end' : kind === 'text' ? `'${text}'` : `\`${text}\``;
  }

  take(): Token {
    const token = this.peek;
    this.#at++;
    return token;
  }

  isWord(...words: readonly string[]): boolean {
    return this.peek.kind === 'word' && words.includes(this.peek.text.toLowerCase());
  }

  /** Takes all of the words when they are next. */
  takeWords(...words: readonly string[]): boolean {
    for (const [index, word] of words.entries()) {
      const token = this.#tokens[this.#at + index];
      if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    }
    this.#at += words.length;
    return true;
  }

  isOperator(operator: string): boolean {
    return this.peek.kind === 'operator' && this.peek.text === operator;
  }

  takeOperator(operator: string): boolean {
    const is = this.isOperator(operator);
    if (is) this.#at++;
    return is;
  }

  expectOperator(operator: string): void {
    if (!this.takeOperator(operator)) throw this.expected(`\`${operator}\``);
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw this.expected(`\`${word}\``);
  }

  /** `` `)` is expected, not the end`` */
  expected(what: string, details: { readonly fix?: string } = {}): ExpressionFlaw {
    return new ExpressionFlaw(`${what} is expected, not ${this.shown}`, this.peek, details);
  }

  /** What has begun at `from` and ends with the last token taken. */
  span(from: number): Span {
    return { from, to: this.end };
  }

  /** Runs `work` one level deeper. */
  deeper<T>(work: () => T): T {
    if (++this.#depth > deepest)
      throw new ExpressionFlaw(`more than ${deepest} levels stand within one another`, this.peek);
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}

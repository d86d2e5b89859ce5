import { ModelyardError } from '../errors';

/** `metrics.auc`: `entity` absent: an attribute. `at` is the offset of its first character. */
export interface Identifier {
  readonly entity?: string;
  readonly key: string;
  readonly at: number;
}

export type FilterValue = string | number | readonly string[];

const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
/** After the first dot a key runs on over further dots, and over what people put into keys without quoting. */
const KEY = /[\p{L}\p{N}_][\p{L}\p{N}_.\-/:@]*/uy;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const OPERATOR = /[=!<>]+/y;

/** Reads a filter or an order from left to right; every error says the column. */
export class FilterScanner {
  private at = 0;

  constructor(
    readonly text: string,
    private readonly what: 'filter string' | 'order_by' | 'group',
  ) {}

  get position(): number {
    return this.at;
  }

  skipBlanks(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.at >= this.text.length;
  }

  /** @throws ModelyardError `params.invalid` with the column and what stands there. */
  fail(hint: string, at = this.at): never {
    const rest = this.text.slice(at).trimStart();
    const found = /^(?:'[^']*'?|"[^"]*"?|`[^`]*`?|[+-]?[\p{L}\p{N}_.]+|[=!<>]+|\S)/u.exec(rest)?.[0] ?? '';
    const shown = found === '' ? 'it ends too early' : `'${found.slice(0, 60)}'`;
    const whole = this.text.slice(0, 200);
    const message =
      this.what === 'order_by'
        ? `Invalid order_by clause '${whole}': ${shown}. ${hint} (column ${at + 1})`
        : `Invalid clause(s) in ${this.what}: ${shown}. ${hint} (column ${at + 1} of ${JSON.stringify(whole)})`;
    throw new ModelyardError('params.invalid', message, { data: { column: at + 1 } });
  }

  identifier(): Identifier {
    this.skipBlanks();
    const at = this.at;
    const first = this.quoted('`') ?? this.quoted('"') ?? this.match(WORD);
    if (first === undefined) this.fail('Expected a name such as metrics.auc, params.`learning rate` or start_time.');
    if (this.text.charAt(this.at) !== '.') return { key: first, at };
    this.at++;
    const key = this.quoted('`') ?? this.string() ?? this.match(KEY);
    if (key === undefined || key === '') this.fail(`Expected a name after '${first}.'.`);
    return { entity: first, key, at };
  }

  /** A comparison, upper case, words joined by one blank. */
  comparator(): string {
    this.skipBlanks();
    const operator = this.match(OPERATOR);
    if (operator !== undefined) return operator;
    const words = ['IS NOT NULL', 'IS NULL', 'NOT IN', 'NOT LIKE', 'NOT ILIKE', 'IN', 'LIKE', 'ILIKE'];
    for (const word of words) if (this.keyword(word)) return word;
    return this.fail('Expected a comparison such as =, !=, >, LIKE or IN.');
  }

  /** Takes the words if they come next, in any case and with any blanks between them. */
  keyword(words: string): boolean {
    this.skipBlanks();
    const pattern = new RegExp(`${words.replaceAll(' ', '\\s+')}(?![\\p{L}\\p{N}_.])`, 'iuy');
    return this.match(pattern) !== undefined;
  }

  value(): FilterValue {
    this.skipBlanks();
    if (this.text.charAt(this.at) === '(') return this.list();
    const string = this.string();
    if (string !== undefined) return string;
    const from = this.at;
    const number = this.match(NUMBER);
    if (number === undefined) this.fail("Expected a number, a quoted text such as 'abc', or a list ('a', 'b').");
    if (/[\p{L}\p{N}_.]/u.test(this.text.charAt(this.at))) this.fail('A blank must follow the number.', from);
    return Number(number);
  }

  private list(): readonly string[] {
    this.at++;
    const values: string[] = [];
    for (;;) {
      this.skipBlanks();
      if (values.length > 0 && this.text.charAt(this.at) === ')') break; // a comma may follow the last one
      const value = this.string();
      if (value === undefined) this.fail("Expected a quoted text: a list is written ('a', 'b').");
      values.push(value);
      this.skipBlanks();
      const next = this.text.charAt(this.at);
      if (next !== ',' && next !== ')') this.fail('Expected a comma or a closing parenthesis.');
      if (next === ')') break;
      this.at++;
    }
    this.at++;
    return values;
  }

  private string(): string | undefined {
    return this.quoted("'") ?? this.quoted('"');
  }

  /** Doubled quotes stand for one. */
  private quoted(quote: string): string | undefined {
    if (this.text.charAt(this.at) !== quote) return undefined;
    const from = this.at;
    let value = '';
    for (;;) {
      const end = this.text.indexOf(quote, this.at + 1);
      if (end < 0) this.fail(`The ${quote} that opens here is never closed.`, from);
      value += this.text.slice(this.at + 1, end);
      this.at = end + 1;
      if (this.text.charAt(this.at) !== quote) return value;
      value += quote;
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

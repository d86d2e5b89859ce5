/** A value as a query writes it; `variable` is looked up when the query is run. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly variable: string }
  | { readonly members: ReadonlyMap<string, Value> };

export interface Field {
  readonly name: string;
  readonly alias?: string;
  readonly arguments: ReadonlyMap<string, Value>;
  /** Undefined: none were asked for. */
  readonly selections?: readonly Selection[];
}
/** A part of another place: a named fragment, or one written where it is used. */
export interface Spread {
  readonly fragment?: string;
  readonly selections?: readonly Selection[];
}
export type Selection = Field | Spread;
export const isField = (selection: Selection): selection is Field => 'name' in selection;

export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly name?: string;
  /** What a variable is when nobody says it. */
  readonly defaults: ReadonlyMap<string, Value>;
  readonly selections: readonly Selection[];
}

export interface Query {
  readonly operations: readonly Operation[];
  readonly fragments: ReadonlyMap<string, readonly Selection[]>;
}

/** What is wrong with a query, as a sentence for the answer. */
export class QueryError extends Error {}

const TOKEN =
  /[\s,\ufeff]*(?:#[^\n\r]*[\s,]*)*("""(?:\\"""|[\s\S])*?"""|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\.\.\.|[!$():=@[\]{|}&]|\S|$)/y;
const NAME = /^[A-Za-z_]\w*$/;
/** Far beyond what is answered: deeper ones are refused before they cost anything. */
const MAX_NESTING = 60;

/** @throws QueryError */
export function parseQuery(text: string): Query {
  return new Parser(text).document();
}

class Parser {
  private token = '';
  private nesting = 0;
  private at = 0;

  constructor(private readonly text: string) {
    this.next();
  }

  document(): Query {
    const operations: Operation[] = [];
    const fragments = new Map<string, readonly Selection[]>();
    while (this.token !== '') {
      if (this.takes('fragment')) {
        const name = this.name();
        this.expect('on');
        this.name();
        this.directives();
        fragments.set(name, this.selections());
      } else operations.push(this.operation());
    }
    if (operations.length === 0) this.fail();
    return { operations, fragments };
  }

  private operation(): Operation {
    if (this.token === '{') return { kind: 'query', defaults: new Map(), selections: this.selections() };
    const kind = this.takes('mutation') ? 'mutation' : 'query';
    if (kind === 'query') this.expect('query');
    const name = NAME.test(this.token) ? this.name() : undefined;
    const defaults = this.variables();
    this.directives();
    return { kind, ...(name !== undefined && { name }), defaults, selections: this.selections() };
  }

  private variables(): ReadonlyMap<string, Value> {
    const defaults = new Map<string, Value>();
    if (!this.takes('(')) return defaults;
    while (!this.takes(')')) {
      this.expect('$');
      const name = this.name();
      this.expect(':');
      this.type();
      if (this.takes('=')) defaults.set(name, this.value());
    }
    return defaults;
  }

  private type(): void {
    if (this.takes('[')) {
      this.deeper(() => this.type());
      this.expect(']');
    } else this.name();
    this.takes('!');
  }

  /** `@component` says where a query comes from; there are no others. */
  private directives(): void {
    while (this.takes('@')) {
      const name = this.name();
      if (name !== 'component') throw new QueryError(`Unknown directive '@${name}'.`);
      this.arguments();
    }
  }

  private selections(): readonly Selection[] {
    this.expect('{');
    const selections: Selection[] = [];
    this.deeper(() => {
      do selections.push(this.selection());
      while (!this.takes('}'));
    });
    return selections;
  }

  private selection(): Selection {
    if (this.takes('...')) {
      if (this.takes('on')) this.name();
      else if (NAME.test(this.token)) {
        const fragment = this.name();
        this.directives();
        return { fragment };
      }
      this.directives();
      return { selections: this.selections() };
    }
    const first = this.name();
    const second = this.takes(':') ? this.name() : undefined;
    const given = this.arguments();
    this.directives();
    return {
      name: second ?? first,
      ...(second !== undefined && { alias: first }),
      arguments: given,
      ...(this.token === '{' && { selections: this.selections() }),
    };
  }

  private arguments(): ReadonlyMap<string, Value> {
    return this.takes('(') ? this.members(')') : new Map();
  }

  private members(end: ')' | '}'): ReadonlyMap<string, Value> {
    const members = new Map<string, Value>();
    while (!this.takes(end)) {
      const name = this.name();
      this.expect(':');
      members.set(name, this.value());
    }
    return members;
  }

  private value(): Value {
    const { token } = this;
    if (token === '$') {
      this.next();
      return { variable: this.name() };
    }
    if (this.takes('[')) {
      const values: Value[] = [];
      this.deeper(() => {
        while (!this.takes(']')) values.push(this.value());
      });
      return values;
    }
    if (this.takes('{')) return { members: this.deeper(() => this.members('}')) };
    if (token.startsWith('"') || NAME.test(token) || /^-?\d/.test(token)) {
      this.next();
      return this.scalar(token);
    }
    return this.fail();
  }

  private scalar(token: string): Value {
    if (token.startsWith('"""')) return token.slice(3, -3).replaceAll('\\"""', '"""').trim();
    if (token.startsWith('"')) return this.string(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    // a name is one of an enumeration
    return NAME.test(token)
      ? token
      : Number.isSafeInteger(Number(token)) || /[.eE]/.test(token)
        ? Number(token)
        : token;
  }

  private string(token: string): string {
    try {
      return String(JSON.parse(token));
    } catch {
      return this.fail();
    }
  }

  private name(): string {
    const { token } = this;
    if (!NAME.test(token)) this.fail();
    this.next();
    return token;
  }

  private takes(token: string): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  private expect(token: string): void {
    if (!this.takes(token)) this.fail();
  }

  private deeper<T>(work: () => T): T {
    if (++this.nesting > MAX_NESTING) throw new QueryError('Query exceeds maximum depth of 10');
    const result = work();
    this.nesting--;
    return result;
  }

  private next(): void {
    TOKEN.lastIndex = this.at;
    this.token = TOKEN.exec(this.text)?.[1] ?? '';
    this.at = TOKEN.lastIndex;
  }

  private fail(): never {
    const found = this.token === '' ? '<EOF>' : this.token.slice(0, 60);
    throw new QueryError(`Syntax Error: Unexpected ${found} (at character ${this.at - this.token.length + 1}).`);
  }
}

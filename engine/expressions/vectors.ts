import type { ColumnType } from '../protocol/data';

/** Integers, numbers, dates and datetimes (ms since 1970, UTC), booleans (0, 1). NaN: null. */
export interface NumberVector {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Texts; as a column of a frame has them. A column of booleans may be one too (`false`, `true`). */
export interface TextVector {
  readonly kind: 'text';
  /** Index into `categories`; −1: null. */
  readonly codes: Int32Array;
  /** Each text once. */
  readonly categories: readonly string[];
}

export type Vector = NumberVector | TextVector;

/** Rows that an expression is computed for. */
export interface VectorBatch {
  readonly rows: number;
  /** One of the expression's columns; at least `rows` long. */
  column(name: string): Vector;
}

/** `interval`: ms; `months`: months of the calendar; `null`: a null of no type. */
export type ValueType = ColumnType | 'interval' | 'months' | 'null';

/** Within an evaluation: `values[row & mask]`, so that a constant is one value with the mask 0. */
export interface Numbers {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly mask: number;
}

export interface Texts {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly mask: number;
  readonly categories: readonly string[];
}

export type Values = Numbers | Texts;

/** Takes all rows of a vector: `row & every` is `row`. */
export const every = -1;

/** Numbers from texts, for booleans that came as texts; else the values as they are. */
export function numbersOf(values: Values): Numbers {
  if (values.kind === 'number') return values;
  const verdicts = Float64Array.from(values.categories, text =>
    text === 'true' ? 1 : text === 'false' ? 0 : Number.NaN,
  );
  const found = new Float64Array(values.codes.length);
  for (let row = 0; row < found.length; row++) found[row] = verdicts[values.codes[row]!] ?? Number.NaN;
  return { kind: 'number', values: found, mask: values.mask };
}

/** Texts from numbers, of which there can only be nulls. */
export const textsOf = (values: Values): Texts =>
  values.kind === 'text' ? values : { kind: 'text', codes: Int32Array.of(-1), mask: 0, categories: [] };

/** The text of a row, or null. */
export const textAt = ({ codes, mask, categories }: Texts, row: number): string | null =>
  categories[codes[row & mask]!] ?? null;

/** As others may have it: a value a row, shared with nobody. */
export function asVector(values: Values, rows: number): Vector {
  if (values.kind === 'number') {
    if (values.mask === every) return { kind: 'number', values: values.values.slice(0, rows) };
    return { kind: 'number', values: new Float64Array(rows).fill(values.values[0]!) };
  }
  const { codes, mask, categories } = values;
  if (mask === every) return { kind: 'text', codes: codes.slice(0, rows), categories };
  return { kind: 'text', codes: new Int32Array(rows).fill(codes[0]!), categories };
}

/** Gathers texts, each different one once. */
export class TextBuilder {
  readonly categories: string[] = [];
  readonly #codes = new Map<string, number>();

  code(text: string | null): number {
    if (text === null) return -1;
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    this.#codes.set(text, this.categories.length);
    return this.categories.push(text) - 1;
  }
}

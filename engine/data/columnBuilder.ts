import type { ColumnType } from '../protocol/data';
import type { FrameColumn } from '../protocol/frame';
import type { ColumnBatch } from './read/batch';
import { familyOf, isMissing, typeOfKinds, type TypeFamily } from './read/cellKind';
import { TextDictionary } from './textDictionary';

/**
 * Gathers one column. It begins with the family of types that the first values have; when later values do not fit it,
 * the column is `broken` and must be read again with the type that is known by then.
 */
export class ColumnBuilder {
  readonly name: string;
  kinds = 0;
  broken = false;
  readonly #fixed: ColumnType | undefined;
  readonly #empty: ColumnType | undefined;
  #family: TypeFamily | undefined;
  #rows: number;
  #values = new Float64Array(0);
  #codes = new Int32Array(0);
  readonly #dictionary = new TextDictionary();
  readonly #booleans: Int32Array = Int32Array.of(-1, -1);
  readonly #categories: string[] = [];

  /**
   * `rows`: how many rows went before, in which the column was missing. `type`: known already. `empty`: its type when it
   * has no value.
   */
  constructor(name: string, options: { rows: number; type?: ColumnType | undefined; empty?: ColumnType | undefined }) {
    this.name = name;
    this.#rows = options.rows;
    this.#fixed = options.type;
    this.#empty = options.empty;
    this.#family = options.type && familyOf(options.type);
  }

  get type(): ColumnType {
    return this.#fixed ?? typeOfKinds(this.kinds, this.#empty);
  }

  add(column: ColumnBatch): void {
    const from = this.#rows;
    this.#rows += column.rows;
    for (let row = 0; row < column.rows; row++) this.kinds |= column.kinds[row]!;
    if (this.broken || this.kinds === 0) return;
    const family = familyOf(this.type);
    if (this.#family === undefined) this.#family = family;
    else if (this.#family !== family) {
      this.broken = true;
      this.#values = new Float64Array(0);
      this.#codes = new Int32Array(0);
      return;
    }
    if (family === 'number' || family === 'time') this.#addNumbers(column, from);
    else if (family === 'boolean') this.#addBooleans(column, from);
    else this.#addTexts(column, from);
  }

  finish(): FrameColumn {
    const { name, type } = this;
    const family = this.#family ?? familyOf(type);
    if (family === 'number' || family === 'time') {
      this.#growValues(this.#rows);
      return { kind: 'number', name, type, values: this.#values.slice(0, this.#rows) };
    }
    this.#growCodes(this.#rows);
    const codes = this.#codes.slice(0, this.#rows);
    const categories = family === 'boolean' ? this.#categories : this.#dictionary.texts();
    return { kind: 'text', name, type, codes, categories };
  }

  #addNumbers(column: ColumnBatch, from: number): void {
    this.#growValues(this.#rows);
    const values = this.#values;
    for (let row = 0; row < column.rows; row++)
      values[from + row] = isMissing(column.kinds[row]!) ? Number.NaN : column.numbers[row]!;
  }

  #addBooleans(column: ColumnBatch, from: number): void {
    this.#growCodes(this.#rows);
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      const value = column.numbers[row]!;
      if (this.#booleans[value] === -1)
        this.#booleans[value] = this.#categories.push(value === 1 ? 'true' : 'false') - 1;
      this.#codes[from + row] = this.#booleans[value]!;
    }
  }

  #addTexts(column: ColumnBatch, from: number): void {
    this.#growCodes(this.#rows);
    const codes = this.#codes;
    const dictionary = this.#dictionary;
    const { bytes, starts, ends, stride, offset } = column.texts();
    for (let row = 0, at = offset; row < column.rows; row++, at += stride)
      if (!isMissing(column.kinds[row]!)) codes[from + row] = dictionary.code(bytes, starts[at]!, ends[at]!);
  }

  #growValues(rows: number): void {
    if (rows <= this.#values.length) return;
    const values = new Float64Array(larger(rows, this.#values.length)).fill(Number.NaN, this.#values.length);
    values.set(this.#values);
    this.#values = values;
  }

  #growCodes(rows: number): void {
    if (rows <= this.#codes.length) return;
    const codes = new Int32Array(larger(rows, this.#codes.length)).fill(-1, this.#codes.length);
    codes.set(this.#codes);
    this.#codes = codes;
  }
}

const larger = (rows: number, length: number): number => Math.max(rows, Math.ceil(length * 1.5), 1024);

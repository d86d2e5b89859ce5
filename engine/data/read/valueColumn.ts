import type { CellTexts, ColumnBatch } from './batch';
import { Kind, timeKinds } from './cellKind';
import { TimeText, timeText } from './timeText';

/** Which kind a value counts as when the format says more than the value does. */
export interface ValueHints {
  /** Texts that are ISO dates count as dates (JSON has none of its own). */
  readonly datesInTexts: boolean;
  /** Whole numbers count as decimals (a Parquet column of doubles). */
  readonly decimals: boolean;
  /** A `Date` is a day, without a clock. */
  readonly days: boolean;
  readonly missing: ReadonlySet<string>;
}

const time = new TimeText();

/** A column of a batch made of JavaScript values: what JSON and Parquet readers hand out. */
export class ValueColumn implements ColumnBatch {
  readonly rows: number;
  readonly kinds: Uint8Array;
  readonly numbers: Float64Array;
  readonly #values: ArrayLike<unknown>;
  readonly #hints: ValueHints;
  #texts: CellTexts | undefined;

  constructor(values: ArrayLike<unknown>, rows: number, hints: ValueHints) {
    this.rows = rows;
    this.kinds = new Uint8Array(rows);
    this.numbers = new Float64Array(rows).fill(Number.NaN);
    this.#values = values;
    this.#hints = hints;
    for (let row = 0; row < rows; row++) this.kinds[row] = this.#kind(values[row], row);
  }

  texts(): CellTexts {
    return (this.#texts ??= this.#encode());
  }

  #kind(value: unknown, row: number): number {
    switch (typeof value) {
      case 'number':
        return this.#number(value, row);
      case 'string':
        return this.#string(value, row);
      case 'boolean':
        this.numbers[row] = value ? 1 : 0;
        return Kind.boolean;
      case 'bigint':
        this.numbers[row] = Number(value);
        if (this.#hints.decimals) return Kind.decimal;
        return Number.isSafeInteger(this.numbers[row]) ? Kind.integer : Kind.bigInteger;
      case 'object':
        if (value instanceof Date) return this.#date(value, row);
        return value === null ? Kind.missing : Kind.text;
      default:
        return value === undefined ? Kind.missing : Kind.text;
    }
  }

  #number(value: number, row: number): number {
    this.numbers[row] = value + 0;
    if (Number.isNaN(value)) return Kind.notANumber;
    return this.#hints.decimals || !Number.isSafeInteger(value) ? Kind.decimal : Kind.integer;
  }

  #date(value: Date, row: number): number {
    const ms = value.getTime();
    if (Number.isNaN(ms)) return Kind.missing;
    this.numbers[row] = ms;
    return this.#hints.days ? Kind.date : Kind.datetime;
  }

  #string(value: string, row: number): number {
    if (value === '' || this.#hints.missing.has(value.trim())) return Kind.missing;
    if (!this.#hints.datesInTexts || value.length < 10 || value.length > 40 || value[4] !== '-') return Kind.text;
    const bytes = Buffer.from(value);
    const kind = time.parse(bytes, 0, bytes.length);
    if ((kind & timeKinds) !== 0) this.numbers[row] = time.value;
    return kind;
  }

  #encode(): CellTexts {
    const starts = new Int32Array(this.rows);
    const ends = new Int32Array(this.rows);
    let bytes = Buffer.allocUnsafe(Math.max(64, this.rows * 16));
    let at = 0;
    for (let row = 0; row < this.rows; row++) {
      starts[row] = at;
      if (this.kinds[row] !== Kind.missing) {
        const text = valueText(this.#values[row], this.#hints);
        if (bytes.length - at < text.length * 3) {
          const larger = Buffer.allocUnsafe(bytes.length * 2 + text.length * 3);
          bytes.copy(larger, 0, 0, at);
          bytes = larger;
        }
        at += bytes.write(text, at);
      }
      ends[row] = at;
    }
    return { bytes, starts, ends, stride: 1, offset: 0 };
  }
}

/** Lists and objects become their JSON. */
function valueText(value: unknown, hints: ValueHints): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      if (value instanceof Date) return timeText(value.getTime(), !hints.days);
      return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  }
}

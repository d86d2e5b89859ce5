import { Kind } from './cellKind';
import { TimeText } from './timeText';

const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const zero = 48;
const minus = 45;
const point = 46;

/** Finds out what a cell is, and its value, from its bytes (UTF-8), without making strings where it can be avoided. */
export class CellParser {
  /** The number, the ms since 1970 (UTC), or 0 / 1 of a boolean: of the last cell that had one. */
  value = Number.NaN;
  readonly #time = new TimeText();
  readonly #missing: readonly Uint8Array[];
  readonly #missingLengths: Uint8Array;

  /** `missing`: texts that mean "missing", besides blank ones. */
  constructor(missing: readonly string[]) {
    const encoder = new TextEncoder();
    this.#missing = missing.map(text => encoder.encode(text.trim())).filter(text => text.length > 0);
    this.#missingLengths = new Uint8Array(1 + Math.max(0, ...this.#missing.map(text => text.length)));
    for (const text of this.#missing) this.#missingLengths[text.length] = 1;
  }

  /** The cell's `Kind`. Blanks around a value do not count, except in texts. */
  parse(bytes: Buffer, from: number, to: number): number {
    let start = from;
    let end = to;
    while (start < end && isBlank(bytes[start]!)) start++;
    while (end > start && isBlank(bytes[end - 1]!)) end--;
    if (start === end) return Kind.missing;
    const length = end - start;
    if (
      length < this.#missingLengths.length &&
      this.#missingLengths[length] === 1 &&
      this.#isMissing(bytes, start, end)
    )
      return Kind.missing;
    const first = bytes[start]!;
    if ((first >= zero && first <= 57) || first === minus || first === point) return this.#number(bytes, start, end);
    return length <= 8 ? this.#word(bytes, start, end) : Kind.text;
  }

  #isMissing(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#missing.some(text => {
      if (text.length !== end - start) return false;
      for (let i = 0; i < text.length; i++) if (text[i] !== bytes[start + i]) return false;
      return true;
    });
  }

  #number(bytes: Buffer, start: number, end: number): number {
    const negative = bytes[start] === minus;
    const first = negative ? start + 1 : start;
    let at = first;
    let digits = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) break;
      digits = digits * 10 + digit;
    }
    const whole = at - first;
    const leadingZero = whole > 1 && bytes[first] === zero;
    if (at === end) return leadingZero || whole === 0 ? Kind.text : this.#integer(negative ? -digits : digits);
    if (bytes[at] === minus && whole === 4 && !negative) return this.#date(bytes, start, end);
    if (leadingZero) return Kind.text;
    if (bytes[at] !== point) return this.#slowNumber(bytes, start, end);
    const pointAt = at;
    for (at++; at < end; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) break;
      digits = digits * 10 + digit;
    }
    const decimals = at - pointAt - 1;
    if (at !== end || whole + decimals === 0) return this.#slowNumber(bytes, start, end);
    if (whole + decimals > 15) {
      this.value = Number(bytes.toString('latin1', start, end));
      return Kind.decimal;
    }
    // Both fit a double exactly, so that the quotient is the nearest one (Clinger 1990).
    const value = digits / powersOfTen[decimals]!;
    this.value = negative ? -value : value;
    return Kind.decimal;
  }

  #integer(value: number): number {
    this.value = value + 0; // −0 is 0
    return Number.isSafeInteger(value) ? Kind.integer : Kind.bigInteger;
  }

  #date(bytes: Uint8Array, start: number, end: number): number {
    const kind = this.#time.parse(bytes, start, end);
    this.value = this.#time.value;
    return kind;
  }

  #slowNumber(bytes: Buffer, start: number, end: number): number {
    if (end - start > 400) return Kind.text;
    const text = bytes.toString('latin1', start, end);
    if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
      this.value = Number(text);
      return Kind.decimal;
    }
    return /^-inf(?:inity)?$/i.test(text) ? this.#infinite(-1) : Kind.text;
  }

  #infinite(sign: number): number {
    this.value = sign * Infinity;
    return Kind.decimal;
  }

  /** `true`, `False`, `NaN`, `inf` and their like. */
  #word(bytes: Buffer, start: number, end: number): number {
    // Texts that end like none of the words are not made strings: t…e f…e n…n i…f i…y.
    const first = bytes[start]! | 32;
    const last = bytes[end - 1]! | 32;
    const boolean = last === 101 && ((first === 116 && end - start === 4) || (first === 102 && end - start === 5));
    const number = (first === 110 && last === 110) || (first === 105 && (last === 102 || last === 121));
    if (!boolean && !number) return Kind.text;
    switch (bytes.toString('latin1', start, end)) {
      case 'true':
      case 'True':
      case 'TRUE':
        this.value = 1;
        return Kind.boolean;
      case 'false':
      case 'False':
      case 'FALSE':
        this.value = 0;
        return Kind.boolean;
      case 'NaN':
      case 'nan':
      case 'NAN':
        this.value = Number.NaN;
        return Kind.notANumber;
      case 'inf':
      case 'Inf':
      case 'Infinity':
      case 'infinity':
        return this.#infinite(1);
      default:
        return Kind.text;
    }
  }
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9;

import { Kind } from '../cellKind';
import type { Leaf } from './leaf';

/** Cells of a column, each a number: times as µs since 1970. */
export interface Numbers {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
}

export interface PlainPage {
  readonly bytes: Uint8Array;
  /** Where the values begin. */
  readonly at: number;
  readonly values: number;
}

/** Where values go: as many as the page has. */
export const stretchOf = ({ numbers, kinds }: Numbers, first: number, values: number): Numbers => ({
  numbers: numbers.subarray(first, first + values),
  kinds: kinds.subarray(first, first + values),
});

/**
 * Decodes plain values, without making BigInts or Dates of them.
 * @returns false when there are some that a number does not hold
 */
export function plainNumbers({ bytes, at, values }: PlainPage, leaf: Leaf, { numbers, kinds }: Numbers): boolean {
  switch (leaf.type) {
    case 'DOUBLE':
      decimals(new Float64Array(aligned(bytes, at, values * 8)), { numbers, kinds });
      break;
    case 'FLOAT':
      decimals(new Float32Array(aligned(bytes, at, values * 4)), { numbers, kinds });
      break;
    case 'INT32':
      small(new Int32Array(aligned(bytes, at, values * 4)), leaf, { numbers, kinds });
      break;
    case 'INT64': {
      const words = new Int32Array(aligned(bytes, at, values * 8));
      if (leaf.kind === 'time') times(words, leaf.unit, { numbers, kinds });
      else return large(words, { numbers, kinds });
      break;
    }
    case 'BOOLEAN':
      for (let i = 0; i < values; i++) numbers[i] = (bytes[at + (i >> 3)]! >> (i & 7)) & 1;
      kinds.fill(Kind.boolean);
      break;
    case 'BYTE_ARRAY':
      throw new Error('texts are no numbers');
  }
  return true;
}

function aligned(bytes: Uint8Array, at: number, length: number): ArrayBuffer {
  if (at + length > bytes.length) throw new Error('the page ends before its values do');
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(at, at + length));
  return copy.buffer;
}

function decimals(values: Float64Array | Float32Array, { numbers, kinds }: Numbers): void {
  kinds.fill(Kind.decimal);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + 0; // −0 is 0
    numbers[i] = value;
    if (value !== value) kinds[i] = Kind.notANumber;
  }
}

const microsOfDay = 86_400_000_000;

function small(values: Int32Array, { kind }: Leaf, { numbers, kinds }: Numbers): void {
  const scale = kind === 'date' ? microsOfDay : 1;
  for (let i = 0; i < values.length; i++) numbers[i] = values[i]! * scale;
  kinds.fill(kind === 'date' ? Kind.date : Kind.integer);
}

const word = 4_294_967_296;

/** Pairs of words, the lower one first. */
function large(words: Int32Array, { numbers, kinds }: Numbers): boolean {
  kinds.fill(Kind.integer);
  for (let i = 0; i < numbers.length; i++) {
    const value = words[2 * i + 1]! * word + (words[2 * i]! >>> 0);
    numbers[i] = value;
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) return false;
  }
  return true;
}

function times(words: Int32Array, unit: Leaf['unit'], { numbers, kinds }: Numbers): void {
  kinds.fill(Kind.datetime);
  for (let i = 0; i < numbers.length; i++) {
    const high = words[2 * i + 1]!;
    const low = words[2 * i]! >>> 0;
    if (unit === 'MILLIS') numbers[i] = (high * word + low) * 1000;
    else if (unit === 'MICROS') numbers[i] = high * word + low;
    else {
      // nanoseconds need more bits than a double has: the high word is divided first
      const thousands = Math.floor(high / 1000);
      numbers[i] = thousands * word + Math.floor(((high - thousands * 1000) * word + low) / 1000);
    }
  }
}

import { Kind } from '../cellKind';
import type { Leaf } from './leaf';
import { NumberCells } from './numberCells';

/** Has the library hand out times as µs since 1970, for `timeCells`: its own are dates, which have no µs. */
export const microseconds = {
  timestampFromMilliseconds: (millis: bigint): number => Number(millis) * 1000,
  timestampFromMicroseconds: Number,
  timestampFromNanoseconds: (nanos: bigint): number => {
    const micros = nanos / 1000n;
    return Number(micros * 1000n > nanos ? micros - 1n : micros); // cut off, also before 1970
  },
};

/** Times that the library has read. */
export function timeCells(values: ArrayLike<unknown>, rows: number, clocks: NonNullable<Leaf['clocks']>): NumberCells {
  const numbers = new Float64Array(rows).fill(Number.NaN);
  const kinds = new Uint8Array(rows).fill(Kind.missing);
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (typeof value !== 'number') continue;
    numbers[row] = value;
    kinds[row] = Kind.datetime;
  }
  return new NumberCells({ numbers, kinds }, { clocks });
}

/** The widest values that are read; wider ones are left to the library. */
export const widestBits = 24;

/**
 * Reads values in Parquet's mix of runs and packed bits (https://parquet.apache.org/docs/file-format/data-pages/encodings).
 * @returns whether all of `target` was filled
 */
export function readRuns(bytes: Uint8Array, { from, to, bits }: Runs, target: Int32Array): boolean {
  let at = from;
  let done = 0;
  const mask = (1 << bits) - 1;
  while (done < target.length && at < to) {
    let head = 0;
    for (let shift = 0; at < to; shift += 7) {
      const byte = bytes[at++]!;
      head |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if ((head & 1) === 0) {
      let value = 0;
      for (let shift = 0; shift < bits; shift += 8) value |= bytes[at++]! << shift;
      const end = Math.min(target.length, done + (head >>> 1));
      target.fill(value, done, end);
      done = end;
      continue;
    }
    const end = Math.min(target.length, done + (head >>> 1) * 8);
    const next = at + (head >>> 1) * bits;
    let buffer = 0;
    let left = 0;
    for (; done < end; done++) {
      while (left < bits) {
        buffer |= bytes[at++]! << left;
        left += 8;
      }
      target[done] = buffer & mask;
      buffer >>>= bits;
      left -= bits;
    }
    at = next;
  }
  return done === target.length;
}

export interface Runs {
  readonly from: number;
  readonly to: number;
  /** Of a value; at most `widestBits`. */
  readonly bits: number;
}

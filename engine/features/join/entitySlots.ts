export interface EntityTimes {
  /** The code of each row's key; negative: it has none. */
  readonly keys: Int32Array;
  /** How many codes there are. */
  readonly keyCount: number;
  /** µs; NaN: none. */
  readonly times: Float64Array;
}

/**
 * A place for each different pair of key and time that is asked for: those of a key stand together, ordered by time. What
 * a join keeps is as much as there are slots, however many rows the source has.
 */
export class EntitySlots {
  readonly count: number;
  /** Slots of key `k` are `starts[k] … starts[k + 1]`. */
  readonly starts: Int32Array;
  readonly times: Float64Array;
  /** The slot of each row that asks; −1: it has no key or no time. */
  readonly ofRow: Int32Array;

  constructor({ keys, keyCount, times }: EntityTimes) {
    const { ends, sorted } = timesByKey({ keys, keyCount, times });
    this.starts = new Int32Array(keyCount + 1);
    this.times = sorted;
    let count = 0;
    for (let key = 0, from = 0; key < keyCount; key++) {
      const to = ends[key]!;
      if (to - from > 1) sorted.subarray(from, to).sort();
      this.starts[key] = count;
      for (let at = from; at < to; at++)
        if (at === from || sorted[at] !== sorted[count - 1]) sorted[count++] = sorted[at]!;
      from = to;
    }
    this.starts[keyCount] = count;
    this.count = count;
    this.ofRow = new Int32Array(keys.length).fill(-1);
    for (let row = 0; row < keys.length; row++)
      if (keys[row]! >= 0 && !Number.isNaN(times[row])) this.ofRow[row] = this.first(keys[row]!, times[row]!);
  }

  /** The slot of a key with the least time that is not before `time`; −1: there is none. */
  first(key: number, time: number): number {
    const end = this.starts[key + 1]!;
    let low = this.starts[key]!;
    let high = end;
    const { times } = this;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low === end ? -1 : low;
  }
}

/** The times of each key together, in the order of the rows; `ends[k]` is where those of key `k` end. */
function timesByKey({ keys, keyCount, times }: EntityTimes) {
  const ends = new Int32Array(keyCount);
  for (let row = 0; row < keys.length; row++) if (keys[row]! >= 0 && !Number.isNaN(times[row])) ends[keys[row]!]!++;
  let total = 0;
  for (let key = 0; key < keyCount; key++) {
    const of = ends[key]!;
    ends[key] = total;
    total += of;
  }
  const sorted = new Float64Array(total);
  for (let row = 0; row < keys.length; row++)
    if (keys[row]! >= 0 && !Number.isNaN(times[row])) sorted[ends[keys[row]!]!++] = times[row]!;
  return { ends, sorted };
}

import type { PointColumns } from './points';

/** Seeds of four independent lanes of 32 bits. */
const SEEDS = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834];

/**
 * A digest of a set of points: the sum of a hash of each. Sources give points in any order, by time, step or arrival, and a
 * series of millions must be compared without being sorted or kept. It guards against accidents, not against forgery.
 */
export class SeriesHash {
  count = 0;
  private readonly lanes = new Uint32Array(SEEDS.length);
  private readonly bytes = new ArrayBuffer(24);
  private readonly words = new Uint32Array(this.bytes);
  private readonly integers = new BigInt64Array(this.bytes, 0, 2);
  private readonly reals = new Float64Array(this.bytes, 16, 1);

  addAll({ steps, times, values }: PointColumns): void {
    for (let at = 0; at < values.length; at++) this.add(steps[at]!, times[at]!, values[at]!);
  }

  add(step: bigint, time: bigint, value: number): void {
    this.integers[0] = step;
    this.integers[1] = time;
    this.reals[0] = Number.isNaN(value) ? Number.NaN : value + 0; // one NaN, and no −0
    for (let lane = 0; lane < SEEDS.length; lane++) {
      let hash = SEEDS[lane]!;
      for (const word of this.words) {
        hash = Math.imul(hash ^ word, 0x85ebca6b);
        hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
        hash ^= hash >>> 16;
      }
      this.lanes[lane]! += hash;
    }
    this.count++;
  }

  /** 32 hex digits. */
  text(): string {
    return Array.from(this.lanes, lane => lane.toString(16).padStart(8, '0')).join('');
  }
}

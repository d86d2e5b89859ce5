import { ExactSum } from './exactSum';

/**
 * Exact sums of many slots at once. Two doubles hold most of them, in arrays: the few that need more get an `ExactSum`.
 */
export class SlotSums {
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  #more: Map<number, ExactSum> | undefined;

  constructor(slots: number) {
    this.#high = new Float64Array(slots);
    this.#low = new Float64Array(slots);
  }

  add(slot: number, value: number): void {
    // Knuth's sum of two doubles and its error, first with the higher part; then the error with the lower one
    const high = this.#high[slot]!;
    const sum = high + value;
    const back = sum - high;
    const error = high - (sum - back) + (value - back);
    this.#high[slot] = sum;
    if (error === 0) return;
    const low = this.#low[slot]!;
    const rest = low + error;
    const again = rest - low;
    const left = low - (rest - again) + (error - again);
    this.#low[slot] = rest;
    if (left !== 0) this.#add(slot, left);
  }

  #add(slot: number, rest: number): void {
    this.#more ??= new Map();
    const more = this.#more.get(slot) ?? new ExactSum();
    this.#more.set(slot, more);
    more.add(rest);
  }

  value(slot: number): number {
    if (this.#more?.has(slot) !== true) {
      const sum = this.#high[slot]! + this.#low[slot]!;
      return Number.isFinite(sum) ? sum + 0 : Number.NaN;
    }
    const all = new ExactSum();
    this.pour(slot, all);
    return all.value();
  }

  pour(slot: number, to: ExactSum): void {
    to.add(this.#low[slot]!);
    to.add(this.#high[slot]!);
    const more = this.#more?.get(slot);
    if (more) to.addAll(more);
  }
}

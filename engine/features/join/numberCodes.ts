import { grown } from './winners';

/** Whole numbers below this one are looked up by themselves. */
const direct = 1 << 22;

/** Gives each different whole number (within ±2^53) a code, in order of first appearance. */
export class NumberCodes {
  #count = 0;
  /** Code + 1 of the number that is the index; 0: it has none. */
  #small = new Int32Array(1 << 10);
  /** Open addressing for all other numbers: code + 1, 0 where free; at least twice as many places as numbers. */
  #table = new Int32Array(1 << 8);
  /** The number of each code. */
  #numbers = new Float64Array(1 << 7);
  #large = 0;

  get size(): number {
    return this.#count;
  }

  /** The code of a number; −1: it has none. */
  find(value: number): number {
    if (value >= 0 && value < direct) return value < this.#small.length ? this.#small[value]! - 1 : -1;
    return this.#table[this.#place(value)]! - 1;
  }

  /** The code of a number, a new one if it has none. */
  add(value: number): number {
    const found = this.find(value);
    if (found >= 0) return found;
    const code = this.#count++;
    if (code === this.#numbers.length) this.#numbers = grown(this.#numbers, code * 2);
    this.#numbers[code] = value;
    if (value >= 0 && value < direct) {
      if (value >= this.#small.length) {
        const small = new Int32Array(Math.min(direct, 2 * (value + 1)));
        small.set(this.#small);
        this.#small = small;
      }
      this.#small[value] = code + 1;
    } else {
      if (++this.#large * 2 > this.#table.length) this.#growTable(code);
      this.#table[this.#place(value)] = code + 1;
    }
    return code;
  }

  /** The number of a code. */
  number(code: number): number {
    return this.#numbers[code]!;
  }

  /** Where the number stands, or the free place where it would. */
  #place(value: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const high = Math.floor(value / 4_294_967_296);
    // the multipliers of Murmur's finaliser spread near numbers over the table
    let hash = Math.imul((value - high * 4_294_967_296) | 0, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let place = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const entry = table[place]!;
      if (entry === 0 || this.#numbers[entry - 1] === value) return place;
      place = (place + 1) & mask;
    }
  }

  #growTable(codes: number): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let code = 0; code < codes; code++) {
      const value = this.#numbers[code]!;
      if (value < 0 || value >= direct) this.#table[this.#place(value)] = code + 1;
    }
  }
}

/**
 * A uniform sample of a stream of numbers, the same for the same stream: Li's algorithm L (1994) with a fixed seed. Up to
 * `capacity` values it holds them all.
 */
export class Reservoir {
  seen = 0;
  readonly #capacity: number;
  #values = new Float64Array(1024);
  #size = 0;
  #next = 0;
  #weight = 1;
  #state = 0x9e3779b9;

  constructor(capacity = 1 << 15) {
    this.#capacity = capacity;
  }

  get complete(): boolean {
    return this.seen === this.#size;
  }

  /** The first `count` of `values`. */
  add(values: Float64Array, count: number): void {
    let at = 0;
    for (; at < count && this.#size < this.#capacity; at++) {
      if (this.#size === this.#values.length) this.#grow();
      this.#values[this.#size++] = values[at]!;
      if (this.#size === this.#capacity) {
        this.#next = this.seen + at;
        this.#skip();
      }
    }
    for (let index = this.#next; at < count && index < this.seen + count; index = this.#next) {
      this.#values[Math.floor(this.#random() * this.#capacity)] = values[index - this.seen]!;
      this.#skip();
    }
    this.seen += count;
  }

  sorted(): Float64Array {
    return this.#values.slice(0, this.#size).sort();
  }

  #skip(): void {
    this.#weight *= Math.exp(Math.log(this.#random()) / this.#capacity);
    this.#next += Math.floor(Math.log(this.#random()) / Math.log1p(-this.#weight)) + 1;
  }

  /** In (0, 1): SplitMix with 32 bits. */
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (((z ^ (z >>> 15)) >>> 0) + 0.5) / 4294967296;
  }

  #grow(): void {
    const values = new Float64Array(Math.min(this.#values.length * 4, this.#capacity));
    values.set(this.#values);
    this.#values = values;
  }
}

/** Quantile by linear interpolation, as NumPy's default (type 7 of Hyndman and Fan). `sorted` is not empty. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return between(low, high, at - below);
}

/** A share of the way from one number to another, also where these lie further apart than any number is large. */
export function between(low: number, high: number, share: number): number {
  const way = high - low;
  return Number.isFinite(way) ? low + way * share : low * (1 - share) + high * share;
}

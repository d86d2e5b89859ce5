/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018) seeded by splitmix32. Chosen for its size, its period of
 * 2^128 − 1 and its 32-bit integer steps, which are exact in every JavaScript engine. Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare: number | undefined;

  /** @param seed any integer; its low 53 bits count. */
  constructor(seed: number) {
    const next = splitmix32(seed);
    [this.a, this.b, this.c, this.d] = [next(), next(), next(), next()];
  }

  /** Uniform over [0, 2^32). */
  uint32(): number {
    const result = Math.imul(rotate(Math.imul(this.b, 5), 7), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotate(this.d, 11);
    return result;
  }

  /** Uniform over [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform over the integers 0 … n − 1, without bias; n in [1, 2^32]. */
  below(n: number): number {
    const limit = 4294967296 - (4294967296 % n);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % n;
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.spare !== undefined) {
      const spare = this.spare;
      this.spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Fisher–Yates, in place. */
  shuffle<T>(values: Indexed<T>): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
    }
  }

  /** The integers 0 … n − 1 in random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    this.shuffle(order);
    return order;
  }
}

/** A list or a typed array. */
interface Indexed<T> {
  readonly length: number;
  [index: number]: T;
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function splitmix32(seed: number): () => number {
  let state = (Math.trunc(seed) ^ Math.trunc(seed / 4294967296)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/**
 * 64-bit fingerprints: two lanes of MurmurHash3's 32-bit mixing (Appleby 2011) with different constants, mixed with one
 * another at the end. Among n different values two share a fingerprint with a chance of about n² / 2^65: 3e-8 at a
 * million. Not for secrets: a fingerprint can be forged.
 */
export class Fingerprint {
  low = 0;
  high = 0;

  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.low = 0x2f0b4a27;
    this.high = 0x7a9c31d5;
    let at = start;
    for (; at + 4 <= end; at += 4)
      this.#word(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    let rest = 0;
    for (let shift = 0; at < end; at++, shift += 8) rest |= bytes[at]! << shift;
    this.#word(rest);
    this.#finish(end - start);
  }

  /** −0 and 0 are one value; so are all NaNs. */
  number(value: number): void {
    float[0] = value + 0;
    this.low = 0x51ed270b;
    this.high = 0x1b873593;
    this.#word(words[0]!);
    this.#word(words[1]!);
    this.#finish(8);
  }

  /** Folds another fingerprint into this one; the order counts. */
  combine(low: number, high: number): void {
    this.#word(low);
    this.#word(high);
    this.#finish(8);
  }

  #word(word: number): void {
    let k = Math.imul(word, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    let h = this.low ^ Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    this.low = (Math.imul(h, 5) + 0xe6546b64) | 0;
    k = Math.imul(word, 0x239b961b);
    k = (k << 16) | (k >>> 16);
    h = this.high ^ Math.imul(k, 0xab0e9789);
    h = (h << 17) | (h >>> 15);
    this.high = (Math.imul(h, 5) + 0x561ccd1b) | 0;
  }

  #finish(length: number): void {
    const low = avalanche(this.low ^ length);
    const high = avalanche(this.high ^ length ^ low);
    this.high = high;
    this.low = avalanche((low + high) | 0);
  }
}

function avalanche(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

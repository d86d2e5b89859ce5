import { Fingerprint } from './fingerprint';

/** Gives each different text a number, in order of first appearance, straight from its bytes. */
export class TextDictionary {
  size = 0;
  readonly #fingerprint = new Fingerprint();
  /** Open addressing: number + 1 of a text, 0 where free; twice as many places as texts. */
  #table = new Int32Array(1 << 8);
  #hashes = new Int32Array(1 << 7);
  /** Text `i` is `#bytes[#ends[i - 1] … #ends[i])`. */
  #ends = new Float64Array(1 << 7);
  #bytes: Buffer = Buffer.allocUnsafe(1 << 12);

  code(bytes: Buffer, start: number, end: number): number {
    this.#fingerprint.bytes(bytes, start, end);
    return this.codeOf(this.#fingerprint.low, bytes, start, end);
  }

  /** The same with the text's fingerprint (its lower half) at hand. */
  codeOf(hash: number, bytes: Buffer, start: number, end: number): number {
    const found = this.#find(hash, bytes, start, end);
    return found >= 0 ? found : this.#add(hash, bytes, start, end);
  }

  /** The number of a text that has one, else −1. */
  find(bytes: Buffer, start: number, end: number): number {
    this.#fingerprint.bytes(bytes, start, end);
    return this.#find(this.#fingerprint.low, bytes, start, end);
  }

  /** Forgets all texts. */
  clear(): void {
    this.size = 0;
    this.#table.fill(0);
  }

  #place = 0;

  #find(hash: number, bytes: Buffer, start: number, end: number): number {
    const mask = this.#table.length - 1;
    let place = hash & mask;
    for (;;) {
      const entry = this.#table[place]!;
      if (entry === 0) {
        this.#place = place;
        return -1;
      }
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
      place = (place + 1) & mask;
    }
  }

  texts(): string[] {
    return Array.from({ length: this.size }, (_, code) => this.text(code));
  }

  text(code: number): string {
    return this.#bytes.toString('utf8', this.#start(code), this.#ends[code]);
  }

  /** Bytes of all texts together. */
  get textBytes(): number {
    return this.size === 0 ? 0 : this.#ends[this.size - 1]!;
  }

  #start(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]!;
  }

  #equals(code: number, bytes: Buffer, start: number, end: number): boolean {
    let at = this.#start(code);
    if (this.#ends[code]! - at !== end - start) return false;
    const mine = this.#bytes;
    for (let i = start; i < end; i++, at++) if (mine[at] !== bytes[i]) return false;
    return true;
  }

  #add(hash: number, bytes: Buffer, start: number, end: number): number {
    const code = this.size++;
    this.#table[this.#place] = code + 1;
    const from = this.#start(code);
    const to = from + end - start;
    if (to > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, to));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    const mine = this.#bytes;
    if (end - start > 64) bytes.copy(mine, from, start, end);
    else for (let i = start, to = from; i < end; i++, to++) mine[to] = bytes[i]!;
    this.#hashes[code] = hash;
    this.#ends[code] = to;
    if (this.size === this.#hashes.length) this.#grow();
    return code;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    const ends = new Float64Array(this.#ends.length * 2);
    ends.set(this.#ends);
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let code = 0; code < this.size; code++) {
      let place = hashes[code]! & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = code + 1;
    }
    this.#hashes = hashes;
    this.#ends = ends;
    this.#table = table;
  }
}

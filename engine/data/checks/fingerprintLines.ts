/** Remembers at which line each fingerprint came first: 16 to 32 bytes a different value. */
export class FingerprintLines {
  size = 0;
  /** Open addressing; each place has the two halves of a fingerprint and the line, which is 0 where it is free. */
  #table = new Int32Array(3 << 10);
  #places = 1 << 10;

  /** The line of an earlier value with this fingerprint, or 0 when it is new. */
  add(low: number, high: number, line: number): number {
    const at = this.#find(low, high);
    const earlier = this.#table[at + 2]!;
    if (earlier !== 0) return earlier;
    this.#table[at] = low;
    this.#table[at + 1] = high;
    this.#table[at + 2] = line;
    if (++this.size * 4 > this.#places * 3) this.#grow();
    return 0;
  }

  /** The line of an earlier value with this fingerprint, or 0. */
  get(low: number, high: number): number {
    return this.#table[this.#find(low, high) + 2]!;
  }

  #find(low: number, high: number): number {
    const table = this.#table;
    const mask = this.#places - 1;
    let place = low & mask;
    for (;;) {
      const at = place * 3;
      if (table[at + 2] === 0 || (table[at] === low && table[at + 1] === high)) return at;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#places *= 2;
    this.#table = new Int32Array(this.#places * 3);
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      const to = this.#find(old[from]!, old[from + 1]!);
      this.#table[to] = old[from]!;
      this.#table[to + 1] = old[from + 1]!;
      this.#table[to + 2] = old[from + 2]!;
    }
  }
}

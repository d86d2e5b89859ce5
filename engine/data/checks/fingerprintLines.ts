/** Remembers at which line each fingerprint came first: 12 bytes an entry, at most 24 bytes a different value. */
export class FingerprintLines {
  #size = 0;
  #lows = new Int32Array(1 << 10);
  #highs = new Int32Array(1 << 10);
  /** 0: free. */
  #lines = new Uint32Array(1 << 10);

  /** The line of an earlier value with this fingerprint, or 0 when it is new. */
  add(low: number, high: number, line: number): number {
    const place = this.#place(low, high);
    const earlier = this.#lines[place]!;
    if (earlier !== 0) return earlier;
    this.#lows[place] = low;
    this.#highs[place] = high;
    this.#lines[place] = line;
    if (++this.#size * 4 > this.#lines.length * 3) this.#grow();
    return 0;
  }

  #place(low: number, high: number): number {
    const mask = this.#lines.length - 1;
    let place = low & mask;
    while (this.#lines[place] !== 0 && (this.#lows[place] !== low || this.#highs[place] !== high))
      place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [lows, highs, lines] = [this.#lows, this.#highs, this.#lines];
    this.#lows = new Int32Array(lows.length * 2);
    this.#highs = new Int32Array(lows.length * 2);
    this.#lines = new Uint32Array(lows.length * 2);
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] === 0) continue;
      const place = this.#place(lows[i]!, highs[i]!);
      this.#lows[place] = lows[i]!;
      this.#highs[place] = highs[i]!;
      this.#lines[place] = lines[i]!;
    }
  }
}

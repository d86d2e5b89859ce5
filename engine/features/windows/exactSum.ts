/**
 * Sums of doubles without any rounding but the last one, so that no order of the numbers and no way of gathering them makes
 * a difference: Shewchuk, Adaptive Precision Floating-Point Arithmetic (1997), as in Python's math.fsum.
 */
export class ExactSum {
  /** Do not overlap, from least to greatest; their sum is exact. */
  readonly #parts: number[] = [];

  add(value: number): void {
    const parts = this.#parts;
    let x = value;
    let count = 0;
    for (const y of parts) {
      const high = x + y;
      const low = Math.abs(x) < Math.abs(y) ? x - (high - y) : y - (high - x);
      if (low !== 0) parts[count++] = low;
      x = high;
    }
    parts.length = count;
    parts.push(x);
  }

  addAll(other: ExactSum): void {
    for (const part of other.#parts) this.add(part);
  }

  /** Adds `factor` times the product of two numbers, which is exact unless it is beyond 1e300 or below 1e-290. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    const [aHigh, aLow] = split(a);
    const [bHigh, bLow] = split(b);
    this.add(product);
    this.add(aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow));
  }

  /** Adds `sign` times the product of two sums. */
  addProductOf(a: ExactSum, b: ExactSum, sign: 1 | -1): void {
    for (const x of a.#parts) for (const y of b.#parts) this.addProduct(sign * x, y);
  }

  /** The double that is nearest; NaN when it is beyond all doubles. */
  value(): number {
    const parts = this.#parts;
    let at = parts.length - 1;
    let high = at < 0 ? 0 : parts[at]!;
    let low = 0;
    while (at > 0) {
      const x = high;
      const y = parts[--at]!;
      high = x + y;
      low = y - (high - x);
      if (low !== 0) break;
    }
    // half way between two doubles the next part decides
    if (at > 0 && Math.sign(low) === Math.sign(parts[at - 1]!)) {
      const twice = low * 2;
      if (twice === high + twice - high) high += twice;
    }
    return Number.isFinite(high) ? high + 0 : Number.NaN;
  }
}

/** A double in two halves of 26 bits (Veltkamp). */
function split(value: number): readonly [number, number] {
  const scaled = 134_217_729 * value;
  const high = scaled - (scaled - value);
  return [high, value - high];
}

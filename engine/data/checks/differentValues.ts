import type { CheckMemory } from './checkMemory';
import { FingerprintLines } from './fingerprintLines';
import { SpilledLines } from './spilledLines';

/** A line whose value came in an earlier one, which was found out at the end. */
export interface LateLine {
  readonly line: number;
  readonly earlier: number;
}

export interface LateLines {
  readonly count: number;
  /** The first ones, ascending. */
  readonly lines: readonly LateLine[];
}

/**
 * Which values came before, exactly and in bounded memory: the first different ones are known in memory, at which equal
 * ones are found at once. The fingerprints of those that come after them are written to a file, and are looked at part by
 * part at the end.
 */
export class DifferentValues {
  readonly #memory: Pick<CheckMemory, 'different' | 'scratch'>;
  readonly #known = new FingerprintLines();
  #spilled: SpilledLines | undefined;
  #late: LateLines | undefined;
  #lateDifferent = 0;

  constructor(memory: Pick<CheckMemory, 'different' | 'scratch'>) {
    this.#memory = memory;
  }

  /** The line of an earlier value with this fingerprint; 0 when it is new, or will turn out at the end. */
  add(low: number, high: number, line: number): number {
    if (this.#spilled === undefined) {
      if (this.#known.size < this.#memory.different) return this.#known.add(low, high, line);
      this.#spilled = new SpilledLines(this.#memory.scratch);
    }
    const earlier = this.#known.get(low, high);
    if (earlier === 0) this.#spilled.add(low, high, line);
    return earlier;
  }

  /** How many there are; no more may come. */
  get size(): number {
    this.late(0);
    return this.#known.size + this.#lateDifferent;
  }

  /** Lines that were not told at once, and the first `keep` of them; no more may come. */
  late(keep: number): LateLines {
    this.#late ??= this.#findLate(keep);
    return this.#late;
  }

  close(): void {
    this.#spilled?.close();
    this.#spilled = undefined;
  }

  #findLate(keep: number): LateLines {
    let count = 0;
    const found: LateLine[] = [];
    for (const entries of this.#spilled?.parts() ?? []) {
      const table = new FingerprintLines();
      let here = 0;
      entries((low, high, line) => {
        const earlier = table.add(low, high, line);
        if (earlier === 0) return;
        count++;
        if (here++ < keep) found.push({ line, earlier });
      });
      this.#lateDifferent += table.size;
    }
    return { count, lines: found.sort((one, other) => one.line - other.line).slice(0, keep) };
  }
}

import type { ColumnProfile } from '../../protocol/data';
import { Fingerprint } from '../fingerprint';
import type { ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { DistinctSketch } from './distinctSketch';
import type { TextDistribution } from './distribution';
import { keptTexts } from './distribution';
import { FrequentTexts } from './frequentTexts';

const topLength = 20;

/** Sums up a column of texts: different ones, frequent ones, lengths in characters (code points). */
export class TextProfile {
  nulls = 0;
  #count = 0;
  readonly #distinct: DistinctSketch;
  readonly #frequent = new FrequentTexts();
  readonly #fingerprint = new Fingerprint();
  #minLength = Infinity;
  #maxLength = -Infinity;

  constructor(bound: number) {
    this.#distinct = new DistinctSketch(bound);
  }

  add(column: ColumnBatch): void {
    const { bytes, starts, ends, stride, offset } = column.texts();
    const fingerprint = this.#fingerprint;
    for (let row = 0, at = offset; row < column.rows; row++, at += stride) {
      if (isMissing(column.kinds[row]!)) {
        this.nulls++;
        continue;
      }
      this.#count++;
      const start = starts[at]!;
      const end = ends[at]!;
      fingerprint.bytes(bytes, start, end);
      if (this.#frequent.add(fingerprint.low, bytes, start, end)) continue; // counted and measured before
      this.#distinct.add(fingerprint.low, fingerprint.high);
      const length = codePoints(bytes, start, end);
      if (length < this.#minLength) this.#minLength = length;
      if (length > this.#maxLength) this.#maxLength = length;
    }
  }

  distribution(): Omit<TextDistribution, 'name'> {
    const top = this.#frequent.top(keptTexts);
    const kept = top.reduce((sum, { count }) => sum + count, 0);
    return {
      kind: 'texts',
      values: top.map(({ value }) => value),
      counts: top.map(({ count }) => count),
      of: this.#count,
      complete: this.#frequent.error === 0 && kept === this.#count,
    };
  }

  finish(): Partial<ColumnProfile> {
    const top = this.#frequent.top(topLength);
    return {
      nulls: this.nulls,
      distinct: this.#distinct.count,
      distinctEstimated: this.#distinct.estimated,
      ...(top.length > 0 && { top }),
      ...(this.#frequent.error > 0 && { topError: this.#frequent.error }),
      ...(this.#maxLength >= 0 && { minLength: this.#minLength, maxLength: this.#maxLength }),
    };
  }
}

function codePoints(bytes: Uint8Array, start: number, end: number): number {
  let length = end - start;
  for (let i = start; i < end; i++) if ((bytes[i]! & 0xc0) === 0x80) length--;
  return length;
}

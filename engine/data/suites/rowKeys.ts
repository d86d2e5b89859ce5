import type { FrameColumn } from '../../protocol/frame';
import { FingerprintLines } from '../checks/fingerprintLines';
import { Fingerprint } from '../fingerprint';
import type { Rows } from './columns';

/**
 * Which rows are equal in some columns; what is missing equals what is missing. Compares 64-bit fingerprints, 24 bytes a
 * row: the chance that two of n different rows are taken for equal is about n² / 2^65.
 */
export class RowKeys {
  readonly #columns: readonly FrameColumn[];
  readonly #seen = new FingerprintLines();
  readonly #fingerprint = new Fingerprint();

  constructor(columns: readonly FrameColumn[]) {
    this.#columns = columns;
  }

  /** The first row that was equal, or the row itself when it is new, which it then no longer is. */
  add(row: number): number {
    this.#take(row);
    const earlier = this.#seen.add(this.#fingerprint.low, this.#fingerprint.high, row + 1);
    return earlier === 0 ? row : earlier - 1;
  }

  #take(row: number): void {
    const fingerprint = this.#fingerprint;
    let [low, high] = [0, 0];
    for (const [at, column] of this.#columns.entries()) {
      fingerprint.number(column.kind === 'text' ? column.codes[row]! : column.values[row]! + 0);
      if (at > 0) fingerprint.combine(low, high);
      [low, high] = [fingerprint.low, fingerprint.high];
    }
  }
}

/** By row of `rows`: the first one that equals it, perhaps itself. */
export function firstEqual(columns: readonly FrameColumn[], rows: Rows): Int32Array {
  const keys = new RowKeys(columns);
  return rows.map(row => keys.add(row));
}

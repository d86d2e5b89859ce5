import type { CheckResult, FailingRow } from '../../protocol/data';
import { cellText, cellValue, type Batch, type ColumnBatch } from '../read/batch';
import type { Check } from './check';

export interface LateRowsOptions {
  readonly columns: readonly string[];
  /** Lines whose values are wanted. */
  readonly lines: readonly number[];
  /** The verdict, once they are known. */
  readonly finish: (rows: readonly FailingRow[]) => CheckResult;
}

/** Sees the data once more for the values of rows of which only the lines are known. */
export class LateRows implements Check {
  readonly columns: readonly string[];
  readonly #options: LateRowsOptions;
  readonly #wanted: ReadonlySet<number>;
  readonly #rows: FailingRow[] = [];

  constructor(options: LateRowsOptions) {
    this.#options = options;
    this.columns = options.columns;
    this.#wanted = new Set(options.lines);
  }

  async endBatch(batch: Batch, column: (name: string) => Promise<ColumnBatch>): Promise<void> {
    if (this.#rows.length === this.#wanted.size) return;
    const here: number[] = [];
    for (let row = 0; row < batch.rows; row++) if (this.#wanted.has(batch.line(row))) here.push(row);
    if (here.length === 0) return;
    const cells: ColumnBatch[] = [];
    for (const name of this.columns) cells.push(await column(name));
    const [only] = cells;
    for (const row of here) {
      const value =
        cells.length === 1 && only ? cellValue(only, row) : cells.map(one => cellText(one, row)).join(' · ');
      this.#rows.push({ line: batch.line(row), value });
    }
  }

  finish(): CheckResult {
    return this.#options.finish(this.#rows);
  }
}

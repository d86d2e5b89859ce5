import type { CheckResult } from '../../protocol/data';
import { cellText, type Batch, type ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { Tally, type Check, type CheckOptions } from './check';
import { HeldColumns } from './heldColumns';

export type RowCells = ReadonlyMap<string, ColumnBatch>;

export interface RowRule {
  readonly columns: readonly string[];
  readonly rule: string;
  readonly holds: (cells: RowCells, row: number, batch: Batch) => boolean;
  /** Rows in which one of the columns has no value are asked too. */
  readonly asksMissing?: boolean;
}

/** A rule on several columns of each row. */
export class RowCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions & RowRule;
  readonly #tally: Tally;
  readonly #held: HeldColumns;

  constructor(options: CheckOptions & RowRule) {
    this.#options = options;
    this.#held = new HeldColumns(options.columns);
    this.columns = this.#held.names;
    this.#tally = new Tally(options);
  }

  add(column: ColumnBatch, batch: Batch, name: string): void {
    const cells = this.#held.add(name, column);
    if (cells === undefined) return;
    const { holds, asksMissing = false } = this.#options;
    const tally = this.#tally;
    const columns = this.columns.map(one => cells.get(one)!);
    for (let row = 0; row < batch.rows; row++) {
      if (!asksMissing && columns.some(({ kinds }) => isMissing(kinds[row]!))) continue;
      tally.checked++;
      if (holds(cells, row, batch)) continue;
      if (tally.hasRoom) tally.failWith(batch.line(row), shownRow(columns, row));
      else tally.failing++;
    }
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, this.#options.rule);
  }
}

const shownRow = (columns: readonly ColumnBatch[], row: number): string =>
  columns.map(column => (isMissing(column.kinds[row]!) ? 'missing' : cellText(column, row))).join(' · ');

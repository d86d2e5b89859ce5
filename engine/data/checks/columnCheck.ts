import type { CheckResult } from '../../protocol/data';
import type { Batch, ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { Tally, type Check, type CheckOptions } from './check';

/** Judges the cells of a batch: calls `fail` for each one that breaks the rule; missing cells are not asked. */
export type CellTest = (column: ColumnBatch, row: number) => boolean;

interface CellOptions extends CheckOptions {
  readonly column: string;
  readonly rule: string;
  readonly holds: CellTest;
  /** What is added to the sentence of a failure. */
  readonly detail?: string;
}

/** A rule that each value of one column must hold by itself. */
export class ColumnCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CellOptions;
  readonly #rule: string;
  readonly #holds: CellTest;
  readonly #tally: Tally;

  constructor(options: CellOptions) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
    this.#rule = options.rule;
    this.#holds = options.holds;
  }

  add(column: ColumnBatch, batch: Batch): void {
    const holds = this.#holds;
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      this.#tally.checked++;
      if (!holds(column, row)) this.#tally.fail(batch, row, column);
    }
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, this.#rule, this.#options.detail);
  }
}

/** `not_null`: the one rule that asks missing cells. */
export class NotNullCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions;
  readonly #tally: Tally;

  constructor(options: CheckOptions & { readonly column: string }) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
  }

  add(column: ColumnBatch, batch: Batch): void {
    this.#tally.checked += column.rows;
    for (let row = 0; row < column.rows; row++)
      if (isMissing(column.kinds[row]!)) this.#tally.failWith(batch.line(row), null);
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, `${this.columns[0] ?? ''} not null`);
  }
}

/** `is_null`: each cell is missing. */
export class IsNullCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions;
  readonly #tally: Tally;

  constructor(options: CheckOptions & { readonly column: string }) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
  }

  add(column: ColumnBatch, batch: Batch): void {
    this.#tally.checked += column.rows;
    for (let row = 0; row < column.rows; row++)
      if (!isMissing(column.kinds[row]!)) this.#tally.fail(batch, row, column);
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, `${this.columns[0] ?? ''} missing`);
  }
}

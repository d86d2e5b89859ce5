import type { Cell, CheckResult, FailingRow } from '../../protocol/data';
import type { Expectation } from '../../protocol/workspaceConfig';
import { cellValue, type Batch, type ColumnBatch } from '../read/batch';
import { number, percent, shown } from './sentences';

/** One rule, judged while the data passes by. */
export interface Check {
  /** Columns it looks at, in any order; empty: none. */
  readonly columns: readonly string[];
  /** One of its columns in the next batch; within a batch the columns come in the file's order. */
  add?(column: ColumnBatch, batch: Batch): void | Promise<void>;
  /** Called when all columns of the batch have come; `column` gives one again. */
  endBatch?(batch: Batch, column: (name: string) => Promise<ColumnBatch>): Promise<void>;
  finish(table: TableFacts): CheckResult;
}

/** What is known at the end. */
export interface TableFacts {
  readonly rows: number;
  /** When the file was last written, ms since 1970. */
  readonly modifiedAt: number;
}

export interface CheckOptions {
  readonly dataset: string;
  readonly index: number;
  readonly expectation: Expectation;
}

const mostRows = 100;

/** Counts rows and failures, and keeps the first failing rows. */
export class Tally {
  checked = 0;
  failing = 0;
  readonly rows: FailingRow[] = [];

  fail(batch: Batch, row: number, column: ColumnBatch): void {
    if (this.failing++ < mostRows) this.rows.push({ line: batch.line(row), value: cellValue(column, row) });
  }

  failWith(line: number, value: Cell): void {
    if (this.failing++ < mostRows) this.rows.push({ line, value });
  }

  /** @param detail what to add to the sentence of a failure */
  result(options: CheckOptions, rule: string, detail = ''): CheckResult {
    const { dataset, index, expectation } = options;
    const mostly = expectation.mostly ?? 1;
    const { checked, failing, rows } = this;
    const passed = failing === 0 || (mostly < 1 && (checked - failing) / checked >= mostly);
    return {
      dataset,
      rule,
      ...(expectation.column !== undefined && { column: expectation.column }),
      passed,
      message: `${rule}: ${this.#sentence(mostly)}${failing === 0 ? '' : detail}.`,
      failing,
      checked,
      rows,
      index,
      severity: expectation.severity,
    };
  }

  #sentence(mostly: number): string {
    const { checked, failing } = this;
    const first = this.rows[0];
    if (failing === 0) return checked === 0 ? 'no row has a value' : `all ${number(checked)} rows hold`;
    const count = `${number(failing)} of ${number(checked)} ${checked === 1 ? 'row' : 'rows'} ${failing === 1 ? 'fails' : 'fail'}`;
    const share = mostly < 1 ? ` (${percent(failing / checked)}, at most ${percent(1 - mostly)} may)` : '';
    return `${count}${share}${first ? `; first at line ${number(first.line)}: ${shown(first.value)}` : ''}`;
  }
}

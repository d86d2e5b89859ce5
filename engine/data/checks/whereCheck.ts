import type { CheckResult, ColumnType } from '../../protocol/data';
import { ModelyardError } from '../../errors';
import { parseCondition } from '../condition';
import { bindCells, type CellsTest } from '../condition/bindCells';
import type { Batch, ColumnBatch } from '../read/batch';
import type { Check, TableFacts } from './check';
import { HeldColumns, onlyRows } from './heldColumns';
import { number } from './sentences';

/** The condition of a rule on the cells of a batch; its errors name the line. */
export class RowCondition {
  readonly columns: readonly string[];
  readonly #holds: CellsTest;

  /** @throws ModelyardError `config.invalid` */
  constructor(text: string, declared: ReadonlyMap<string, ColumnType>) {
    const condition = parseCondition(text);
    this.columns = condition.columns;
    this.#holds = bindCells(condition, declared);
  }

  /** @throws ModelyardError `data.column` at the line of a cell that cannot be compared */
  holds(cells: ReadonlyMap<string, ColumnBatch>, row: number, batch: Batch): boolean {
    try {
      return this.#holds(cells, row);
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
      throw new ModelyardError(error.code, `Line ${number(batch.line(row))}: ${error.message}`, {
        ...(error.fix !== undefined && { fix: error.fix }),
        ...(error.data !== undefined && { data: error.data }),
        cause: error,
      });
    }
  }
}

/** Shows a check only the rows that meet a condition. */
export class WhereCheck implements Check {
  readonly columns: readonly string[];
  readonly #inner: Check;
  readonly #condition: RowCondition;
  readonly #held: HeldColumns;
  #rows = 0;
  #wanted = new Int32Array(0);

  constructor(inner: Check, condition: RowCondition) {
    this.#inner = inner;
    this.#condition = condition;
    this.#held = new HeldColumns([...condition.columns, ...inner.columns]);
    this.columns = this.#held.names;
  }

  async add(column: ColumnBatch, batch: Batch, name: string): Promise<void> {
    const cells = this.#held.add(name, column);
    if (cells === undefined) return;
    const inner = this.#inner;
    const count = this.#choose(cells, batch);
    this.#rows += count;
    const wanted = this.#wanted;
    const columns = new Map(inner.columns.map(one => [one, onlyRows(cells.get(one)!, wanted, count)]));
    const shown: Batch = {
      rows: count,
      firstRow: batch.firstRow,
      line: row => batch.line(wanted[row]!),
      column: index => batch.column(index),
    };
    for (const [one, chosen] of columns) await inner.add?.(chosen, shown, one);
    await inner.endBatch?.(shown, one => Promise.resolve(columns.get(one)!));
  }

  again(): Check | undefined {
    const inner = this.#inner.again?.();
    return inner && new WhereCheck(inner, this.#condition);
  }

  close(): void {
    this.#inner.close?.();
  }

  finish(table: TableFacts): CheckResult {
    return this.#inner.finish({ ...table, rows: this.#rows });
  }

  #choose(cells: ReadonlyMap<string, ColumnBatch>, batch: Batch): number {
    if (this.#wanted.length < batch.rows) this.#wanted = new Int32Array(batch.rows);
    let count = 0;
    for (let row = 0; row < batch.rows; row++)
      if (this.#condition.holds(cells, row, batch)) this.#wanted[count++] = row;
    return count;
  }
}

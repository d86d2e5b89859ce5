import { missingColumn } from '../../../data/checkFeed';
import type { Batch, ColumnBatch } from '../../../data/read/batch';
import type { Vector } from '../../../expressions/vectors';
import { noKey, type KeyCells, type KeyTable } from '../../../features/join/keyTable';
import type { Values } from '../../../features/join/values';
import type { DatasetSource } from '../../../protocol/jobs';
import { columnIndex, type ColumnPlace } from './cellProblem';
import type { TimeReader } from './columnTimes';
import { keyCells, valuesOf, vectorOf } from './columnValues';
import type { PlannedColumn } from './viewPlan';

export interface BatchParts {
  readonly source: DatasetSource;
  readonly batch: Batch;
  readonly columns: readonly string[];
  readonly times: TimeReader;
}

/** The cells of a batch, by the names of columns. */
export class BatchCells {
  readonly #parts: BatchParts;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  get rows(): number {
    return this.#parts.batch.rows;
  }

  /** µs @throws ModelyardError `data.column` */
  async times(name: string): Promise<Float64Array> {
    return this.#parts.times.read(await this.#column(name), this.rows, this.#place(name));
  }

  /** @throws ModelyardError `data.column` */
  async values({ column, type }: PlannedColumn): Promise<Values> {
    return valuesOf(await this.#column(column), this.rows, this.#as(column, type));
  }

  /** @throws ModelyardError `data.column` */
  async vector({ column, type }: PlannedColumn): Promise<Vector> {
    return vectorOf(await this.#column(column), this.rows, this.#as(column, type));
  }

  /** The codes of keys; with `isNew` those that are not in the table get into it. @throws ModelyardError `data.column` */
  async keys(names: readonly string[], table: KeyTable, isNew: boolean): Promise<Int32Array> {
    const cells: KeyCells[] = [];
    for (const name of names) cells.push(keyCells(await this.#column(name), this.rows));
    const codes = new Int32Array(this.rows).fill(noKey);
    if (isNew) table.add(cells, this.rows, codes);
    else table.find(cells, this.rows, codes);
    return codes;
  }

  /** JSON lines may name a column later than here. */
  async #column(name: string): Promise<ColumnBatch> {
    const { source, batch, columns } = this.#parts;
    if (source.format === 'jsonl' && !columns.includes(name)) return missingColumn(batch.rows);
    return await batch.column(columnIndex(source, columns, name));
  }

  #as(column: string, type: PlannedColumn['type']) {
    return { type, times: this.#parts.times, place: this.#place(column) };
  }

  #place(column: string): ColumnPlace {
    const { source, batch } = this.#parts;
    return { source, batch, column };
  }
}

import type { DatasetSource } from '../protocol/jobs';
import { placedError, type BuiltCheck } from './checks/buildChecks';
import type { Batch, ColumnBatch, DataReader } from './read/batch';

/** Hands the columns of each batch to the checks that look at them. */
export class Feed {
  readonly #dataset: string;
  readonly #reader: Pick<DataReader, 'columns'>;
  readonly #checks: readonly BuiltCheck[];
  readonly #byColumn = new Map<string, readonly BuiltCheck[]>();

  constructor({ name }: DatasetSource, reader: Pick<DataReader, 'columns'>, checks: readonly BuiltCheck[]) {
    this.#dataset = name;
    this.#reader = reader;
    this.#checks = checks;
    for (const built of checks)
      for (const column of new Set(built.check.columns))
        this.#byColumn.set(column, [...(this.#byColumn.get(column) ?? []), built]);
  }

  /**
   * @param seen is told each column of the file
   * @throws ModelyardError what a rule says of the data, with the rule's place
   */
  async add(batch: Batch, seen?: (index: number, name: string, column: ColumnBatch) => void): Promise<void> {
    const { columns } = this.#reader;
    for (const [index, name] of columns.entries()) {
      const wanted = this.#byColumn.get(name);
      if (wanted === undefined && seen === undefined) continue;
      const column = await batch.column(index);
      seen?.(index, name, column);
      for (const built of wanted ?? []) await this.#check(built, { name, column, batch });
    }
    // A key that no JSON line had so far is missing in all rows.
    for (const [name, wanted] of this.#byColumn) {
      if (columns.includes(name)) continue;
      const column = missingColumn(batch.rows);
      for (const built of wanted) await this.#check(built, { name, column, batch });
    }
    for (const { check } of this.#checks) await check.endBatch?.(batch, name => this.#column(batch, name));
  }

  async #check(
    { check, index }: BuiltCheck,
    { name, column, batch }: { readonly name: string; readonly column: ColumnBatch; readonly batch: Batch },
  ): Promise<void> {
    try {
      await check.add?.(column, batch, name);
    } catch (error) {
      throw placedError({ dataset: this.#dataset, index }, error);
    }
  }

  async #column(batch: Batch, name: string): Promise<ColumnBatch> {
    const index = this.#reader.columns.indexOf(name);
    return index < 0 ? missingColumn(batch.rows) : batch.column(index);
  }
}

/** A column without any value. */
export function missingColumn(rows: number): ColumnBatch {
  const bytes = Buffer.alloc(0);
  const places = new Int32Array(rows);
  const texts = { bytes, starts: places, ends: places, stride: 1, offset: 0 };
  return { rows, kinds: new Uint8Array(rows), numbers: new Float64Array(rows).fill(Number.NaN), texts: () => texts };
}

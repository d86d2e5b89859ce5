import type { CheckResult } from '../../protocol/data';
import { Fingerprint } from '../fingerprint';
import { cellText, type Batch, type CellTexts, type ColumnBatch } from '../read/batch';
import { Kind, isMissing } from '../read/cellKind';
import { keptRows, Tally, type Check, type CheckOptions } from './check';
import { DifferentValues } from './differentValues';
import { LateRows } from './lateRows';
import { number } from './sentences';

const numeric = Kind.integer | Kind.decimal | Kind.date | Kind.datetime;

/**
 * No value (or combination of values) comes twice. Rows with a missing value are passed over, as SQL's UNIQUE does. It
 * compares 64-bit fingerprints, so that it may take two of n different values for equal with a chance of about
 * n² / 2^65: 3e-8 at a million rows, 3e-4 at a hundred million. Beyond the memory it has it is as exact, and the values of
 * rows that turn out at the end to fail are read again.
 */
export class UniqueCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions;
  readonly #tally: Tally;
  readonly #lines: DifferentValues;
  readonly #fingerprint = new Fingerprint();
  #arrived = 0;
  #lows = new Int32Array(0);
  #highs = new Int32Array(0);
  #complete = new Uint8Array(0);
  #failing: { readonly row: number; readonly line: number }[] = [];
  #firstEarlier = 0;
  /** Failing rows of the batch that are counted only. */
  #passedOver = 0;
  readonly #keep: number;

  constructor(options: CheckOptions & { readonly columns: readonly string[] }) {
    this.columns = options.columns;
    this.#options = options;
    this.#lines = new DifferentValues(options.memory);
    this.#tally = new Tally(options);
    this.#keep = options.keep ?? keptRows;
  }

  add(column: ColumnBatch, batch: Batch): void {
    if (this.#arrived === 0) this.#begin(column.rows);
    this.#fold(column);
    if (++this.#arrived < this.columns.length) return;
    this.#arrived = 0;
    for (let row = 0; row < column.rows; row++) {
      if (this.#complete[row] === 0) continue;
      this.#tally.checked++;
      const line = batch.line(row);
      const earlier = this.#lines.add(this.#lows[row]!, this.#highs[row]!, line);
      if (earlier === 0) continue;
      if (this.#firstEarlier === 0) this.#firstEarlier = earlier;
      if (this.columns.length === 1) this.#tally.fail(batch, row, column);
      else if (this.#tally.failing + this.#failing.length < this.#keep) this.#failing.push({ row, line });
      else this.#passedOver++;
    }
  }

  /** The values of a combination are asked for only where it fails. */
  async endBatch(_batch: Batch, column: (name: string) => Promise<ColumnBatch>): Promise<void> {
    if (this.#failing.length + this.#passedOver === 0) return;
    const values = this.#failing.map((): string[] => []);
    for (const name of this.columns) {
      const cells = await column(name);
      for (const [i, { row }] of this.#failing.entries()) values[i]!.push(cellText(cells, row));
    }
    for (const [i, { line }] of this.#failing.entries()) this.#tally.failWith(line, values[i]!.join(' · '));
    this.#tally.failing += this.#passedOver;
    this.#passedOver = 0;
    this.#failing = [];
  }

  again(): Check | undefined {
    const { count, lines } = this.#lines.late(this.#keep);
    if (count === 0) return undefined;
    return new LateRows({
      columns: this.columns,
      lines: lines.map(({ line }) => line),
      finish: rows => {
        this.#tally.failLate(count, rows);
        const [first] = this.#tally.rows;
        const late = lines.find(({ line }) => line === first?.line);
        if (late) this.#firstEarlier = late.earlier;
        return this.finish();
      },
    });
  }

  close(): void {
    this.#lines.close();
  }

  finish(): CheckResult {
    const rule = this.columns.length === 1 ? `${this.columns[0]!} unique` : `(${this.columns.join(', ')}) unique`;
    return this.#tally.result(this.#options, rule, `, which stands at line ${number(this.#firstEarlier)} already`);
  }

  #begin(rows: number): void {
    if (this.#lows.length < rows) {
      this.#lows = new Int32Array(rows);
      this.#highs = new Int32Array(rows);
      this.#complete = new Uint8Array(rows);
    }
    this.#lows.fill(0);
    this.#highs.fill(0);
    this.#complete.fill(1);
  }

  /** Folds the column's values into the rows' fingerprints. */
  #fold(column: ColumnBatch): void {
    const fingerprint = this.#fingerprint;
    const texts = column.texts();
    const first = this.#arrived === 0;
    for (let row = 0; row < column.rows; row++) {
      const kind = column.kinds[row]!;
      if (isMissing(kind)) this.#complete[row] = 0;
      if (this.#complete[row] === 0) continue;
      fingerprintCell(fingerprint, column, { texts, row });
      if (!first) fingerprint.combine(this.#lows[row]!, this.#highs[row]!);
      this.#lows[row] = fingerprint.low;
      this.#highs[row] = fingerprint.high;
    }
  }
}

/** The same for equal values: numbers and dates by their value, all else by its text. */
export function fingerprintCell(
  fingerprint: Fingerprint,
  { kinds, numbers }: Pick<ColumnBatch, 'kinds' | 'numbers'>,
  { texts: { bytes, starts, ends, stride, offset }, row }: { readonly texts: CellTexts; readonly row: number },
): void {
  if ((kinds[row]! & numeric) !== 0) {
    fingerprint.number(numbers[row]!);
    return;
  }
  const at = row * stride + offset;
  fingerprint.bytes(bytes, starts[at]!, ends[at]!);
}

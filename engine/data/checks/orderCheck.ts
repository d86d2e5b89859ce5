import type { CheckResult } from '../../protocol/data';
import type { Batch, ColumnBatch } from '../read/batch';
import { Kind, isMissing, timeKinds } from '../read/cellKind';
import { plainNumbers } from './cellTests';
import { Tally, type Check, type CheckOptions } from './check';

interface OrderOptions extends CheckOptions {
  readonly column: string;
  readonly direction: 'increasing' | 'decreasing';
  readonly strictly: boolean;
}

/** Each number or date follows the one before it in order; missing values are passed over, texts fail. */
export class OrderCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: OrderOptions;
  readonly #tally: Tally;
  #before: number | undefined;

  constructor(options: OrderOptions) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
  }

  add(column: ColumnBatch, batch: Batch): void {
    const { direction, strictly } = this.#options;
    const sign = direction === 'increasing' ? 1 : -1;
    for (let row = 0; row < column.rows; row++) {
      const kind = column.kinds[row]!;
      if (isMissing(kind)) continue;
      this.#tally.checked++;
      if ((kind & (plainNumbers | timeKinds | Kind.boolean)) === 0) {
        this.#tally.fail(batch, row, column);
        continue;
      }
      const value = column.numbers[row]!;
      const step = this.#before === undefined ? 1 : (value - this.#before) * sign;
      if (step < 0 || (strictly && step === 0)) this.#tally.fail(batch, row, column);
      this.#before = value;
    }
  }

  finish(): CheckResult {
    const { column, direction, strictly } = this.#options;
    return this.#tally.result(this.#options, `${column} ${strictly ? 'strictly ' : ''}${direction}`);
  }
}

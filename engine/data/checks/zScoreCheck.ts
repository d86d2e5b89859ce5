import type { CheckResult } from '../../protocol/data';
import type { Batch, ColumnBatch } from '../read/batch';
import { plainNumbers } from './cellTests';
import { Tally, verdict, type Check, type CheckOptions } from './check';
import { ColumnCheck } from './columnCheck';
import { NumberSummary } from './numberSummary';
import { figure } from './sentences';

interface ZScoreOptions extends CheckOptions {
  readonly column: string;
  readonly limit: number;
}

/**
 * Each number lies fewer sample standard deviations than a limit from the mean of the column. The mean is known only
 * when all have passed by, so that the data is read a second time.
 */
export class ZScoreCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: ZScoreOptions;
  readonly #summary: NumberSummary;

  constructor(options: ZScoreOptions) {
    this.columns = [options.column];
    this.#options = options;
    this.#summary = new NumberSummary({ kinds: plainNumbers, sample: 0, odd: new Tally({ keep: 0 }) });
  }

  add(column: ColumnBatch, batch: Batch): void {
    this.#summary.add(column, batch);
  }

  again(): Check | undefined {
    const { mean, std } = this.#summary;
    if (!Number.isFinite(mean) || Number.isNaN(std) || std === Infinity) return undefined;
    const { limit } = this.#options;
    const holds = ({ kinds, numbers }: ColumnBatch, row: number): boolean =>
      (kinds[row]! & plainNumbers) !== 0 && (std === 0 || Math.abs(numbers[row]! - mean) / std < limit);
    const detail = `, the mean being ${figure(mean)} and the deviation ${figure(std)}`;
    return new ColumnCheck({ ...this.#options, rule: this.#rule, holds, detail });
  }

  finish(): CheckResult {
    const { count, mean } = this.#summary;
    const what =
      count < 2 ? 'fewer than two rows have a number, so that there is no deviation' : `the mean is ${figure(mean)}`;
    return verdict(this.#options, { rule: this.#rule, passed: false, what, checked: count });
  }

  get #rule(): string {
    return `${this.#options.column} below ${figure(this.#options.limit)} deviations`;
  }
}

import type { CheckResult } from '../../protocol/data';
import type { Range } from '../../protocol/expectations';
import type { ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { verdict, type Check, type CheckOptions } from './check';
import { boundsOf, isWithin, rangeText } from './ranges';
import { figure } from './sentences';

/** The share of rows without a value. */
export class MissingShareCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions & { readonly column: string; readonly range: Range };
  #rows = 0;
  #missing = 0;

  constructor(options: CheckOptions & { readonly column: string; readonly range: Range }) {
    this.columns = [options.column];
    this.#options = options;
  }

  add({ rows, kinds }: ColumnBatch): void {
    this.#rows += rows;
    for (let row = 0; row < rows; row++) if (isMissing(kinds[row]!)) this.#missing++;
  }

  finish(): CheckResult {
    const { column, range } = this.#options;
    const share = this.#missing / this.#rows;
    return verdict(this.#options, {
      rule: `missing share of ${column} ${rangeText(range)}`,
      passed: isWithin(share, boundsOf(range, 'missing_share')),
      what: this.#rows === 0 ? 'there is no row' : `it is ${figure(share)}`,
      checked: this.#rows,
    });
  }
}

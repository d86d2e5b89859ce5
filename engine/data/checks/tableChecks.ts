import { ModelyardError } from '../../errors';
import type { CheckResult } from '../../protocol/data';
import type { CountRange } from '../../protocol/expectations';
import type { Batch, ColumnBatch } from '../read/batch';
import { isMissing, timeKinds } from '../read/cellKind';
import { timeText } from '../read/timeText';
import { verdict, type Check, type CheckOptions, type TableFacts, type Verdict } from './check';
import { countText, isCount } from './ranges';
import { number, shown, shownDuration } from './sentences';

/** The number of rows is one, or lies between two. */
export class RowCountCheck implements Check {
  readonly columns = [];
  readonly #options: CheckOptions;
  readonly #wanted: CountRange;

  constructor(options: CheckOptions & { readonly wanted: CountRange }) {
    this.#options = options;
    this.#wanted = options.wanted;
  }

  finish({ rows }: TableFacts): CheckResult {
    const rule = `row count ${countText(this.#wanted)}`;
    const passed = isCount(rows, this.#wanted);
    return verdict(this.#options, { rule, passed, what: `there are ${number(rows)}`, checked: rows });
  }
}

/** The newest date of a column, or the file's own time, is not older than a duration. */
export class FreshCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions & FreshOptions;
  readonly #limit: number;
  #newest = -Infinity;
  #line = 0;
  #checked = 0;
  #notADate: { readonly line: number } | undefined;

  /** @throws ModelyardError `config.invalid` for a duration that is none */
  constructor(options: CheckOptions & FreshOptions) {
    this.#options = options;
    this.#limit = durationOf(options.within);
    this.columns = options.column === undefined ? [] : [options.column];
  }

  add(column: ColumnBatch, batch: Batch): void {
    for (let row = 0; row < column.rows; row++) {
      const kind = column.kinds[row]!;
      if (isMissing(kind)) continue;
      this.#checked++;
      if ((kind & timeKinds) === 0) this.#notADate ??= { line: batch.line(row) };
      else if (column.numbers[row]! > this.#newest) {
        this.#newest = column.numbers[row]!;
        this.#line = batch.line(row);
      }
    }
  }

  finish({ modifiedAt }: TableFacts): CheckResult {
    const { column, within, now } = this.#options;
    const rule = column === undefined ? `file written within ${within}` : `newest ${column} within ${within}`;
    const newest = column === undefined ? modifiedAt : this.#newest;
    if (this.#notADate)
      return this.#verdict({ rule, passed: false, what: `line ${number(this.#notADate.line)} holds no date` });
    if (newest === -Infinity) return this.#verdict({ rule, passed: false, what: 'no row has a date' });
    const age = now - newest;
    const when = timeText(newest, newest % 86_400_000 !== 0);
    return this.#verdict({
      rule,
      passed: age <= this.#limit,
      what: `it is ${when}, ${age < 0 ? 'in the future' : `${shownDuration(age)} ago`}`,
      ...(this.#line > 0 && { rows: [{ line: this.#line, value: when }] }),
    });
  }

  #verdict(found: Omit<Verdict, 'checked'>): CheckResult {
    return verdict(this.#options, { ...found, checked: this.#options.column === undefined ? 1 : this.#checked });
  }
}

interface FreshOptions {
  readonly column: string | undefined;
  readonly within: string;
  /** ms since 1970 */
  readonly now: number;
}

const units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

function durationOf(text: string): number {
  const [, count, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|[smhdw])\s*$/.exec(text) ?? [];
  const size = units.get(unit ?? '');
  if (count !== undefined && size !== undefined) return Number(count) * size;
  throw new ModelyardError('config.invalid', `fresh_within: ${shown(text)} is no duration.`, {
    fix: 'Write a number and ms, s, m, h, d or w: 7d.',
  });
}

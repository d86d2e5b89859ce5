import type { Cell, CheckResult, ColumnProfile, FailingRow } from '../../protocol/data';
import type { Expectation } from '../../protocol/expectations';
import { cellValue, type Batch, type ColumnBatch } from '../read/batch';
import type { CheckMemory } from './checkMemory';
import { number, percent, shown } from './sentences';

/** One rule, judged while the data passes by. */
export interface Check {
  /** Columns it looks at, in any order; empty: none. */
  readonly columns: readonly string[];
  /** One of its columns in the next batch; within a batch the columns come in the file's order. */
  add?(column: ColumnBatch, batch: Batch, name: string): void | Promise<void>;
  /** Called when all columns of the batch have come; `column` gives one again. */
  endBatch?(batch: Batch, column: (name: string) => Promise<ColumnBatch>): Promise<void>;
  /** What must see the data once more, now that this check has seen it whole: its verdict is taken instead. */
  again?(): Check | undefined;
  /** Gives back what it holds besides memory; its verdict has been taken. */
  close?(): void;
  /** Its `rule` is the same whatever the data is. */
  finish(table: TableFacts): CheckResult;
}

/** What is known at the end. */
export interface TableFacts {
  readonly rows: number;
  /** When the file was last written, ms since 1970. */
  readonly modifiedAt: number;
  /** Names, in the file's order. */
  readonly columns: readonly string[];
  /** sha-256 of the file. */
  readonly digest: string;
  readonly profile: readonly ColumnProfile[];
}

export interface CheckOptions {
  readonly dataset: string;
  readonly index: number;
  readonly expectation: Expectation;
  /** Failing rows that are kept; default 100. */
  readonly keep?: number;
  readonly memory: CheckMemory;
}

/** Failing rows that a verdict names. */
export const keptRows = 100;

/** Counts rows and failures, and keeps the first failing rows. */
export class Tally {
  checked = 0;
  failing = 0;
  readonly rows: FailingRow[] = [];
  readonly #keep: number;

  constructor({ keep = keptRows }: Pick<CheckOptions, 'keep'> = {}) {
    this.#keep = keep;
  }

  /** Whether the next failing row is kept. */
  get hasRoom(): boolean {
    return this.failing < this.#keep;
  }

  fail(batch: Batch, row: number, column: ColumnBatch): void {
    if (this.failing++ < this.#keep) this.rows.push({ line: batch.line(row), value: cellValue(column, row) });
  }

  /** More failing rows, which were found in another order. */
  failLate(count: number, rows: readonly FailingRow[]): void {
    this.failing += count;
    const all = [...this.rows, ...rows].sort((one, other) => one.line - other.line);
    this.rows.splice(0, this.rows.length, ...all.slice(0, this.#keep));
  }

  failWith(line: number, value: Cell): void {
    if (this.failing++ < this.#keep) this.rows.push({ line, value });
  }

  /** @param detail what to add to the sentence of a failure */
  result(options: CheckOptions, rule: string, detail = ''): CheckResult {
    const { expectation } = options;
    const mostly = expectation.mostly ?? 1;
    const { checked, failing, rows } = this;
    const passed = failing === 0 || (mostly < 1 && (checked - failing) / checked >= mostly);
    return {
      ...resultBase(options, rule),
      passed,
      message: `${ruleText(options, rule)}: ${this.#sentence(mostly)}${failing === 0 ? '' : detail}.`,
      failing,
      checked,
      rows,
    };
  }

  #sentence(mostly: number): string {
    const { checked, failing } = this;
    const first = this.rows[0];
    if (failing === 0)
      return checked === 0
        ? 'no row has a value'
        : checked === 1
          ? 'the only row holds'
          : `all ${number(checked)} rows hold`;
    const count = `${number(failing)} of ${number(checked)} ${checked === 1 ? 'row' : 'rows'} ${failing === 1 ? 'fails' : 'fail'}`;
    const share = mostly < 1 ? ` (${percent(failing / checked)}, at most ${percent(1 - mostly)} may)` : '';
    return `${count}${share}${first ? `; first at line ${number(first.line)}: ${shown(first.value)}` : ''}`;
  }
}

/** The rule as it is named, with the rows that it is about. */
const ruleText = ({ expectation: { where } }: Pick<CheckOptions, 'expectation'>, rule: string): string =>
  where === undefined ? rule : `${rule} where ${where}`;

const resultBase = (options: CheckOptions, rule: string) => ({
  dataset: options.dataset,
  rule: ruleText(options, rule),
  ...(options.expectation.column !== undefined && { column: options.expectation.column }),
  index: options.index,
  severity: options.expectation.severity,
});

export interface Verdict {
  readonly rule: string;
  readonly passed: boolean;
  /** What was found, as the end of the sentence. */
  readonly what: string;
  /** Rows that were looked at. */
  readonly checked: number;
  /** Rows that show it. */
  readonly rows?: readonly FailingRow[];
  /** Default: 1 when it has not passed. */
  readonly failing?: number;
  /** Where it is not that of the entry. */
  readonly column?: string;
}

/** A verdict on something other than single rows. */
export const verdict = (options: CheckOptions, found: Verdict): CheckResult => ({
  ...resultBase(options, found.rule),
  ...(found.column !== undefined && { column: found.column }),
  passed: found.passed,
  message: `${ruleText(options, found.rule)}: ${found.what}.`,
  failing: found.failing ?? (found.passed ? 0 : 1),
  checked: found.checked,
  rows: found.passed ? [] : (found.rows ?? []),
});

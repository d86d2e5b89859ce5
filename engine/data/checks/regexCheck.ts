import vm from 'node:vm';
import { ModelyardError } from '../../errors';
import type { CheckResult } from '../../protocol/data';
import { cellText, type Batch, type ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { Tally, type Check, type CheckOptions } from './check';
import { number } from './sentences';

const rowsAtOnce = 4096;
/** For that many rows. A sound pattern needs milliseconds. */
const patience = 5000;
const program = new vm.Script('texts.map(text => regex.test(text))');

/**
 * The whole text of each cell matches a JavaScript regular expression. The pattern runs with a time limit, since
 * one like `(a+)+b` may need longer than the universe on one text.
 */
export class RegexCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: CheckOptions;
  readonly #pattern: string;
  readonly #tally = new Tally();
  readonly #sandbox: { regex: RegExp; texts: readonly string[] };
  readonly #context: vm.Context;

  /** @throws ModelyardError `config.invalid` for a pattern that is none */
  constructor(options: CheckOptions & { readonly column: string; readonly pattern: string }) {
    this.columns = [options.column];
    this.#options = options;
    this.#pattern = options.pattern;
    this.#sandbox = { regex: compile(options.pattern), texts: [] };
    this.#context = vm.createContext(this.#sandbox);
  }

  add(column: ColumnBatch, batch: Batch): void {
    let rows: number[] = [];
    for (let row = 0; row < column.rows; row++) {
      if (!isMissing(column.kinds[row]!)) rows.push(row);
      if (rows.length === rowsAtOnce || row === column.rows - 1) {
        this.#test(column, batch, rows);
        rows = [];
      }
    }
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, `${this.columns[0]!} matches /${this.#pattern}/`);
  }

  #test(column: ColumnBatch, batch: Batch, rows: readonly number[]): void {
    if (rows.length === 0) return;
    this.#sandbox.texts = rows.map(row => cellText(column, row));
    const verdicts = this.#run(batch.line(rows[0]!), batch.line(rows.at(-1)!));
    for (const [i, row] of rows.entries()) {
      this.#tally.checked++;
      if (verdicts[i] !== true) this.#tally.fail(batch, row, column);
    }
  }

  #run(firstLine: number, lastLine: number): readonly unknown[] {
    try {
      const verdicts: unknown = program.runInContext(this.#context, { timeout: patience });
      return Array.from(isList(verdicts) ? verdicts : []);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw new ModelyardError(
        'config.invalid',
        `The pattern /${this.#pattern}/ for ${this.columns[0]!} is too slow: it needs more than ${patience / 1000} s ` +
          `between line ${number(firstLine)} and line ${number(lastLine)} of ${this.#options.dataset}.`,
        {
          fix: 'Write it so that no part can match the same text in many ways: a+ instead of (a+)+.',
          data: { dataset: this.#options.dataset, expect: this.#options.index },
        },
      );
    }
  }
}

/** The error is one of the other realm, so that it is no `Error` here. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** A list of another realm. */
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Old patterns such as `\-` are none with the flag `u`; they run without it. */
function compile(pattern: string): RegExp {
  const whole = `^(?:${pattern})$`;
  try {
    return new RegExp(whole, 'u');
  } catch (error) {
    try {
      return new RegExp(whole);
    } catch {
      const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error);
      throw new ModelyardError('config.invalid', `/${pattern}/ is no regular expression: ${reason}.`, {
        fix: 'Write a JavaScript regular expression, such as [A-Z]{2}\\d+.',
        cause: error,
      });
    }
  }
}

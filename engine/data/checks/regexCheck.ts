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
const program = new vm.Script('texts.map(text => regexes.some(regex => regex.test(text)))');

export interface RegexOptions extends CheckOptions {
  readonly column: string;
  /** JavaScript regular expressions; of `mode` `matches` for the whole text, else for a part of it. */
  readonly patterns: readonly string[];
  /** Whether one of them must match, or none may be found. */
  readonly mode: 'matches' | 'lacks';
  /** `matches /A9[1-5]/` */
  readonly rule: string;
}

/**
 * The text of each cell matches one of some JavaScript regular expressions, or none. They run with a time limit, since
 * one like `(a+)+b` may need longer than the universe on one text.
 */
export class RegexCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: RegexOptions;
  readonly #tally: Tally;
  readonly #sandbox: { regexes: readonly RegExp[]; texts: readonly string[] };
  readonly #context: vm.Context;

  /** @throws ModelyardError `config.invalid` for a pattern that is none */
  constructor(options: RegexOptions) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
    const whole = options.mode === 'matches';
    this.#sandbox = { regexes: options.patterns.map(pattern => compile(pattern, whole)), texts: [] };
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
    return this.#tally.result(this.#options, `${this.columns[0]!} ${this.#options.rule}`);
  }

  #test(column: ColumnBatch, batch: Batch, rows: readonly number[]): void {
    if (rows.length === 0) return;
    this.#sandbox.texts = rows.map(row => cellText(column, row));
    const verdicts = this.#run(batch.line(rows[0]!), batch.line(rows.at(-1)!));
    const wanted = this.#options.mode === 'matches';
    for (const [i, row] of rows.entries()) {
      this.#tally.checked++;
      if (verdicts[i] !== wanted) this.#tally.fail(batch, row, column);
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
        `The pattern ${shownPatterns(this.#options.patterns)} for ${this.columns[0]!} is too slow: it needs more than ${patience / 1000} s ` +
          `between line ${number(firstLine)} and line ${number(lastLine)} of ${this.#options.dataset}.`,
        {
          fix: 'Write it so that no part can match the same text in many ways: a+ instead of (a+)+.',
          data: { dataset: this.#options.dataset, expect: this.#options.index },
        },
      );
    }
  }
}

/** `/a/, /b/` */
export const shownPatterns = (patterns: readonly string[]): string =>
  `${patterns
    .slice(0, 3)
    .map(pattern => `/${pattern}/`)
    .join(', ')}${patterns.length > 3 ? ', …' : ''}`;

/** The error is one of the other realm, so that it is no `Error` here. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** A list of another realm. */
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Old patterns such as `\-` are none with the flag `u`; they run without it. */
function compile(pattern: string, isWhole: boolean): RegExp {
  const whole = isWhole ? `^(?:${pattern})$` : pattern;
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

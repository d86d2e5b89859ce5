import type { Cell, FailingRow } from '../../protocol/data';
import type { DataCheckFinding, DataRoles, DomainClassifier, PlannedCheck } from '../../protocol/dataChecks';
import { number, percent, shown } from '../checks/sentences';
import type { Rows } from './columns';
import type { SuiteTable } from './table';
import { plural } from '../../plural';

/** What a check is given. */
export interface CheckInput {
  readonly table: SuiteTable;
  /** Rows of the frame: all of them, or with `parts` those of both. */
  readonly rows: Rows;
  readonly parts?: { readonly train: Rows; readonly test: Rows };
  readonly check: PlannedCheck;
  readonly roles: DataRoles;
  /** Rows that costly checks look at, at most. */
  readonly sample: number;
  readonly seed: number;
  /** Absent: nobody lends one. */
  readonly domain?: DomainClassifier | undefined;
  readonly signal: AbortSignal;
}

/** What a check has found. */
export interface Outcome {
  readonly passed: boolean;
  /** Without the full stop. */
  readonly message: string;
  readonly value?: number;
  readonly bound?: number;
  readonly findings?: readonly DataCheckFinding[];
  readonly failing?: number;
  readonly checked?: number;
  readonly rows?: readonly FailingRow[];
}

/** Why a check could not be judged. In a suite it is left out then, unless `broken`: then it is a failure anyhow. */
export interface Unjudged {
  readonly unjudged: string;
  readonly broken?: boolean;
}

export type Judge = (input: CheckInput) => Outcome | Unjudged | Promise<Outcome | Unjudged>;

export const mostRows = 100;
export const mostFindings = 50;

/** The line of a row, and its file where there are several. */
export function placeOf({ lines, placeOf: find }: SuiteTable, row: number): Pick<FailingRow, 'line' | 'file'> {
  const line = lines[row]!;
  return find?.(line) ?? { line };
}

/** The first rows that fail, with their line. */
export function failingRows(table: SuiteTable, rows: Iterable<number>, valueOf: (row: number) => Cell): FailingRow[] {
  const found: FailingRow[] = [];
  for (const row of rows) {
    if (found.length === mostRows) break;
    found.push({ value: valueOf(row), ...placeOf(table, row) });
  }
  return found;
}

/** What each column has, judged one by one: the sentence names those that fail with their values. */
export function byColumn(
  findings: readonly DataCheckFinding[],
  { what, bound, format = percent }: { what: string; bound: string; format?: (value: number) => string },
): Pick<Outcome, 'passed' | 'message' | 'value' | 'findings'> {
  const failing = findings.filter(({ passed }) => !passed);
  const sorted = [...findings].sort((a, b) => Number(a.passed) - Number(b.passed) || (b.value ?? -1) - (a.value ?? -1));
  const worst = sorted.find(({ value }) => value !== undefined);
  const count = plural(findings.length, 'column');
  const named = sorted
    .slice(0, Math.min(3, failing.length))
    .map(({ subject, value, detail }) => `${subject} ${value === undefined ? (detail ?? '') : format(value)}`);
  const rest = failing.length > named.length ? `, and ${number(failing.length - named.length)} more` : '';
  const message =
    failing.length > 0
      ? `${what} is ${named.join(', ')}${rest}, of ${count}; ${bound}`
      : findings.length === 0
        ? 'no column that it is about'
        : worst === undefined
          ? `${count} without a value to measure`
          : `${what} is at most ${format(worst.value ?? 0)} (${worst.subject}), of ${count}; ${bound}`;
  return {
    passed: failing.length === 0,
    message,
    ...(worst?.value !== undefined && { value: worst.value }),
    findings: sorted.slice(0, mostFindings),
  };
}

/** `0.83` */
export const score = (value: number): string => String(Number(value.toPrecision(3)));

export const listed = (values: readonly Cell[]): string =>
  `${values.slice(0, 5).map(shown).join(', ')}${values.length > 5 ? `, and ${number(values.length - 5)} more` : ''}`;

export { number, percent, shown };

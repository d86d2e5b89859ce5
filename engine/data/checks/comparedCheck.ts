import type { CheckResult, ColumnProfile } from '../../protocol/data';
import { comparedMeasures, type ComparedMeasure } from '../../protocol/expectations';
import { verdict, type Check, type CheckOptions, type TableFacts } from './check';
import { referenceFor, referenceName, type References, type ReferenceVersion } from './references';
import { figure, number, percent } from './sentences';

type Options = CheckOptions & {
  readonly text: string;
  readonly tolerance: number;
  readonly measures: readonly ComparedMeasure[] | undefined;
  readonly references: References;
};

/** Evidently's default. */
export const usualTolerance = 0.1;

/**
 * The statistics of a column, or of each, are as those of another version but for a relative tolerance: what Evidently
 * generates of a reference (a share of missing values may only rise so far). Dates are compared by what is missing and
 * different alone.
 */
export class ComparedCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: Options;

  constructor(options: Options) {
    const { column } = options.expectation;
    this.columns = column === undefined ? [] : [column];
    this.#options = options;
  }

  finish(table: TableFacts): CheckResult {
    const { text, tolerance, references, expectation } = this.#options;
    const rule = `${expectation.column ?? 'statistics'} as ${text === 'last' ? 'last' : `in ${text}`} ± ${percent(tolerance)}`;
    const chosen = referenceFor(references, text, table.digest);
    if ('problem' in chosen) {
      const { problem, first = false } = chosen;
      return verdict(this.#options, { rule, passed: first, what: problem, checked: 0 });
    }
    const { version } = chosen;
    const found = [...this.#rows(table, version), ...this.#columns(table, version)];
    const differing = found.filter(({ problem }) => problem !== undefined);
    const shown = differing.slice(0, mostShown).map(({ name, problem }) => `${name} ${problem}`);
    const more = differing.length > shown.length ? `; and ${number(differing.length - shown.length)} more` : '';
    const against = `those of ${referenceName(text, version)}`;
    const count = `${number(differing.length)} of ${number(found.length)} statistics ${differing.length === 1 ? 'differs' : 'differ'}`;
    const what =
      found.length === 0
        ? 'there is nothing that could be compared'
        : differing.length === 0
          ? `all ${number(found.length)} statistics are as ${against}`
          : `${count} from ${against}: ${shown.join('; ')}${more}`;
    const passed = found.length > 0 && differing.length === 0;
    return verdict(this.#options, { rule, passed, what, checked: found.length, failing: differing.length });
  }

  #rows({ rows }: TableFacts, version: ReferenceVersion): readonly Statistic[] {
    if (this.#options.expectation.column !== undefined || !this.#wants('rows')) return [];
    return [this.#judge({ name: 'row count', before: version.profile.rows, now: rows })];
  }

  #columns({ profile }: TableFacts, version: ReferenceVersion): readonly Statistic[] {
    const { column } = this.#options.expectation;
    const earlier = new Map(version.profile.columns.map(one => [one.name, one]));
    const wanted = column === undefined ? version.profile.columns.map(({ name }) => name) : [column];
    const now = new Map(profile.map(one => [one.name, one]));
    return wanted.flatMap((name): readonly Statistic[] => {
      const [before, after] = [earlier.get(name), now.get(name)];
      if (before && after) return this.#column(before, after);
      return [{ name, problem: after ? 'was not there' : 'is not there any more' }];
    });
  }

  #column(before: ColumnProfile, after: ColumnProfile): readonly Statistic[] {
    const isRetyped = isNumeric(before) && !isNumeric(after);
    return statistics(before, after)
      .filter(({ measure, before: was }) => was !== undefined && this.#wants(measure))
      .map(({ measure, name, before: was = Number.NaN, now = Number.NaN }) =>
        this.#judge({
          name: `${name} of ${after.name}`,
          before: was,
          now: isRetyped && measure !== 'missing_share' ? Number.NaN : now,
          onlyMore: measure === 'missing_share',
        }),
      );
  }

  #wants(measure: ComparedMeasure): boolean {
    return (this.#options.measures ?? comparedMeasures).includes(measure);
  }

  #judge({ name, before, now, onlyMore = false }: Compared): Statistic {
    const room = (this.#options.tolerance + 1e-12) * Math.abs(before);
    const holds = onlyMore ? now <= before + room : Math.abs(now - before) <= room;
    return holds ? { name } : { name, problem: `is ${show(now)}, was ${show(before)}${change(before, now)}` };
  }
}

const mostShown = 8;

interface Statistic {
  readonly name: string;
  /** Where it differs. */
  readonly problem?: string;
}

interface Compared {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  /** Less than before is no fault. */
  readonly onlyMore?: boolean;
}

interface Pair {
  readonly measure: ComparedMeasure;
  readonly name: string;
  readonly before: number | undefined;
  readonly now: number | undefined;
}

function statistics(before: ColumnProfile, after: ColumnProfile): readonly Pair[] {
  const common: readonly Pair[] = [
    { measure: 'missing_share', name: 'missing share', before: missingShare(before), now: missingShare(after) },
    { measure: 'distinct_count', name: 'different values', before: before.distinct, now: after.distinct },
  ];
  if (!isNumeric(before)) return common;
  const numbers = (['mean', 'std', 'min', 'max'] as const).map((measure): Pair => ({
    measure,
    name: measure,
    before: before[measure],
    now: after[measure],
  }));
  const quantiles = comparedQuantiles.map((key): Pair => ({
    measure: 'quantiles',
    name: `quantile ${key}`,
    before: before.quantiles?.[key],
    now: after.quantiles?.[key],
  }));
  return [...common, ...numbers, ...quantiles];
}

const comparedQuantiles = ['p5', 'p25', 'p50', 'p75', 'p95'] as const;

const isNumeric = ({ type }: ColumnProfile): boolean => type === 'integer' || type === 'number';

const missingShare = ({ count, nulls }: ColumnProfile): number =>
  count + nulls === 0 ? Number.NaN : nulls / (count + nulls);

const show = (value: number): string => (Number.isInteger(value) ? number(value) : figure(value));

function change(before: number, now: number): string {
  if (before === 0 || !Number.isFinite(now)) return '';
  const share = (now - before) / Math.abs(before);
  return ` (${share > 0 ? '+' : ''}${percent(share)})`;
}

/** There are as many rows as in another dataset. */
export class RowCountOfCheck implements Check {
  readonly columns = [];
  readonly #options: CheckOptions & { readonly of: string; readonly references: References };

  constructor(options: CheckOptions & { readonly of: string; readonly references: References }) {
    this.#options = options;
  }

  finish({ rows, digest }: TableFacts): CheckResult {
    const { of, references } = this.#options;
    const rule = `row count as in ${of}`;
    const chosen = referenceFor(references, of, digest);
    if ('problem' in chosen)
      return verdict(this.#options, { rule, passed: false, what: chosen.problem, checked: rows });
    const wanted = chosen.version.profile.rows;
    const what = `there are ${number(rows)}, and ${number(wanted)} in ${of}`;
    return verdict(this.#options, { rule, passed: rows === wanted, what, checked: rows });
  }
}

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
 * generates of a reference. Dates are compared by what is missing and different alone.
 */
export class ComparedCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: Options;

  constructor(options: Options) {
    const { column } = options.expectation;
    this.columns = column === undefined ? [] : [column];
    this.#options = options;
  }

  finish(table: TableFacts): readonly CheckResult[] {
    const { text, references, expectation } = this.#options;
    const chosen = referenceFor(references, text, table.digest);
    if ('problem' in chosen) {
      const rule = `${expectation.column ?? 'statistics'} compared with ${text}`;
      const { problem, first = false } = chosen;
      return [verdict(this.#options, { rule, passed: first, what: problem, checked: 0 })];
    }
    const found = [...this.#rows(table, chosen.version), ...this.#columns(table, chosen.version)];
    if (found.length > 0) return found;
    const rule = `${expectation.column ?? 'statistics'} compared with ${text}`;
    return [
      verdict(this.#options, { rule, passed: false, what: 'there is nothing that could be compared', checked: 0 }),
    ];
  }

  #rows({ rows }: TableFacts, version: ReferenceVersion): readonly CheckResult[] {
    if (this.#options.expectation.column !== undefined || !this.#wants('rows')) return [];
    return [this.#judge({ name: 'row count', before: version.profile.rows, now: rows, checked: rows, version })];
  }

  #columns({ profile }: TableFacts, version: ReferenceVersion): readonly CheckResult[] {
    const { column } = this.#options.expectation;
    const earlier = new Map(version.profile.columns.map(one => [one.name, one]));
    const wanted = column === undefined ? version.profile.columns.map(({ name }) => name) : [column];
    const now = new Map(profile.map(one => [one.name, one]));
    return wanted.flatMap(name => {
      const [before, after] = [earlier.get(name), now.get(name)];
      if (before && after) return this.#column(before, after, version);
      const rule = `${name} compared with ${this.#options.text}`;
      const where = after ? referenceName(this.#options.text, version) : 'the data';
      return [
        verdict(this.#options, { rule, passed: false, what: `${where} has no such column`, checked: 0, column: name }),
      ];
    });
  }

  #column(before: ColumnProfile, after: ColumnProfile, version: ReferenceVersion): readonly CheckResult[] {
    const { name } = after;
    const pairs: readonly (readonly [ComparedMeasure, string, number | undefined, number | undefined])[] = [
      ['missing_share', 'missing share', missingShare(before), missingShare(after)],
      ['distinct_count', 'different values', before.distinct, after.distinct],
      ...(isNumeric(before)
        ? ([
            ['mean', 'mean', before.mean, after.mean],
            ['std', 'std', before.std, after.std],
            ['min', 'min', before.min, after.min],
            ['max', 'max', before.max, after.max],
            ...comparedQuantiles.map(
              key => ['quantiles', `quantile ${key}`, before.quantiles?.[key], after.quantiles?.[key]] as const,
            ),
          ] as const)
        : []),
    ];
    return pairs
      .filter(([measure, , was]) => was !== undefined && this.#wants(measure))
      .map(([measure, what, was = 0, now = Number.NaN]) =>
        this.#judge({
          name: `${what} of ${name}`,
          before: was,
          now: isNumeric(before) && !isNumeric(after) && measure !== 'missing_share' ? Number.NaN : now,
          checked: after.count,
          version,
          onlyMore: measure === 'missing_share',
          column: name,
        }),
      );
  }

  #wants(measure: ComparedMeasure): boolean {
    return (this.#options.measures ?? comparedMeasures).includes(measure);
  }

  #judge({ name, before, now, checked, version, onlyMore = false, column }: Compared): CheckResult {
    const { text, tolerance } = this.#options;
    const room = tolerance * Math.abs(before) + Math.abs(before) * 1e-12;
    const passed = onlyMore ? now <= before + room : Math.abs(now - before) <= room;
    return verdict(this.#options, {
      rule: `${name} as ${referenceName(text, version)} ${onlyMore ? 'at most +' : '± '}${percent(tolerance)}`,
      passed,
      what: `it is ${show(now)}, and was ${show(before)}${passed ? '' : change(before, now)}`,
      checked,
      ...(column !== undefined && { column }),
    });
  }
}

interface Compared {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  readonly checked: number;
  readonly version: ReferenceVersion;
  /** Less than before is no fault. */
  readonly onlyMore?: boolean;
  readonly column?: string;
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

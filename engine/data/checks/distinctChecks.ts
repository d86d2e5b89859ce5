import type { Cell, CheckResult, FailingRow } from '../../protocol/data';
import type { CountRange, Range } from '../../protocol/expectations';
import { Fingerprint } from '../fingerprint';
import { FrequentTexts } from '../profile/frequentTexts';
import { cellText, cellValue, type Batch, type ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { valueFinder } from './cellTests';
import { verdict, type Check, type CheckOptions } from './check';
import { DifferentValues } from './differentValues';
import { boundsOf, countText, isCount, isWithin, rangeText } from './ranges';
import { figure, number, shown, shownSet } from './sentences';
import { fingerprintCell } from './uniqueCheck';
import { nounOf } from '../../plural';

type ColumnOptions = CheckOptions & { readonly column: string };

/** How many different values there are, or how many for each row that has one. Exact. */
export class DistinctCountCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: ColumnOptions & ({ readonly count: CountRange } | { readonly share: Range });
  readonly #seen: DifferentValues;
  readonly #fingerprint = new Fingerprint();
  #rows = 0;

  constructor(options: ColumnOptions & ({ readonly count: CountRange } | { readonly share: Range })) {
    this.columns = [options.column];
    this.#options = options;
    this.#seen = new DifferentValues(options.memory);
  }

  close(): void {
    this.#seen.close();
  }

  add(column: ColumnBatch): void {
    const texts = column.texts();
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      this.#rows++;
      fingerprintCell(this.#fingerprint, column, { texts, row });
      this.#seen.add(this.#fingerprint.low, this.#fingerprint.high, 1);
    }
  }

  finish(): CheckResult {
    const options = this.#options;
    const { size } = this.#seen;
    const checked = this.#rows;
    if ('count' in options)
      return verdict(options, {
        rule: `${options.column} has ${countText(options.count)} different values`,
        passed: isCount(size, options.count),
        what: `there are ${number(size)}`,
        checked,
      });
    const share = size / checked;
    return verdict(options, {
      rule: `share of different values of ${options.column} ${rangeText(options.share)}`,
      passed: isWithin(share, boundsOf(options.share, 'distinct_share')),
      what: checked === 0 ? 'no row has a value' : `it is ${figure(share)}`,
      checked,
    });
  }
}

const mostOthers = 20;

/** Which values come: no others than some, all of some, or both. */
export class DistinctSetCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: ColumnOptions & DistinctSet;
  readonly #find: (column: ColumnBatch, row: number) => number;
  readonly #seen = new Set<number>();
  readonly #others = new Map<string, FailingRow>();
  #checked = 0;

  constructor(options: ColumnOptions & DistinctSet) {
    this.columns = [options.column];
    this.#options = options;
    this.#find = valueFinder(options.set);
  }

  add(column: ColumnBatch, batch: Batch): void {
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      this.#checked++;
      const place = this.#find(column, row);
      if (place >= 0) this.#seen.add(place);
      else if (this.#others.size < mostOthers) {
        const text = cellText(column, row);
        if (!this.#others.has(text)) this.#others.set(text, { line: batch.line(row), value: cellValue(column, row) });
      }
    }
  }

  finish(): CheckResult {
    const { column, set, mode } = this.#options;
    const others = mode === 'contains' ? [] : [...this.#others.values()];
    const absent = mode === 'in' ? [] : set.filter((_, place) => !this.#seen.has(firstPlace(set, place)));
    const found = [
      ...(others.length > 0 ? [`there is ${listed(others.map(({ value }) => value))} too`] : []),
      ...(absent.length > 0 ? [`${listed(absent)} ${absent.length === 1 ? 'does' : 'do'} not come`] : []),
    ];
    return verdict(this.#options, {
      rule: `values of ${column} ${modes[mode]} ${shownSet(set)}`,
      passed: found.length === 0,
      what: found.length === 0 ? 'so it is' : found.join(', '),
      checked: this.#checked,
      rows: others,
      failing: others.length + absent.length,
    });
  }
}

interface DistinctSet {
  readonly set: readonly Cell[];
  readonly mode: 'in' | 'contains' | 'equals';
}
const modes = { in: 'only of', contains: 'contain', equals: 'are' } as const;

/** A value that is listed twice is found at its first place. */
const firstPlace = (set: readonly Cell[], place: number): number => set.findIndex(value => value === set[place]);

const listed = (values: readonly Cell[]): string =>
  `${values.slice(0, 5).map(shown).join(', ')}${values.length > 5 ? ', …' : ''}`;

/** The most frequent value (of several as frequent: one of them) is one of some. */
export class MostCommonCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: ColumnOptions & { readonly set: readonly Cell[] };
  readonly #counts = new FrequentTexts();
  readonly #fingerprint = new Fingerprint();
  #checked = 0;

  constructor(options: ColumnOptions & { readonly set: readonly Cell[] }) {
    this.columns = [options.column];
    this.#options = options;
  }

  add(column: ColumnBatch): void {
    const { bytes, starts, ends, stride, offset } = column.texts();
    for (let row = 0, at = offset; row < column.rows; row++, at += stride) {
      if (isMissing(column.kinds[row]!)) continue;
      this.#checked++;
      this.#fingerprint.bytes(bytes, starts[at]!, ends[at]!);
      this.#counts.add(this.#fingerprint.low, bytes, starts[at]!, ends[at]!);
    }
  }

  finish(): CheckResult {
    const { column, set } = this.#options;
    const top = this.#counts.top(100);
    const most = top[0]?.count ?? 0;
    const { error } = this.#counts;
    // In a column of very many different values the counts are too low by at most `error`.
    const first = top.filter(({ count }) => count === most);
    const isUnsure = error > 0 && (top[1]?.count ?? 0) + error > most;
    const texts = new Set(set.map(String));
    const isIn = (value: string): boolean =>
      texts.has(value) || set.some(one => typeof one === 'number' && one === Number(value));
    const what =
      this.#checked === 0
        ? 'no row has a value'
        : isUnsure || first.length === 0
          ? 'too many different values are about as frequent as one another to tell'
          : `it is ${first
              .map(({ value }) => shown(value))
              .slice(0, 5)
              .join(' and ')} (${number(most + error)} ${nounOf(most + error, 'row')})`;
    return verdict(this.#options, {
      rule: `most common ${column} in ${shownSet(set)}`,
      passed: this.#checked > 0 && !isUnsure && first.some(({ value }) => isIn(value)),
      what,
      checked: this.#checked,
    });
  }
}

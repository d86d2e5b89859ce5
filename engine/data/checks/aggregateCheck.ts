import type { CheckResult } from '../../protocol/data';
import type { Range } from '../../protocol/expectations';
import type { Batch, ColumnBatch } from '../read/batch';
import { timeKinds } from '../read/cellKind';
import { plainNumbers } from './cellTests';
import { verdict, type Tally, type Check, type CheckOptions } from './check';
import type { NumberSummary } from './numberSummary';
import { boundsOf, isWithin, measured, rangeText, type Bounds } from './ranges';
import { number, shown } from './sentences';
import type { SharedSummaries } from './sharedSummaries';
import { nounOf } from '../../plural';

export type Aggregate = 'min' | 'max' | 'mean' | 'median' | 'sum' | 'std';

interface AggregateOptions extends CheckOptions {
  readonly column: string;
  readonly measure: Aggregate | { readonly quantile: number };
  readonly range: Range;
  readonly summaries: SharedSummaries;
}

/**
 * What the numbers (dates, when the bounds are dates) of a column come to lies between two bounds. Missing values are
 * passed over; a value of another kind, no value at all and a result that is no number fail.
 */
export class AggregateCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: AggregateOptions;
  readonly #bounds: Bounds;
  readonly #odd: Tally;
  readonly #summary: NumberSummary;

  /** @throws ModelyardError `config.invalid` */
  constructor(options: AggregateOptions) {
    const { column, measure, range } = options;
    this.columns = [column];
    this.#options = options;
    this.#bounds = boundsOf(range, nameOf(measure));
    const { summary, odd } = options.summaries.of(this.#bounds.times ? timeKinds : plainNumbers);
    this.#summary = summary;
    this.#odd = odd;
  }

  add(column: ColumnBatch, batch: Batch): void {
    this.#summary.add(column, batch);
  }

  finish(): CheckResult {
    const { column, measure, range } = this.#options;
    const { times } = this.#bounds;
    const summary = this.#summary;
    const rule = `${nameOf(measure)} of ${column} ${rangeText(range)}`;
    const what = times ? 'date' : 'number';
    const checked = summary.count + this.#odd.failing;
    if (this.#odd.failing > 0) {
      const [first] = this.#odd.rows;
      const share = `${number(this.#odd.failing)} of ${number(checked)} ${nounOf(checked, 'row')} ${this.#odd.failing === 1 ? 'holds' : 'hold'} no ${what}`;
      const where = first ? `; first at line ${number(first.line)}: ${shown(first.value)}` : '';
      const { rows, failing } = this.#odd;
      return verdict(this.#options, { rule, passed: false, what: share + where, checked, rows, failing });
    }
    if (summary.count === 0)
      return verdict(this.#options, { rule, passed: false, what: `no row has a ${what}`, checked });
    const value = valueOf(summary, measure);
    const passed = isWithin(value, this.#bounds);
    const line = measure === 'min' ? summary.minLine : measure === 'max' ? summary.maxLine : 0;
    const row = { line, value: measured(value, times) };
    const place = line > 0 && !passed ? ` at line ${number(line)}` : '';
    const isQuantile = typeof measure === 'object' || measure === 'median';
    const basis = isQuantile && summary.isSampled ? ' (from a sample)' : '';
    return verdict(this.#options, {
      rule,
      passed,
      what: `it is ${measured(value, times)}${place}${basis}`,
      checked,
      ...(line > 0 && { rows: [row] }),
    });
  }
}

function valueOf(summary: NumberSummary, measure: AggregateOptions['measure']): number {
  if (typeof measure === 'object') return summary.quantile(measure.quantile);
  return measure === 'median' ? summary.quantile(0.5) : summary[measure];
}

const nameOf = (measure: AggregateOptions['measure']): string =>
  typeof measure === 'object' ? `quantile ${measure.quantile}` : measure;

import { fairnessMeasures, type FairnessMeasure } from '../../protocol/gateRules';
import type { Range } from '../../protocol/evaluationParts';
import { groupMeasures, ratesOf, type Cells } from '../metrics/groupMeasures';
import { apartInterval, type ApartOptions, type DrawnRate } from './apartInterval';

type RateName = 'selection_rate' | 'true_positive_rate' | 'false_positive_rate' | 'precision';

/** The rates whose groups a measure holds beside each other. */
const ratesBehind: Readonly<Record<FairnessMeasure, readonly RateName[]>> = {
  selection_rate_ratio: ['selection_rate'],
  selection_rate_difference: ['selection_rate'],
  equal_opportunity_ratio: ['true_positive_rate'],
  equal_opportunity_difference: ['true_positive_rate'],
  equalized_odds_ratio: ['true_positive_rate', 'false_positive_rate'],
  equalized_odds_difference: ['true_positive_rate', 'false_positive_rate'],
  predictive_parity_ratio: ['precision'],
  predictive_parity_difference: ['precision'],
};

/** Half a row more on either side (Agresti): the logarithm of a rate of 0 has no spread. */
function smoothed({ rows, selected, deserved, both }: Cells): Readonly<Record<RateName, number>> {
  const log = (part: number, whole: number): number => (whole === 0 ? NaN : Math.log((part + 0.5) / (whole + 1)));
  return {
    selection_rate: log(selected, rows),
    true_positive_rate: log(both, deserved),
    false_positive_rate: log(selected - both, rows - deserved),
    precision: log(both, selected),
  };
}

/** Collects draws of groups, for intervals of what they are apart by. */
export class MeasureDraws {
  private readonly plain: readonly DrawnGroup[];
  private readonly logs: readonly DrawnGroup[];

  constructor(
    private readonly found: readonly Cells[],
    rounds: number,
  ) {
    this.plain = found.map(() => drawnGroup(rounds));
    this.logs = found.map(() => drawnGroup(rounds));
  }

  add(round: number, drawn: readonly Cells[]): void {
    drawn.forEach((cells, group) => {
      put(this.plain[group]!, ratesOf(cells), round);
      put(this.logs[group]!, smoothed(cells), round);
    });
  }

  /** Of each measure that has a value. */
  intervals(options: ApartOptions): Readonly<Record<string, Range>> {
    const values = groupMeasures(this.found);
    return Object.fromEntries(
      fairnessMeasures.flatMap((name, i) => {
        const value = values[i]!;
        const interval = Number.isFinite(value) ? this.interval(name, value, options) : undefined;
        return interval ? [[name, interval] as const] : [];
      }),
    );
  }

  private interval(name: FairnessMeasure, value: number, options: ApartOptions): Range | undefined {
    const isRatio = name.endsWith('_ratio');
    const [of, draws] = isRatio ? [smoothed, this.logs] : [ratesOf, this.plain];
    const rates = ratesBehind[name].map((rate): DrawnRate => ({
      found: this.found.map(cells => of(cells)[rate]),
      draws: draws.map(group => group[rate]),
    }));
    const apart = apartInterval(rates, options);
    if (apart === undefined) return undefined;
    const [low, high] = isRatio ? [Math.exp(-apart[1]), Math.exp(-apart[0])] : [apart[0], Math.min(1, apart[1])];
    return [Math.min(low, value), Math.max(high, value)];
  }
}

type DrawnGroup = Readonly<Record<RateName, Float64Array>>;

const drawnGroup = (rounds: number): DrawnGroup => ({
  selection_rate: new Float64Array(rounds),
  true_positive_rate: new Float64Array(rounds),
  false_positive_rate: new Float64Array(rounds),
  precision: new Float64Array(rounds),
});

function put(group: DrawnGroup, rates: Readonly<Record<RateName, number>>, round: number): void {
  group.selection_rate[round] = rates.selection_rate;
  group.true_positive_rate[round] = rates.true_positive_rate;
  group.false_positive_rate[round] = rates.false_positive_rate;
  group.precision[round] = rates.precision;
}

import type { MetricConstraint, TuneOptions } from '../protocol/steps/search';
import type { Objective, Reported, Trial } from '../protocol/tuning';
import { paretoFront } from './pareto';

const lowerIsBetter = new Set([
  'log_loss', 'brier', 'calibration_error', 'expected_cost', 'rmse', 'mae', 'fit_seconds',
]); // prettier-ignore

export const objective = (metric: string): Objective => ({ metric, maximize: !lowerIsBetter.has(metric) });

/** The learners' own loss on the rows by which they stop early. */
const lossOfIterations = 'val_loss';

/** What trials say on their way, and pruners look at. */
export const reportedBy = ({ metric, holdout }: Pick<TuneOptions, 'metric' | 'holdout'>): Reported =>
  holdout === undefined
    ? { ...objective(metric[0] ?? ''), per: 'fold' }
    : { metric: lossOfIterations, maximize: false, per: 'iteration' };

/** By how much a value breaks the constraint; 0 or less: it keeps it. */
export const violation = ({ at_least, at_most }: MetricConstraint, value: number): number =>
  at_most === undefined ? (at_least ?? -Infinity) - value : value - at_most;

export const constraintText = ({ metric, at_least, at_most }: MetricConstraint): string =>
  at_most === undefined ? `${metric} >= ${at_least ?? ''}` : `${metric} <= ${at_most}`;

const keepsConstraints = ({ violations }: Trial): boolean => violations.every(value => value <= 0);

/** Whether the first value is better. */
const isBetter = ({ maximize }: Objective, a: number, b: number): boolean => (maximize ? a > b : a < b);

/**
 * The trials that no other is better than in all objectives, best first by the first objective; with one objective the
 * best trial alone. Among trials that keep the constraints, or, when none does, all.
 */
export function bestTrials(trials: readonly Trial[], objectives: readonly Objective[]): readonly Trial[] {
  const measured = trials.filter(({ state, values }) => state === 'complete' && !values.some(Number.isNaN));
  const allowed = measured.filter(keepsConstraints);
  const judged = allowed.length > 0 ? allowed : leastBroken(measured);
  const losses = judged.map(({ values }) =>
    values.map((value, i) => (objectives[i]?.maximize === true ? -value : value)),
  );
  const front = paretoFront(losses).map(i => judged[i]!);
  const sorted = front.toSorted((a, b) => compare(a, b, objectives) || a.number - b.number);
  return objectives.length > 1 ? sorted : sorted.slice(0, 1);
}

function compare(a: Trial, b: Trial, [first]: readonly Objective[]): number {
  const [x = NaN, y = NaN] = [a.values[0], b.values[0]];
  if (first === undefined || x === y) return 0;
  return isBetter(first, x, y) ? -1 : 1;
}

/** Those that break the constraints least. */
function leastBroken(trials: readonly Trial[]): readonly Trial[] {
  const broken = trials.map(({ violations }) => violations.reduce((sum, value) => sum + Math.max(0, value), 0));
  const least = Math.min(...broken);
  return trials.filter((_, i) => broken[i] === least);
}

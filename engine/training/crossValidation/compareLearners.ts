import type {
  CrossValidation,
  CrossValidatedLearner,
  LearnerComparison,
  MetricOverFolds,
} from '../../protocol/crossValidation';
import { holm } from '../../statistics/adjust';
import { resampledMean } from '../../statistics/resampledTTest';
import { wilcoxon } from '../../statistics/wilcoxon';

type Values = readonly (number | null)[];

/** Mean, spread and interval of a metric over the folds. @param ratio test rows ÷ training rows */
export function overFolds(values: Values, ratio: number): MetricOverFolds {
  const defined = values.filter(value => value !== null);
  const { mean, sd, interval } = resampledMean(defined, ratio);
  return { mean, folds: defined.length, ...(interval && { sd, interval }) };
}

/** The mean over the folds. */
export function testRatio(folds: CrossValidation['folds']): number {
  return folds.reduce((sum, { train, test }) => sum + test / train, 0) / folds.length;
}

/** Every pair of learners by every metric. */
export const compareLearners = (learners: readonly CrossValidatedLearner[], ratio: number): LearnerComparison[] =>
  comparePairs(
    learners.flatMap((first, i) => learners.slice(i + 1).map(second => [first, second] as const)),
    ratio,
  );

type Compared = Pick<CrossValidatedLearner, 'name' | 'values'>;

/** Pairs by every metric, on the folds where both are defined; p values adjusted within a metric. */
export function comparePairs(pairs: readonly (readonly [Compared, Compared])[], ratio: number): LearnerComparison[] {
  const metrics = [...new Set(pairs.flatMap(([{ values }]) => Object.keys(values)))];
  return metrics.flatMap(metric => {
    const found = pairs.flatMap(pair => compare(metric, pair, ratio) ?? []);
    const adjusted = holm(found.map(({ p }) => p));
    return found.map((pair, i) => ({ ...pair, adjustedP: adjusted[i]! }));
  });
}

/** Undefined with less than two folds where both have the metric. */
function compare(
  metric: string,
  [first, second]: readonly [Compared, Compared],
  ratio: number,
): Omit<LearnerComparison, 'adjustedP'> | undefined {
  const [a, b] = [first.values[metric] ?? [], second.values[metric] ?? []];
  const differences = a.flatMap((value, fold) => {
    const other = b[fold] ?? null;
    return value === null || other === null ? [] : [value - other];
  });
  const { mean, sd, interval, p } = resampledMean(differences, ratio);
  if (!interval || p === undefined) return undefined;
  const ranks = wilcoxon(differences);
  return {
    metric,
    first: first.name,
    second: second.name,
    difference: mean,
    sd,
    interval,
    p,
    higher: differences.filter(value => value > 0).length,
    lower: differences.filter(value => value < 0).length,
    wilcoxon: { p: ranks.p, effect: ranks.effect, exact: ranks.exact },
  };
}

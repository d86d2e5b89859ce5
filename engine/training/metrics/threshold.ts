import type { ThresholdPoint } from '../../protocol/evaluation';
import type { Ranking } from './ranking';

export interface CostMatrix {
  readonly falseNegative: number;
  readonly falsePositive: number;
}

/** Cost a row: (fn · cost of one + fp · cost of one) ÷ rows. */
export function expectedCost(
  { fp, fn, tp, tn }: Omit<ThresholdPoint, 'threshold' | 'cost'>,
  { falseNegative, falsePositive }: CostMatrix,
): number {
  return (fn * falseNegative + fp * falsePositive) / (tp + fp + tn + fn);
}

/** The threshold on a calibrated probability that minimises the expected cost (Elkan 2001): fp ÷ (fp + fn). */
export const theoreticalThreshold = ({ falseNegative, falsePositive }: CostMatrix): number =>
  falsePositive / (falsePositive + falseNegative);

/** What a threshold makes of ranked rows: a row counts as positive at or above it. */
export function atThreshold(ranking: Ranking, threshold: number): Omit<ThresholdPoint, 'cost'> {
  let [low, high] = [0, ranking.thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranking.thresholds[middle]! >= threshold) low = middle + 1;
    else high = middle;
  }
  const tp = ranking.tp[low - 1] ?? 0;
  const fp = ranking.fp[low - 1] ?? 0;
  return { threshold, tp, fp, tn: ranking.negatives - fp, fn: ranking.positives - tp };
}

/** The slider of the run page: `steps + 1` thresholds from 0 to 1. */
export function thresholdPoints(ranking: Ranking, cost: CostMatrix | undefined, steps = 200): ThresholdPoint[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const point = atThreshold(ranking, i / steps);
    return cost ? { ...point, cost: expectedCost(point, cost) } : point;
  });
}

/**
 * The threshold with the least cost on these rows, or without costs the greatest F1: halfway between two neighbouring
 * scores, so that it does not hang on the last digit of one; of equals the highest.
 */
export function bestThreshold(ranking: Ranking, cost: CostMatrix | undefined): number {
  const { thresholds, tp, fp, positives, negatives } = ranking;
  const badness = (i: number): number => {
    const [hits, alarms] = [tp[i] ?? 0, fp[i] ?? 0];
    if (!cost) return -(2 * hits) / (hits + alarms + positives);
    return expectedCost({ tp: hits, fp: alarms, tn: negatives - alarms, fn: positives - hits }, cost);
  };
  let best = -1;
  for (let i = 0; i < thresholds.length; i++) if (badness(i) < badness(best)) best = i;
  const above = thresholds[best] ?? 1;
  const below = thresholds[best + 1] ?? 0;
  return best < 0 ? (above + (thresholds[0] ?? 1)) / 2 : (above + below) / 2;
}

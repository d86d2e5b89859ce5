import type { HeldOutThreshold } from '../../protocol/crossValidation';
import type { DecisionOptions } from '../../protocol/steps/evaluation';
import { lastScore, type Scored } from '../evaluation/scored';
import { rank } from '../metrics/ranking';
import { atThreshold, bestThreshold, expectedCost } from '../metrics/threshold';

/**
 * The best threshold on scores of rows that no model had seen: those of the training part itself are too good to choose
 * by. Undefined unless there are two classes, and both occur.
 * @param parts test rows of the folds of one repeat
 */
export function heldOutThreshold(
  parts: readonly Scored[],
  { cost }: Pick<DecisionOptions, 'cost'>,
): HeldOutThreshold | undefined {
  if (parts.length === 0 || parts.some(({ task }) => task !== 'binary')) return undefined;
  const y = Float64Array.from(parts.flatMap(part => [...part.y]));
  const scores = Float64Array.from(parts.flatMap(part => [...lastScore(part)]));
  const ranking = rank(y, scores);
  if (ranking.positives === 0 || ranking.negatives === 0) return undefined;
  const costs = cost && { falseNegative: cost.false_negative, falsePositive: cost.false_positive };
  const value = bestThreshold(ranking, costs);
  const at = atThreshold(ranking, value);
  return {
    value,
    rows: y.length,
    ...(costs && { costs }),
    f1: (2 * at.tp) / (2 * at.tp + at.fp + at.fn),
    ...(costs && { cost: expectedCost(at, costs) }),
  };
}

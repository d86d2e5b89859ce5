import { associationV, kolmogorovStatistic } from '../../statistics/drift';
import type { TrainingPartEvaluation } from '../../protocol/evaluationParts';
import type { Decision } from './decision';
import { metricSet } from './metricSet';
import { lastScore, predictedClasses, type Scored } from './scored';

/** More training rows are not scored. */
export const mostTrainingRows = 50_000;

/** @param training some or all rows that the model has learnt from */
export function trainingPart(training: Scored, test: Scored, decision: Decision): TrainingPartEvaluation {
  return {
    rows: training.y.length,
    metrics: metricSet(training, decision),
    drift:
      training.task === 'multiclass'
        ? {
            method: 'cramers-v',
            value: associationV({ before: classCounts(training, decision), after: classCounts(test, decision) }),
          }
        : { method: 'ks', value: kolmogorovStatistic(lastScore(training).toSorted(), lastScore(test).toSorted()) },
  };
}

function classCounts(scored: Scored, { threshold }: Decision): readonly number[] {
  const counts = new Array<number>(scored.width).fill(0);
  for (const one of predictedClasses(scored, threshold)) counts[one]!++;
  return counts;
}

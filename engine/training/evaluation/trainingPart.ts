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
        ? { method: 'cramers-v', value: cramersV(classCounts(training, decision), classCounts(test, decision)) }
        : { method: 'ks', value: ksDistance(lastScore(training), lastScore(test)) },
  };
}

/** Greatest distance between the distributions of two samples. */
export function ksDistance(first: Float64Array, second: Float64Array): number {
  const [a, b] = [first.toSorted(), second.toSorted()];
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

function classCounts(scored: Scored, { threshold }: Decision): readonly number[] {
  const counts = new Array<number>(scored.width).fill(0);
  for (const one of predictedClasses(scored, threshold)) counts[one]!++;
  return counts;
}

/** Of a table of two rows, bias-corrected (Bergsma 2013); 0: the shares are the same. */
export function cramersV(first: readonly number[], second: readonly number[]): number {
  const columns = [...first.keys()].filter(k => first[k]! + second[k]! > 0);
  const [n1, n2] = [first, second].map(counts => counts.reduce((a, b) => a + b, 0));
  const n = n1! + n2!;
  let chi = 0;
  for (const k of columns) {
    const both = first[k]! + second[k]!;
    for (const [found, rows] of [
      [first[k]!, n1!],
      [second[k]!, n2!],
    ] as const) {
      const expected = (both * rows) / n;
      chi += (found - expected) ** 2 / expected;
    }
  }
  const k = columns.length;
  const phi = Math.max(0, chi / n - (k - 1) / (n - 1));
  const [rows, wide] = [2 - 1 / (n - 1), k - (k - 1) ** 2 / (n - 1)];
  const least = Math.min(rows - 1, wide - 1);
  return least > 0 ? Math.sqrt(phi / least) : 0;
}

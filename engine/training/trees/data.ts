import { ModelyardError } from '../../errors';
import type { TrainingData } from '../learner';

/** Trees take what is missing (NaN), but nothing infinite. @throws ModelyardError `training.numeric`, `training.label` */
export function checkTreeData({ x, y, features, task, classes }: TrainingData): void {
  for (let at = 0; at < x.values.length; at++)
    if (Math.abs(x.values[at]!) === Infinity)
      throw new ModelyardError('training.numeric', `The feature ${features[at % x.columns]} has an infinite value.`, {
        data: { feature: features[at % x.columns] ?? '', row: Math.floor(at / x.columns) + 1 },
      });
  if (task !== 'regression' && new Set(y).size < 2)
    throw new ModelyardError(
      'training.label',
      `The label has ${classes < 2 ? 'one class' : 'rows of one class'} only.`,
      {
        fix: 'There is nothing to tell apart: train on rows of both outcomes.',
      },
    );
}

/** 1 for every row, or inversely to the frequency of its class, with the same sum. */
export function rowWeights({ x, y, task, classes }: TrainingData, classWeight: 'none' | 'balanced'): Float64Array {
  const weights = new Float64Array(x.rows).fill(1);
  if (classWeight === 'none' || task === 'regression') return weights;
  const counts = new Float64Array(classes);
  for (const label of y) counts[label]!++;
  return weights.map((_, row) => x.rows / (classes * counts[y[row]!]!));
}

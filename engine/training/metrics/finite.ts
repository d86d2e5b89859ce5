import { ModelyardError } from '../../errors';

/**
 * Refuses what no metric is defined for.
 * @throws ModelyardError `training.numeric` when a value is NaN or infinite, or there is none.
 */
export function requireNumbers(what: string, values: ArrayLike<number>): void {
  if (values.length === 0) throw new ModelyardError('training.numeric', `There are no ${what} to measure.`);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new ModelyardError(
      'training.numeric',
      `One of the ${what} is not a finite number: ${values[i]!} at position ${i + 1}.`,
    );
  }
}

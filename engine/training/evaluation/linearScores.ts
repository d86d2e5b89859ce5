import { ModelyardError } from '../../errors';
import { fitLogistic } from '../logistic';
import { solvePositive } from '../logistic/cholesky';
import { predict } from '../model';
import type { Matrix } from '../learner';
import { targetValues, transformRows } from '../transform';
import { simpleLogistic } from './proxy';
import { simpleDesign } from './simpleDesign';
import type { TrivialScores, TrivialWork } from './trivialWork';

/** A logistic regression of the columns as they are, or of a number a ridge regression; undefined where none can be made. */
export async function linearScores(work: TrivialWork, signal: AbortSignal): Promise<TrivialScores | undefined> {
  const design = simpleDesign(work, new Set(), signal);
  if (!design) return undefined;
  const { preparation, rows } = design;
  const { frame, test, preparation: own } = work;
  try {
    const [x, asked] = [transformRows(preparation, frame, rows), transformRows(preparation, frame, test)];
    // in the own order of the classes
    const y = targetValues(own, frame, rows);
    if (own.task === 'regression') return { scores: ridge(x, y, asked) };
    const data = { x, y, task: own.task, classes: own.classes.length, features: preparation.features };
    const progress = { signal, metric: () => undefined, progress: () => undefined };
    const { model } = await fitLogistic(data, simpleLogistic, progress);
    return { scores: predict(model, asked) };
  } catch (error) {
    if (error instanceof ModelyardError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** Least squares with a penalty of 1 on each of the scaled features, none on the mean. */
function ridge(x: Matrix, y: Float64Array, asked: Matrix): Float64Array {
  const size = x.columns + 1;
  const [a, b] = [new Float64Array(size * size), new Float64Array(size)];
  const at = ({ values, columns }: Matrix, row: number, k: number): number =>
    k === columns ? 1 : values[row * columns + k]!;
  for (let row = 0; row < x.rows; row++)
    for (let i = 0; i < size; i++) {
      const own = at(x, row, i);
      if (own === 0) continue;
      b[i]! += own * y[row]!;
      for (let j = 0; j <= i; j++) a[i * size + j]! += own * at(x, row, j);
    }
  for (let i = 0; i < x.columns; i++) a[i * size + i]! += 1;
  const weights = solvePositive(a, b);
  if (!weights) throw new ModelyardError('training.numeric', 'The least squares have no solution.');
  return Float64Array.from({ length: asked.rows }, (_, row) =>
    weights.reduce((sum, weight, k) => sum + weight * at(asked, row, k), 0),
  );
}

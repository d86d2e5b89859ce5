import { denseOutputs } from './denseModel';
import type { DenseModel, Matrix } from './learner';
import { scoresOf } from './links';
import { rawScores, type TreeModel } from './trees/tree';

/** What a learner makes of prepared columns. */
export type Model = DenseModel | TreeModel;

/**
 * Scores in float64: rows × classes probabilities (binary: P(negative), P(positive)), or rows values for regression.
 * What is missing (NaN) makes the scores of a dense model NaN; trees know where to go with it.
 */
export function predict(model: Model, x: Matrix): Float64Array {
  if (model.kind === 'trees') return scoresOf(model.link, rawScores(model, x), model.base.length);
  return scoresOf(model.link, denseOutputs(model, x), model.layers.at(-1)?.units ?? 0);
}

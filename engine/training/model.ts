import { calibrated } from './calibration/calibration';
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
  const { calibration } = model;
  if (calibration) return calibrated(calibration, calibrationInputs(model, x));
  return uncalibrated(model, x);
}

/** The scores before calibration. */
export const uncalibrated = (model: Model, x: Matrix): Float64Array =>
  scoresOf(model.link, outputsOf(model, x), outputWidth(model));

/** What calibration goes by: the margin or probability of the positive one of two classes, else the probability of each. */
export const calibrationInputs = (model: Model, x: Matrix): Float64Array =>
  outputWidth(model) === 1 ? outputsOf(model, x) : uncalibrated(model, x);

/** How many values `calibrationInputs` gives a row. */
export const outputWidth = (model: Model): number =>
  model.kind === 'trees' ? model.base.length : (model.layers.at(-1)?.units ?? 0);

const outputsOf = (model: Model, x: Matrix): Float64Array =>
  model.kind === 'trees' ? rawScores(model, x) : denseOutputs(model, x);

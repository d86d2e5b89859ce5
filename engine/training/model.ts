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
export const predict = (model: Model, x: Matrix): Float64Array => scoresOfOutputs(model, outputsOf(model, x));

/** The scores that follow from what comes out of a model before its link: rows × `outputWidth`. */
export function scoresOfOutputs(model: Model, outputs: Float64Array): Float64Array {
  const { calibration } = model;
  return calibration ? calibrated(calibration, inputsOf(model, outputs)) : linked(model, outputs);
}

/** The scores before calibration. */
export const uncalibrated = (model: Model, x: Matrix): Float64Array => linked(model, outputsOf(model, x));

/** What calibration goes by: the margin or probability of the positive one of two classes, else the probability of each. */
export const calibrationInputs = (model: Model, x: Matrix): Float64Array => inputsOf(model, outputsOf(model, x));

const linked = (model: Model, outputs: Float64Array): Float64Array => scoresOf(model.link, outputs, outputWidth(model));

const inputsOf = (model: Model, outputs: Float64Array): Float64Array =>
  outputWidth(model) === 1 ? outputs : linked(model, outputs);

/** How many values `calibrationInputs` gives a row. */
export const outputWidth = (model: Model): number =>
  model.kind === 'trees' ? model.base.length : (model.layers.at(-1)?.units ?? 0);

const outputsOf = (model: Model, x: Matrix): Float64Array =>
  model.kind === 'trees' ? rawScores(model, x) : denseOutputs(model, x);

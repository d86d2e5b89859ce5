import type { Frame } from '../protocol/frame';
import type { FoldOptions } from '../protocol/steps/evaluation';
import type { TrainOptions } from '../protocol/steps/learners';
import { ModelyardError, throwIfAborted } from '../errors';
import { optionPlace } from './columns';
import { learnCalibration } from './calibration/learnCalibration';
import type { Calibration } from './calibration/calibration';
import type { SplitFile } from './files';
import { fitLearner, trainingData } from './fitLearner';
import { makeFolds, type Folds } from './folds/makeFolds';
import type { Fitted, LearnerProgress, TrainingData } from './learner';
import { learnPreparation } from './learnPreparation';
import { calibrationInputs, outputWidth, type Model } from './model';
import type { Preparation } from './preparation';
import { targetValues, transformRows } from './transform';

export interface ModelTask {
  readonly frame: Frame;
  /** The rows to learn from. */
  readonly rows: ArrayLike<number>;
  /** Learnt from these rows. */
  readonly preparation: Preparation;
  readonly options: TrainOptions;
  /** How the training part was split off: folds within it go the same way. */
  readonly split: Pick<SplitFile, 'method' | 'by'>;
  /** Where the WASM files of TensorFlow.js are. */
  readonly assetsDir: string;
}

export interface FittedModel extends Fitted<Model> {
  readonly training: TrainingData;
}

const calibrationFolds = 5;

/**
 * Fits a learner and, if asked, its calibration: on the scores that models of the other folds give each row
 * (scikit-learn's CalibratedClassifierCV with ensemble=False), so the rows it learns from are held out and none is lost.
 * @throws ModelyardError as the learners; `config.invalid` for the calibration of a regression
 */
export async function fitModel(task: ModelTask, progress: LearnerProgress): Promise<FittedModel> {
  const { frame, rows, preparation, options, assetsDir } = task;
  const training = trainingData(preparation, frame, rows);
  const { calibrate } = options;
  if (calibrate === undefined) return { ...(await fitLearner(options, training, { assetsDir, progress })), training };
  if (preparation.task === 'regression')
    throw new ModelyardError('config.invalid', '`calibrate` is for classes, and the label is a number to predict.', {
      place: optionPlace('calibrate'),
      fix: 'Remove `calibrate`.',
    });
  const share = 1 / ((options.calibrate_folds ?? calibrationFolds) + 1);
  const own = within(progress, { from: 0, to: share });
  const { model, notes } = await fitLearner(options, training, { assetsDir, progress: own });
  const calibration = await calibrationOf(task, calibrate, within(quiet(progress), { from: share, to: 1 }));
  return { model: { ...model, calibration }, notes, training };
}

async function calibrationOf(
  task: ModelTask,
  method: Calibration['method'],
  progress: LearnerProgress,
): Promise<Calibration> {
  const { frame, preparation, options, assetsDir } = task;
  const { folds } = calibrationFoldsOf(task);
  const [inputs, labels]: [Float64Array[], Float64Array[]] = [[], []];
  let [maps, rounding] = [1, exact];
  for (const [at, { train, test }] of folds.entries()) {
    throwIfAborted(progress.signal);
    const own = preparationOn(preparation, { frame, rows: train }, progress.signal);
    const step = within(progress, { from: at / folds.length, to: (at + 1) / folds.length });
    step.progress(`Calibrating: fold ${at + 1} of ${folds.length}`, 0);
    const { model } = await fitLearner(options, trainingData(own, frame, train), { assetsDir, progress: step });
    inputs.push(calibrationInputs(model, transformRows(own, frame, test)));
    labels.push(targetValues(own, frame, test));
    maps = outputWidth(model);
    rounding = roundingOf(model);
  }
  return learnCalibration(method, { inputs: joined(inputs), y: joined(labels), maps, rounding });
}

/** Folds that cannot be made are those of `calibrate_folds` here. */
function calibrationFoldsOf(task: ModelTask): Folds {
  const { frame, rows, preparation } = task;
  try {
    return makeFolds({ frame, rows, options: foldOptions(task), label: preparation.label.name });
  } catch (error) {
    if (!(error instanceof ModelyardError) || error.place?.key !== optionPlace('folds').key) throw error;
    throw ModelyardError.fromWire({ ...error.toWire(), place: optionPlace('calibrate_folds') });
  }
}

const exact = (_input: number): number => 0;

/** ONNX Runtime gives the sum of the trees in float, before what each output starts with is added. */
function roundingOf(model: Model): (input: number) => number {
  if (model.kind !== 'trees') return exact;
  const base = model.base.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return input => (Math.abs(input) + base) * 2 ** -24;
}

function foldOptions({ options, split }: ModelTask): FoldOptions {
  return { folds: options.calibrate_folds ?? calibrationFolds, repeats: 1, seed: options.seed, ...foldsLike(split) };
}

/** Folds within a part go as the part itself was split off: whole groups, forward in time. */
export const foldsLike = ({ method, by }: Pick<SplitFile, 'method' | 'by'>): Pick<FoldOptions, 'group' | 'time'> => {
  if (by === undefined) return {};
  return method === 'group' ? { group: by } : method === 'time' ? { time: by } : {};
};

/**
 * The same preparation learnt from other rows: with the same options, and the same task and positive class whatever the
 * rows hold.
 */
export function preparationOn(
  { options, task, positive, classes, ...whole }: Preparation,
  { frame, rows }: { readonly frame: Frame; readonly rows: ArrayLike<number> },
  signal: AbortSignal,
): Preparation {
  if (!options)
    throw new ModelyardError('data.unreadable', 'The preparation does not say how it was learnt.', {
      fix: 'Run the prepare step again.',
    });
  const fixed = { ...options, task, ...(positive !== undefined && { positive }) };
  const { preparation } = learnPreparation({ frame, rows, options: fixed }, signal);
  if (preparation.classes.join('\n') === classes.join('\n')) return preparation;
  const missing = classes.find(name => !preparation.classes.includes(name));
  throw new ModelyardError(
    'training.label',
    `No row of the class ${missing ?? ''} of ${whole.label.name} is among the ${rows.length} that a fold learns from.`,
    { fix: 'Take fewer folds, or leave out the rows of rare classes.' },
  );
}

/** The learner's progress as a part of something longer. */
export const within = (
  progress: LearnerProgress,
  { from, to }: { readonly from: number; readonly to: number },
): LearnerProgress => ({
  signal: progress.signal,
  metric: (key, value, step) => progress.metric(key, value, step),
  progress: (message, fraction) => progress.progress(message, from + (to - from) * (fraction ?? 0)),
});

/** Curves of models that are thrown away are not logged. */
export const quiet = (progress: LearnerProgress): LearnerProgress => ({
  signal: progress.signal,
  metric: () => undefined,
  progress: (message, fraction) => progress.progress(message, fraction),
});

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

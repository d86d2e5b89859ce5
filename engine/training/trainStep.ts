import path from 'node:path';
import type { Cell } from '../protocol/data';
import type { DataAccess } from '../protocol/frame';
import type { Job, JobContext, JobResult, JobRunner } from '../protocol/jobs';
import type { ChildUse } from '../protocol/steps';
import type { TrainOptions } from '../protocol/steps/learners';
import { plural } from '../plural';
import { fitModel } from './fitModel';
import type { LearnerProgress, TrainingData } from './learner';
import { logLoss } from './metrics/probability';
import { regressionMetrics } from './metrics/regression';
import { predict, type Model } from './model';
import { saveModel } from './modelFiles';
import { exportOnnx } from './onnx/exportOnnx';
import { checkParity, type Parity } from './parity';
import { readFeatureUse } from './featureUse';
import { readPreparation } from './preparationFile';
import { signatureOf } from './signature';
import { readSplitData, requireInput, stepInput, type SplitData } from './stepData';

type TrainJob = Job<Extract<ChildUse, { readonly uses: 'train' }>>;

export interface TrainSurroundings {
  readonly data: DataAccess;
  /** Where the WASM files of TensorFlow.js and ONNX Runtime are. */
  readonly assetsDir: string;
}

/** Rows of the training part that become the input example. */
const exampleRows = 5;

/**
 * The step `uses: train`: fits the learner on the prepared training part, writes the model's folder (output `model`,
 * artifact `model`) and lets it pass only when its ONNX file scores as it does.
 */
export function createTrainRunner({ data, assetsDir }: TrainSurroundings): JobRunner<'train'> {
  return async (job, context) => {
    context.progress('Reading the training part', 0);
    const preparation = await readPreparation(requireInput(job, 'preparation', 'prepare'));
    const input = await readSplitData(job, data, context.signal);
    const { frame, split } = input;
    const rows = split.train;
    context.progress(
      `Training on ${plural(rows.length, 'row')} × ${plural(preparation.features.length, 'feature')}`,
      0.1,
    );
    const started = performance.now();
    const { model, notes, training } = await fitModel(
      { frame, rows, preparation, options: job.with, split, assetsDir },
      learnerProgress(context),
    );
    const seconds = (performance.now() - started) / 1000;
    context.progress('Writing the model', 0.9);
    const signature = signatureOf(preparation, input.frame);
    const onnx = exportOnnx(model, preparation);
    context.progress('Comparing the ONNX file with the model', 0.92);
    const parity = await checkParity({ onnx, model, preparation, frame, rows: split.test, assetsDir }, context.signal);
    const features = await readFeatureUse(stepInput(job, 'feature-set'));
    await saveModel(path.join(job.workDir, 'model'), {
      model,
      preparation,
      signature,
      onnx,
      frame,
      exampleRows: split.train.slice(0, exampleRows),
      ...(job.runId !== undefined && { runId: job.runId }),
      ...(features && { features }),
    });
    return result(job, { model, training, notes, parity, seconds, input });
  };
}

const learnerProgress = (context: JobContext): LearnerProgress => ({
  signal: context.signal,
  metric: (key, value, step) => context.metric(key, value, step),
  progress: (message, fraction) => context.progress(message, 0.1 + 0.8 * (fraction ?? 0)),
});

interface Made {
  readonly model: Model;
  readonly training: TrainingData;
  readonly notes: Readonly<Record<string, number>>;
  readonly parity: Parity;
  readonly seconds: number;
  readonly input: SplitData;
}

function result(job: TrainJob, made: Made): JobResult {
  const { model, training, parity, seconds, input } = made;
  // What the learner minimised holds its penalty and weights; `train_loss` can be compared between learners.
  const { training_loss: objective, ...notes } = made.notes;
  return {
    outputs: [{ kind: 'model', path: 'model', artifactPath: 'model' }],
    params: flatParams(job.with),
    metrics: {
      train_loss: trainingLoss(model, training),
      fit_seconds: seconds,
      onnx_parity_max_difference: parity.greatestDifference,
      ...notes,
      ...(objective !== undefined && { objective }),
    },
    tags: { 'modelyard.learner': model.learner, 'modelyard.task': model.task },
    inputs: [{ dataset: input.source.name, digest: input.digest, context: 'training' }],
    summary: summary(model, notes, parity),
  };
}

/** Log loss of a classifier, mean squared error of a regression, on the training part. */
function trainingLoss(model: Model, { x, y }: TrainingData): number {
  const scores = predict(model, x);
  return model.link === 'identity' ? regressionMetrics(y, scores).rmse ** 2 : logLoss(y, scores);
}

/** `learner`, then each option; a list as `64, 32`. The seed is told apart from that of other steps. */
function flatParams({ learner, seed, ...options }: TrainOptions): Record<string, Cell> {
  const given: Readonly<Record<string, Cell | readonly number[] | Readonly<Record<string, string>>>> = options;
  const entries = Object.entries(given).flatMap(([key, value]): [string, Cell][] => {
    if (value === null || typeof value !== 'object') return [[key, value]];
    if (isList(value)) return [[key, value.join(', ')]];
    return Object.entries(value).map(([name, direction]) => [`${key}.${name}`, direction]);
  });
  return { learner, ...Object.fromEntries(entries), train_seed: seed };
}

const isList = (value: object): value is readonly number[] => Array.isArray(value);

/** Which note says how long it took, and what it counts. */
const rounds = [
  ['epochs', 'epoch'],
  ['rounds', 'round'],
  ['trees', 'tree'],
  ['iterations', 'iteration'],
] as const;

function summary({ learner, features, calibration }: Model, notes: Made['notes'], parity: Parity): string {
  const [noun, count] = rounds.flatMap(([note, one]) =>
    notes[note] === undefined ? [] : [[one, notes[note]] as const],
  )[0] ?? ['iteration', 0];
  const difference = parity.greatestDifference === 0 ? '0' : parity.greatestDifference.toExponential(0);
  return [
    learner,
    ...(calibration ? [`calibrated (${calibration.method})`] : []),
    plural(features.length, 'feature'),
    plural(count, noun),
    `ONNX parity ${difference}`,
  ].join(' · ');
}

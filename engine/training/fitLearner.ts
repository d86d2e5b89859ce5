import type { Frame } from '../protocol/frame';
import type { LearnerOptions } from '../protocol/steps/learners';
import { categoricalFeatures } from './categoricalFeatures';
import type { Fitted, LearnerProgress, TrainingData } from './learner';
import { fitLogistic } from './logistic';
import type { Model } from './model';
import { neuralNetworkFit } from './neuralNetwork';
import type { Preparation } from './preparation';
import { targetValues, transformRows } from './transform';
import { boostedTreesFit } from './trees/boostedTrees';
import { boostingThreads } from './trees/boostingThreads';
import { forestFit } from './trees/forest';
import { forestThreads } from './trees/forestThreads';

/** What a learner takes, of some rows of a frame. @throws as `transformRows` and `targetValues` */
export const trainingData = (preparation: Preparation, frame: Frame, rows: ArrayLike<number>): TrainingData => ({
  x: transformRows(preparation, frame, rows),
  y: targetValues(preparation, frame, rows),
  task: preparation.task,
  classes: preparation.task === 'regression' ? 1 : preparation.classes.length,
  features: preparation.features,
  categorical: categoricalFeatures(preparation),
});

/**
 * Fits the learner that the options name.
 * @param assetsDir where the WASM files of TensorFlow.js and the code of threads are
 */
export function fitLearner(
  options: LearnerOptions,
  training: TrainingData,
  { assetsDir, progress }: { readonly assetsDir: string; readonly progress: LearnerProgress },
): Promise<Fitted<Model>> {
  switch (options.learner) {
    case 'logistic':
      return fitLogistic(training, options, progress);
    case 'neural-network':
      return neuralNetworkFit(assetsDir)(training, options, progress);
    case 'boosted-trees':
      return boostedTreesFit(boostingThreads(assetsDir))(training, options, progress);
    case 'forest':
      return forestFit(forestThreads(assetsDir))(training, options, progress);
  }
}

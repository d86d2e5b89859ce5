import type {
  BoostedTreesOptions,
  ForestOptions,
  LogisticOptions,
  NeuralNetworkOptions,
} from '../../../engine/protocol/steps/learners';
import type { CrossValidateOptions, EvaluateOptions } from '../../../engine/protocol/steps/evaluation';
import type { PrepareOptions } from '../../../engine/protocol/steps/preparation';

/** The options of a prepare step with the defaults of the config. */
export const prepareOptions = (given: Partial<PrepareOptions> & Pick<PrepareOptions, 'label'>): PrepareOptions => ({
  drop: [],
  numeric: { impute: 'median', scale: 'standard', encode: 'numeric' },
  categorical: { encode: 'one-hot', min_count: 1 },
  columns: {},
  ...given,
});

export const evaluateOptions = (given: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  threshold: 0.5,
  slices: [],
  importance: 5,
  dependence: 10,
  slice_by: [],
  worst_slices: 0,
  bootstrap: 500,
  interval: 'bca',
  confidence: [0.95],
  groups: [],
  trivial: [],
  seed: 0,
  ...given,
});

export const crossValidateOptions = (
  given: Partial<CrossValidateOptions> & Pick<CrossValidateOptions, 'learners'>,
): CrossValidateOptions => ({ folds: 5, repeats: 1, rows: 'training', threshold: 0.5, seed: 0, ...given });

/** The options of a neural network with the defaults of the config. */
export const networkOptions = (given: Partial<NeuralNetworkOptions> = {}): NeuralNetworkOptions => ({
  learner: 'neural-network',
  hidden: [64, 32],
  epochs: 100,
  batch_size: 64,
  learning_rate: 0.001,
  l2: 0.01,
  dropout: 0,
  validation: 0.1,
  patience: 10,
  class_weight: 'none',
  seed: 0,
  ...given,
});

export const logisticOptions: LogisticOptions = {
  learner: 'logistic',
  C: 1,
  class_weight: 'none',
  max_iterations: 100,
  tolerance: 1e-8,
  seed: 0,
};

/** The options of boosted trees with the defaults of the config. */
export const boostedOptions = (given: Partial<BoostedTreesOptions> = {}): BoostedTreesOptions => ({
  learner: 'boosted-trees',
  trees: 500,
  learning_rate: 0.1,
  leaves: 31,
  max_depth: 0,
  min_rows: 20,
  min_hessian: 1e-3,
  l1: 0,
  l2: 0,
  min_gain: 0,
  row_sample: 1,
  column_sample: 1,
  max_bins: 255,
  monotone: {},
  validation: 0.1,
  patience: 50,
  class_weight: 'none',
  seed: 0,
  ...given,
});

/** The options of a forest with the defaults of the config. */
export const forestOptions = (given: Partial<ForestOptions> = {}): ForestOptions => ({
  learner: 'forest',
  trees: 300,
  max_depth: 0,
  min_rows: 3,
  columns: 'sqrt',
  max_bins: 255,
  class_weight: 'none',
  seed: 0,
  ...given,
});

import type {
  EvaluateOptions,
  LogisticOptions,
  NeuralNetworkOptions,
  PrepareOptions,
} from '../../../engine/protocol/steps';

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
  bootstrap: 500,
  seed: 0,
  ...given,
});

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

export interface LogisticOptions {
  readonly learner: 'logistic';
  /** Inverse strength of the L2 penalty, as scikit-learn's. Default 1. */
  readonly C: number;
  /** `balanced`: weights inversely proportional to class counts. Default none. */
  readonly class_weight: 'none' | 'balanced';
  /** Default 100. */
  readonly max_iterations: number;
  /** Default 1e-8 on the gradient's largest entry. */
  readonly tolerance: number;
  /** Default 0. */
  readonly seed: number;
}

export interface NeuralNetworkOptions {
  readonly learner: 'neural-network';
  /** Units of each hidden layer. Default [64, 32]. */
  readonly hidden: readonly number[];
  /** At most. Default 100. */
  readonly epochs: number;
  /** Default 64. */
  readonly batch_size: number;
  /** Adam. Default 0.001. */
  readonly learning_rate: number;
  /** L2 penalty: `l2 · Σ w²` over the weights (not the biases) is added to the mean loss, as Keras does. Default 0.01. */
  readonly l2: number;
  /** Share of units dropped, in [0, 1). Default 0. */
  readonly dropout: number;
  /** Share of the training part kept to stop early. 0: no early stopping. Default 0.1. */
  readonly validation: number;
  /** Epochs without a better validation loss. Default 10. */
  readonly patience: number;
  readonly class_weight: 'none' | 'balanced';
  /** Default 0. */
  readonly seed: number;
}

export interface BoostedTreesOptions {
  readonly learner: 'boosted-trees';
  /** At most; for several classes each of these is one tree a class. Default 500. */
  readonly trees: number;
  /** Share of each tree's scores that is taken over. Default 0.1. */
  readonly learning_rate: number;
  /** Of a tree, at most. Default 31. */
  readonly leaves: number;
  /** Splits above a leaf, at most; 0: no bound. Default 0. */
  readonly max_depth: number;
  /** Rows of a leaf, at least. Default 20. */
  readonly min_rows: number;
  /** Sum of second derivatives in a leaf, at least. Default 1e-3. */
  readonly min_hessian: number;
  /** Penalties on the values of leaves. Default 0. */
  readonly l1: number;
  readonly l2: number;
  /** A split has to lower the objective by more. Default 0. */
  readonly min_gain: number;
  /** Share of the rows drawn for each tree. Default 1. */
  readonly row_sample: number;
  /** Share of the features drawn for each tree. Default 1. */
  readonly column_sample: number;
  /** Of a numeric feature, at most 255. Default 255. */
  readonly max_bins: number;
  /** Features by which the score may only rise or only fall. Default none. */
  readonly monotone: Readonly<Record<string, 'increasing' | 'decreasing'>>;
  /** Share of the training part kept to stop early. 0: no early stopping. Default 0.1. */
  readonly validation: number;
  /** Trees without a better validation loss. Default 50. */
  readonly patience: number;
  readonly class_weight: 'none' | 'balanced';
  /** Default 0. */
  readonly seed: number;
}

export interface ForestOptions {
  readonly learner: 'forest';
  /** Default 300. */
  readonly trees: number;
  /** Splits above a leaf, at most; 0: no bound. Default 0. */
  readonly max_depth: number;
  /** Rows of a leaf, at least. Default 3. */
  readonly min_rows: number;
  /** Features that are looked at for each split: the root of their number, or a share. Default `sqrt`. */
  readonly columns: 'sqrt' | number;
  /** Of a numeric feature, at most 255. Default 255. */
  readonly max_bins: number;
  readonly class_weight: 'none' | 'balanced';
  /** Default 0. */
  readonly seed: number;
}

/** Brings the scores of a classifier to probabilities that are met. */
export interface CalibrateOptions {
  readonly calibrate?: 'isotonic' | 'platt';
  /** The training part is divided into so many folds, each scored by a model of the others. Default 5. */
  readonly calibrate_folds?: number;
}

export type LearnerOptions = LogisticOptions | NeuralNetworkOptions | BoostedTreesOptions | ForestOptions;
export type TrainOptions = LearnerOptions & CalibrateOptions;
export type LearnerName = LearnerOptions['learner'];
/** Trains what a tune step before has found best. */
export interface TunedOptions extends CalibrateOptions {
  readonly learner: 'tuned';
}

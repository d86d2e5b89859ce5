import type { JoinMode } from './features';
import type { ModelTest } from './modelTests';
import type { TrivialModel } from './evaluationParts';
import type { ParamValue, PrunerName, SamplerName } from './tuning';

/** The options (`with:`) of each built-in step, after defaults. */
export interface ValidateOptions {
  readonly dataset: string;
  /** Judges the checks of the parts of the split before it, instead of the file by itself. Absent: false. */
  readonly train_test?: boolean;
}

export interface SplitOptions {
  /** Absent: the dataset of the nearest `validate` step, or the only one there is. */
  readonly dataset?: string;
  /** Share of rows for the test part, in (0, 1). Default 0.2. */
  readonly test: number;
  /** Column whose shares are kept equal in both parts. */
  readonly stratify?: string;
  /** Column whose equal values stay together in one part. */
  readonly group?: string;
  /** Column by which the newest rows become the test part. */
  readonly time?: string;
  /** Default 0. */
  readonly seed: number;
}

/** `keep` leaves missing values to a learner that can split by them; `none` refuses them. */
export type NumericImpute = 'median' | 'mean' | 'zero' | 'keep' | 'none';
export type NumericScale = 'standard' | 'min-max' | 'none';
export type CategoricalEncoding = 'one-hot' | 'ordinal' | 'woe';
export type NumericEncoding = 'numeric' | 'woe';

export interface PrepareOptions {
  readonly label: string;
  /** The class that is predicted; default: the rarer one of two. */
  readonly positive?: string;
  /** Default: regression for a number with more than 20 distinct values, else binary or multiclass by the classes. */
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly drop: readonly string[];
  /** Defaults: median, standard, numeric. */
  readonly numeric: { readonly impute: NumericImpute; readonly scale: NumericScale; readonly encode: NumericEncoding };
  /** Defaults: one-hot; a category rarer than `min_count` rows (default 1) counts as unknown. */
  readonly categorical: { readonly encode: CategoricalEncoding; readonly min_count: number };
  /** Exceptions by column. `type: categorical` treats a number as a category. */
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly type?: 'numeric' | 'categorical';
        readonly impute?: NumericImpute;
        readonly scale?: NumericScale;
        readonly encode?: CategoricalEncoding | NumericEncoding;
      }
    >
  >;
}

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

/** What is searched for an option of a learner: a fixed value, or one of these. */
export type SpaceEntry = ParamValue | SearchedNumber | SearchedChoice;
export interface SearchedNumber {
  readonly kind: 'float' | 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Whole numbers: 1 when not given. */
  readonly step?: number;
  /** Searched only where other options of the learner have one of these values. */
  readonly when: Readonly<Record<string, readonly ParamValue[]>>;
}
export interface SearchedChoice {
  readonly kind: 'choice';
  readonly choices: readonly ParamValue[];
  readonly when: Readonly<Record<string, readonly ParamValue[]>>;
}

export interface MetricConstraint {
  readonly metric: string;
  readonly at_least?: number;
  readonly at_most?: number;
}

export interface TuneOptions {
  readonly learner: readonly LearnerName[];
  /** What is made best; several give a Pareto front. */
  readonly metric: readonly string[];
  /** At most. Default 40. */
  readonly trials: number;
  /** ms, at most. Absent: no bound. */
  readonly time?: number;
  /** Of the training part. Default 5. */
  readonly folds: number;
  /** Instead of folds: this share of the training part is held out, once. */
  readonly holdout?: number;
  /** Default `tpe`. */
  readonly sampler: SamplerName;
  /** Default: `median`, with several metrics or a held-out part `none`. */
  readonly pruner: PrunerName;
  /** Trials at a time, on fewer processors as many as there are; the same number gives the same study. Default 4. */
  readonly parallel: number;
  /** By learner; one that is absent has its own. */
  readonly space: Readonly<Partial<Record<LearnerName, Readonly<Record<string, SpaceEntry>>>>>;
  /** Tried first: `learner` and some of its options. */
  readonly enqueue: readonly Readonly<Record<string, ParamValue>>[];
  /** So many of the best earlier runs of the same learners are tried first. Default 0. */
  readonly warm_start: number;
  readonly constraints: readonly MetricConstraint[];
  /** Cost of one mistake of each kind, for `expected_cost`. */
  readonly cost?: { readonly false_negative: number; readonly false_positive: number };
  /** True: a new study, also where an earlier one could go on. Default false. */
  readonly fresh: boolean;
  /** Default 0. */
  readonly seed: number;
}

/** How rows are divided for cross-validation. */
export interface FoldOptions {
  /** Default 5. */
  readonly folds: number;
  /** How often all rows are divided anew. Default 1. */
  readonly repeats: number;
  /** Column whose shares are kept equal in all folds; default: the label when it has classes. With `group` both hold. */
  readonly stratify?: string;
  /** Column whose equal values stay together in one fold. */
  readonly group?: string;
  /** Column by which each fold is predicted from what came before it. */
  readonly time?: string;
  /** Between the last training row and the first test row: ms of dates, else in units of the column. Default 0. */
  readonly gap?: number;
  /** Default 0. */
  readonly seed: number;
}

/** Of another library's model. */
export interface ImportOptions {
  /** Within the workspace, with `/`. */
  readonly file: string;
  /** The column that is predicted. Default `label`. */
  readonly label?: string;
  /** By their numbers in the model. Default: these numbers. */
  readonly classes?: readonly string[];
  /** In the order of the model's features. Default: their names in the file. */
  readonly columns?: readonly string[];
}

/** How scores become decisions. */
export interface DecisionOptions {
  /** Cost of one mistake of each kind; the threshold that minimises the expected cost is then used. */
  readonly cost?: { readonly false_negative: number; readonly false_positive: number };
  /**
   * `cost`: the theoretical one of the cost matrix, fp / (fp + fn); `best`: the one with the least cost (or, without
   * costs, greatest F1) on the training part; or a number. Default: `cost` with a cost matrix, else 0.5.
   */
  readonly threshold: 'cost' | 'best' | number;
  /** The outcome that is good for a person, for selection rates. Default: the class that is not `positive`. */
  readonly favourable?: string;
}

export interface EvaluateOptions extends Omit<DecisionOptions, 'threshold'> {
  /** `held-out`: the one that a cross-validation before has found best on rows that no model had seen. */
  readonly threshold: DecisionOptions['threshold'] | 'held-out';
  /** Conditions such as `age_in_years <= 25`; those of the models' gates are added. */
  readonly slices: readonly string[];
  /** A registered model whose best version is measured on the same rows. */
  readonly champion?: string;
  /** Columns each of whose values (quarters of numbers) becomes a slice. */
  readonly slice_by: readonly string[];
  /** Slices that are looked for, the worst of one and two columns. Default 5; 0: none. */
  readonly worst_slices: number;
  /** Rounds of permutation importance. Default 5; 0: none. */
  readonly importance: number;
  /**
   * Rows of the test part of which the contributions of columns are computed, at most; 0: none. Absent: up to 1,000,
   * fewer when trees are many and large.
   */
  readonly explain?: number;
  /** Columns of which the partial dependence is computed, those that move the scores most. Default 10; 0: none. */
  readonly dependence: number;
  /** Bootstrap rounds of the intervals. Default 500; 0: none. */
  readonly bootstrap: number;
  /** Bias-corrected and accelerated, or the middle of the draws. Default bca. */
  readonly interval: 'bca' | 'percentile';
  /** Confidences of intervals; 0.95 is always among them. Those that gates ask for are added. */
  readonly confidence: readonly number[];
  /** Groups whose treatment is compared; those that gates ask for are added. */
  readonly groups: readonly GroupOptions[];
  /** Models without any art that the own one is compared with. Default constant and best-column. */
  readonly trivial: readonly TrivialModel[];
  /** Default 0. */
  readonly seed: number;
}
export interface GroupOptions {
  /** Columns or conditions; of several each combination. */
  readonly by: readonly string[];
  /** Groups with fewer rows are not measured. Default 30. */
  readonly min_rows: number;
}

export interface CrossValidateOptions extends FoldOptions, DecisionOptions {
  /** By the name they are shown with. */
  readonly learners: Readonly<Record<string, TrainOptions>>;
  /** Default `training`: the test part stays unseen. */
  readonly rows: 'training' | 'all';
  /** `previous`, or a run (`r-12`): one that had the same folds. */
  readonly against?: string;
}

export interface LearningCurveOptions extends DecisionOptions {
  /** By the name they are shown with. */
  readonly learners: Readonly<Record<string, TrainOptions>>;
  /** Sizes. Default 8. */
  readonly points: number;
  /** Share of the rows to learn from. Default 0.05. */
  readonly smallest: number;
  /** Default 5. */
  readonly repeats: number;
  /** Default 0. */
  readonly seed: number;
}

export interface TestOptions {
  readonly model: string;
  /** What the gates of the model ask for. */
  readonly tests: readonly ModelTest[];
  /** Default 0. */
  readonly seed: number;
}

/** Joins features to the rows of a dataset; what comes of it is another dataset. */
export interface FeaturesOptions {
  /** A name of `feature_services`. */
  readonly service: string;
  /** The name of the dataset whose rows ask, with the keys of entities. */
  readonly entities: string;
  /** The column with the time of each row; absent: views with times are asked for the time of the run. */
  readonly event_time?: string;
  /** The name of the dataset whose file is written. */
  readonly as: string;
  /** Default `known`. */
  readonly created: JoinMode;
  /** Columns are named `view__feature`. Default false: only where two views have a feature of one name. */
  readonly full_names: boolean;
}

export interface GateOptions {
  readonly model: string;
  /** Which stages' gates are judged. Default: all that have gates. */
  readonly stages: readonly string[];
  /** Stages whose gates must pass for the pipeline to go on. Default: none; a blocked stage is then only said. */
  readonly require: readonly string[];
}

export interface RegisterOptions {
  readonly model: string;
  /** The stage the version is moved to when its gates let it; default: the model's first. */
  readonly stage?: string;
  readonly description?: string;
}

export type StepUse =
  | { readonly uses: 'validate'; readonly with: ValidateOptions }
  | { readonly uses: 'features'; readonly with: FeaturesOptions }
  | { readonly uses: 'split'; readonly with: SplitOptions }
  | { readonly uses: 'prepare'; readonly with: PrepareOptions }
  | { readonly uses: 'tune'; readonly with: TuneOptions }
  | { readonly uses: 'train'; readonly with: TrainOptions | TunedOptions }
  | { readonly uses: 'import'; readonly with: ImportOptions }
  | { readonly uses: 'evaluate'; readonly with: EvaluateOptions }
  | { readonly uses: 'cross-validate'; readonly with: CrossValidateOptions }
  | { readonly uses: 'learning-curve'; readonly with: LearningCurveOptions }
  | { readonly uses: 'test'; readonly with: TestOptions }
  | { readonly uses: 'gate'; readonly with: GateOptions }
  | { readonly uses: 'register'; readonly with: RegisterOptions };

export type BuiltInUse = StepUse['uses'];
/** The steps that run in a child process; the others only touch the registry and run in the engine. */
export type ChildUse =
  | Extract<
      StepUse,
      {
        readonly uses:
          | 'validate'
          | 'split'
          | 'prepare'
          | 'import'
          | 'evaluate'
          | 'cross-validate'
          | 'learning-curve'
          | 'test';
      }
    >
  | { readonly uses: 'train'; readonly with: TrainOptions };

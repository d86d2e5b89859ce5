import type { TrivialModel } from '../evaluationParts';
import type { TrainOptions } from './learners';

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

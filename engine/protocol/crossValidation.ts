/** The file `cross_validation.json` among a run's artifacts: what the step `cross-validate` found. */
export interface CrossValidation {
  readonly version: 1;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly label: string;
  readonly positive?: string;
  /** Rows that were divided. */
  readonly rows: number;
  readonly method: 'random' | 'stratified' | 'group' | 'stratified-group' | 'time';
  /** Columns that the folds go by. */
  readonly by: readonly string[];
  readonly repeats: number;
  readonly seed: number;
  /** sha-256 of the data and of which row is in which fold: files of equal folds can be compared fold by fold. */
  readonly digest: string;
  readonly folds: readonly FoldSize[];
  /** The one that the chart shows first. */
  readonly metric: string;
  readonly learners: readonly CrossValidatedLearner[];
  /** Every pair of learners by every metric both have. */
  readonly comparisons: readonly LearnerComparison[];
}

export interface FoldSize {
  /** Both from 0. */
  readonly repeat: number;
  readonly fold: number;
  readonly train: number;
  readonly test: number;
}

export interface CrossValidatedLearner {
  readonly name: string;
  readonly learner: string;
  /** Seconds of fitting, all folds together. */
  readonly seconds: number;
  /** By fold, in the order of `folds`; null: undefined there. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  readonly metrics: Readonly<Record<string, MetricOverFolds>>;
  /**
   * Two classes: the threshold with the least cost (without costs: the greatest F1) on the scores of rows that were not
   * seen, those of the first repeat.
   */
  readonly threshold?: HeldOutThreshold;
}

export interface HeldOutThreshold {
  readonly value: number;
  /** A row, at this threshold; absent without costs. */
  readonly cost?: number;
  /** At this threshold. */
  readonly f1: number;
  /** Rows that it was chosen on. */
  readonly rows: number;
  /** Costs that it was chosen by. */
  readonly costs?: { readonly falseNegative: number; readonly falsePositive: number };
}

export interface MetricOverFolds {
  readonly mean: number;
  /** Standard deviation over the folds; absent with one fold. */
  readonly sd?: number;
  /** 95 %, of the mean, corrected for training rows that folds share (Nadeau & Bengio 2003). */
  readonly interval?: readonly [number, number];
  /** Folds in which it is defined. */
  readonly folds: number;
}

export interface LearnerComparison {
  readonly metric: string;
  readonly first: string;
  readonly second: string;
  /** Mean of first − second over the folds. */
  readonly difference: number;
  readonly sd: number;
  readonly interval: readonly [number, number];
  /** Two-sided, by the corrected resampled t-test. */
  readonly p: number;
  /** The same, adjusted for the number of pairs (Holm 1979). */
  readonly adjustedP: number;
  /** Folds in which the first is higher, and lower. */
  readonly higher: number;
  readonly lower: number;
  /** Signed ranks of the differences; takes folds for independent, which makes its p too small. */
  readonly wilcoxon: { readonly p: number; readonly effect: number; readonly exact: boolean };
}

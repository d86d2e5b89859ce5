/** Low and high end. */
export type Range = readonly [number, number];
/** By confidence (`0.95`), then by metric: two-sided bootstrap intervals. */
export type LevelIntervals = Readonly<Record<string, Readonly<Record<string, Range>>>>;
type Numbers = Readonly<Record<string, number>>;

/** The model on rows it has learnt from: how much of its quality is memory. */
export interface TrainingPartEvaluation {
  /** Rows that were scored: all, or a sample of many. */
  readonly rows: number;
  readonly metrics: Numbers;
  /** How far the predictions of the test part are from those of the training part. */
  readonly drift: {
    /** `ks`: greatest distance of the distributions of scores; `cramers-v`: of the predicted classes, bias-corrected. */
    readonly method: 'ks' | 'cramers-v';
    readonly value: number;
  };
}

/** Groups of rows that are treated alike or not, by the values of one or several columns. */
export interface GroupsEvaluation {
  /** Columns, or conditions (then the groups are those for which it holds, and the others); of several each combination. */
  readonly by: readonly string[];
  /** Groups with fewer rows are not measured. */
  readonly minRows: number;
  readonly groups: readonly GroupEvaluation[];
  /** Rows of values too rare or too many to be a group of their own. */
  readonly otherRows: number;
  /** Between the groups that are large enough, by fairlearn's definitions: `selection_rate_ratio`, `equalized_odds_difference` … */
  readonly measures: Numbers;
  readonly intervals?: LevelIntervals;
  /** Whether the group can be told from what the model sees; absent where it was not tried. */
  readonly proxy?: ProxyEvaluation;
}
export interface GroupEvaluation {
  /** As a condition: `personal_status_and_sex = 'A92'`. */
  readonly group: string;
  readonly rows: number;
  /** Has fewer than `minRows`: nothing more is told. */
  readonly isSmall: boolean;
  /** `selection_rate`, `true_positive_rate`, `false_positive_rate`, `precision`, `base_rate` of the favourable outcome. */
  readonly rates: Numbers;
  /** 95 % */
  readonly rateIntervals?: Readonly<Record<string, Range>>;
  readonly metrics: Numbers;
}
export interface ProxyEvaluation {
  /** Mean AUC of each group against the others, of a logistic regression on the columns of the model, on the test part. */
  readonly auc: number;
  readonly interval?: Range;
  readonly rows: number;
  /** Columns that make the groups and that the model sees anyhow; they were left out. */
  readonly seen: readonly string[];
}

export type TrivialModel = 'constant' | 'best-column' | 'linear';
/** A model that anybody could have made, on the same rows. */
export interface TrivialEvaluation {
  readonly model: TrivialModel;
  /** `best-column`: which. */
  readonly column?: string;
  readonly metrics: Numbers;
  /** (own − trivial) ÷ (perfect − trivial) of each metric that has a perfect value. */
  readonly gains: Numbers;
  readonly intervals?: LevelIntervals;
}

/** A registered version that gates compare with, on the same rows and by the same draws. */
export interface RivalEvaluation {
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  /** Rows that it has learnt from, as far as is known. */
  readonly seen: number;
  readonly metrics: Numbers;
  /** Of own − rival's. */
  readonly intervals: LevelIntervals;
  readonly slices: readonly {
    readonly slice: string;
    readonly rows: number;
    readonly metrics: Numbers;
    readonly intervals: LevelIntervals;
  }[];
}

/** Whether probabilities are what they say, for two classes. */
export interface CalibrationTests {
  /** Of logit(P) in a logistic regression of the outcome (Cox 1958): 1 is calibrated, less is too extreme. Wald's interval, 95 %. */
  readonly slope: { readonly value: number; readonly interval: Range };
  /** Calibration in the large: the intercept with the slope held at 1; above 0: outcomes are more frequent than said. */
  readonly intercept: { readonly value: number; readonly interval: Range };
  /** Hosmer and Lemeshow (1980), by tenths of the scores. */
  readonly hosmerLemeshow?: { readonly statistic: number; readonly df: number; readonly p: number };
  /** Spiegelhalter (1986): of the Brier score; absent where all scores are 0, ½ or 1. */
  readonly spiegelhalter?: { readonly z: number; readonly p: number };
}

/** Errors (predicted − true) of a regression. */
export interface ErrorsEvaluation {
  readonly mean: number;
  /** 95 %, of the mean, by Student's t. */
  readonly interval: Range;
  /** Excess kurtosis; 0: as of a normal distribution. */
  readonly kurtosis: number;
}

export interface ClassEvaluation {
  readonly class: string;
  readonly rows: number;
  /** Against all others; absent when it does not occur, or nothing else does. */
  readonly auc?: number;
  readonly precision: number;
  readonly recall: number;
}

/** How a model that adds trees comes along with their number. */
export interface BoostingEvaluation {
  readonly metric: string;
  /** Numbers of trees, rising; the last is all of them. */
  readonly trees: readonly number[];
  /** The metric on the test part. */
  readonly test: readonly number[];
}

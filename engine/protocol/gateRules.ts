import type { TrivialModel } from './evaluationParts';
import type { Waiver } from './waivers';
import type { Footprint, ModelTestKinds, ModelTestName } from './modelTests';

/** What every rule of a gate has. */
export interface RuleCommon {
  readonly severity: 'error' | 'warn';
  /** It may fail until a day. */
  readonly waive?: Waiver;
}

/** A metric of the evaluation with one bound. */
export interface MetricRule extends RuleCommon {
  readonly metric: string;
  /** A condition on columns of the test part: `age_in_years <= 25`. */
  readonly slice?: string;
  readonly at_least?: number;
  readonly at_most?: number;
  /** A stage or alias: the metric must be better than that of the version that has it now, by more than `margin`. */
  readonly better_than?: string;
  /** A stage or alias: the metric may be worse than that of its version by `margin` at most. */
  readonly not_worse_than?: string;
  /** Default 0, in the unit of the metric. */
  readonly margin?: number;
  /** Judged is the end of the interval of this confidence that speaks against the model, not the value itself. */
  readonly confidence?: number;
  /** With fewer rows the rule cannot be judged. */
  readonly min_rows?: number;
}

/** The test part had enough rows to judge by. */
export interface SampleRule extends RuleCommon {
  readonly min_rows: number;
  /** Rows of this slice instead of all. */
  readonly slice?: string;
}

/** Reviewers have approved the version for the stage. */
export interface ApprovalRule extends RuleCommon {
  readonly count: number;
  /** Only these people's word counts: addresses or accounts. */
  readonly by?: readonly string[];
  /** An approval from the account of an author does not count, even under another address. */
  readonly separate_accounts: boolean;
}

/** A test of the step `test`, by how much it may say. */
export type TestRule<K extends ModelTestName> = RuleCommon & ModelTestKinds[K] & { readonly at_most: number };

/** ms from the text of a request of one row to its scores. */
export interface LatencyRule extends RuleCommon {
  readonly p50_ms?: number;
  readonly p99_ms?: number;
}
/** Rows a second, of requests of 1,000 rows. */
export interface ThroughputRule extends RuleCommon {
  readonly at_least: number;
}
/** MB while the model is loaded (`memory`), MB of its files (`size`). */
export interface MegabytesRule extends RuleCommon {
  readonly at_most_mb: number;
}
export interface TrainingTimeRule extends RuleCommon {
  readonly at_most_s: number;
}
/** What goes in and comes out can take the place of what the version in a stage has. */
export interface SignatureRule extends RuleCommon {
  readonly compatible_with: string;
}
/** Not slower, larger than before by more than the share and the noise: 0.1 is 10 %. */
export interface RegressionRule extends RuleCommon {
  readonly measures: readonly (Footprint | 'training_seconds')[];
  readonly at_most: number;
}

/** The served model answered everything, under load too. */
export interface ServedRule extends RuleCommon {
  readonly p99_ms?: number;
  readonly requests_per_second?: number;
  /** Share of requests under load that may fail. */
  readonly failed_at_most: number;
}
/** Another version took its place under load in time, and no request failed. */
export interface RollbackRule extends RuleCommon {
  readonly within_s: number;
}

type TestRules = { readonly [K in ModelTestName]: TestRule<K> };
/** What a rule of another kind allows; it has its defaults. */
export interface Bounds {
  readonly at_least?: number;
  readonly at_most?: number;
}

/** No group of one or two columns that was found to be worse is worse by more than a share of the average. */
export interface WeakSlicesRule extends RuleCommon {
  /** Default: accuracy, of a number rmse. */
  readonly metric?: string;
  readonly at_most: number;
  readonly min_rows: number;
  /** Greatest adjusted p of a slice that counts. */
  readonly significance: number;
}

/** Columns or conditions that make groups; of several each combination. */
export interface GroupRule extends RuleCommon {
  readonly group: readonly string[];
  /** Groups with fewer rows do not count. */
  readonly min_rows: number;
}
export const fairnessMeasures = [
  'selection_rate_ratio',
  'selection_rate_difference',
  'equal_opportunity_ratio',
  'equal_opportunity_difference',
  'equalized_odds_ratio',
  'equalized_odds_difference',
  'predictive_parity_ratio',
  'predictive_parity_difference',
] as const;
export type FairnessMeasure = (typeof fairnessMeasures)[number];
/** Without a measure: selection_rate_ratio ≥ 0.8 and equal_opportunity_difference ≤ 0.1. */
export interface FairnessRule extends GroupRule, Bounds {
  readonly measure?: FairnessMeasure;
  readonly confidence?: number;
}
/** Greatest AUC by which a group can be told from the model's columns. */
export interface ProxyRule extends GroupRule {
  readonly at_most: number;
}
/** How much worse than all rows a metric may be in a group. */
export interface PerformanceBiasRule extends GroupRule {
  readonly metric?: string;
  readonly at_most: number;
}

export const calibrationMeasures = ['error', 'slope', 'intercept', 'hosmer_lemeshow_p', 'spiegelhalter_p'] as const;
export interface CalibrationRule extends RuleCommon, Bounds {
  readonly measure: (typeof calibrationMeasures)[number];
}
/** Share that a metric may be worse on the test part than on the training part. */
export interface OverfitRule extends RuleCommon {
  readonly metric?: string;
  readonly at_most: number;
}
/** Share that the metric may have lost since the best number of trees. */
export interface BoostingOverfitRule extends RuleCommon {
  readonly at_most: number;
}
/** Share of the way from a trivial model to a perfect one. */
export interface BeatsTrivialRule extends RuleCommon {
  /** Default: constant and best-column. */
  readonly model?: TrivialModel;
  readonly metric?: string;
  readonly at_least: number;
  readonly confidence?: number;
}
export interface PredictionDriftRule extends RuleCommon {
  readonly at_most: number;
}
export interface RegressionErrorRule extends RuleCommon, Bounds {
  readonly measure: 'systematic' | 'kurtosis';
}
/** Share of rows (of all, or of their class) that are given one wrong class. */
export interface ConfusionRule extends RuleCommon {
  readonly of: 'rows' | 'class';
  readonly at_most: number;
}
export interface ClassAucRule extends RuleCommon {
  readonly at_least: number;
}
export interface UnusedColumnsRule extends RuleCommon {
  readonly at_most: number;
  /** A column counts as unused below this share of what each would have if all mattered alike. */
  readonly below: number;
}

/** The files of the model were scanned and nothing was found that blocks. */
export interface SecurityRule extends RuleCommon {
  /** Findings that somebody has to review do not block. */
  readonly allow_review: boolean;
}

/** The version is signed by one of `security.keys`, and its files are what was signed. */
export type SignedRule = RuleCommon;

/** What a gate can check beside metrics, by the value of `check`. */
export interface CheckRules extends TestRules {
  readonly approval: ApprovalRule;
  readonly latency: LatencyRule;
  readonly throughput: ThroughputRule;
  readonly memory: MegabytesRule;
  readonly size: MegabytesRule;
  readonly 'training-time': TrainingTimeRule;
  readonly signature: SignatureRule;
  readonly served: ServedRule;
  readonly rollback: RollbackRule;
  readonly regression: RegressionRule;
  readonly sample: SampleRule;
  readonly 'weak-slices': WeakSlicesRule;
  readonly fairness: FairnessRule;
  readonly proxy: ProxyRule;
  readonly 'performance-bias': PerformanceBiasRule;
  readonly calibration: CalibrationRule;
  readonly overfit: OverfitRule;
  readonly 'boosting-overfit': BoostingOverfitRule;
  readonly 'beats-trivial': BeatsTrivialRule;
  readonly 'prediction-drift': PredictionDriftRule;
  readonly 'regression-error': RegressionErrorRule;
  readonly confusion: ConfusionRule;
  readonly 'class-auc': ClassAucRule;
  readonly 'unused-columns': UnusedColumnsRule;
  readonly security: SecurityRule;
  readonly signed: SignedRule;
}
export type CheckName = keyof CheckRules;

/** Of one kind, or of several. */
export type CheckRule<K extends CheckName = CheckName> = {
  [P in K]: CheckRules[P] & { readonly check: P };
}[K];

/** A rule judged before a version may enter a stage. */
export type GateRule = MetricRule | CheckRule;

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
  /** A stage: the metric must be better than that of the version holding it now. */
  readonly better_than?: string;
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

type TestRules = { readonly [K in ModelTestName]: TestRule<K> };

/** What a gate can check beside metrics, by the value of `check`. */
export interface CheckRules extends TestRules {
  readonly approval: ApprovalRule;
  readonly latency: LatencyRule;
  readonly throughput: ThroughputRule;
  readonly memory: MegabytesRule;
  readonly size: MegabytesRule;
  readonly 'training-time': TrainingTimeRule;
  readonly signature: SignatureRule;
  readonly regression: RegressionRule;
  readonly sample: SampleRule;
}
export type CheckName = keyof CheckRules;

/** Of one kind, or of several. */
export type CheckRule<K extends CheckName = CheckName> = {
  [P in K]: CheckRules[P] & { readonly check: P };
}[K];

/** A rule judged before a version may enter a stage. */
export type GateRule = MetricRule | CheckRule;

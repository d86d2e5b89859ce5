import type { Waiver } from './waivers';

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

/** What a gate can check beside metrics, by the value of `check`. */
export interface CheckRules {
  readonly approval: ApprovalRule;
  readonly sample: SampleRule;
}
export type CheckName = keyof CheckRules;

/** Of one kind, or of several. */
export type CheckRule<K extends CheckName = CheckName> = {
  [P in K]: CheckRules[P] & { readonly check: P };
}[K];

/** A rule judged before a version may enter a stage. */
export type GateRule = MetricRule | CheckRule;

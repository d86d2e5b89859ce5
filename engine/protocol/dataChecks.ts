import type { FailingRow } from './data';
import type { GateVerdict } from './gates';
import type { Waiver } from './waivers';

/** Checks of one table. */
export type IntegrityCheck =
  | 'single-value'
  | 'special-characters'
  | 'mixed-nulls'
  | 'mixed-types'
  | 'string-mismatch'
  | 'duplicates'
  | 'string-length'
  | 'conflicting-labels'
  | 'feature-label-correlation'
  | 'feature-correlation'
  | 'identifier-label-correlation'
  | 'outliers'
  | 'nulls'
  | 'class-imbalance';

/** Checks of the test part of a split beside its training part. */
export type TrainTestCheck =
  | 'sizes'
  | 'new-labels'
  | 'new-categories'
  | 'new-variants'
  | 'date-duplicates'
  | 'date-overlap'
  | 'index-leakage'
  | 'samples-mix'
  | 'label-correlation-change'
  | 'feature-drift'
  | 'label-drift'
  | 'multivariate-drift';

export type DataCheckName = IntegrityCheck | TrainTestCheck;
export type DataSuite = 'integrity' | 'train-test';

export type NumericDrift = 'ks' | 'emd';
export type CategoricalDrift = 'cramers-v' | 'psi';

/** One entry of `datasets.<name>.checks`. What it does not say has the default of its check. */
export interface DataCheckRule {
  readonly check: DataCheckName | DataSuite;
  /** Absent: as Deepchecks has it, which differs from check to check. */
  readonly severity?: 'error' | 'warn';
  /** Only these; absent: all. */
  readonly columns?: readonly string[];
  /** All but these. */
  readonly ignore?: readonly string[];
  /** The column that is predicted; absent: that of the `prepare` steps. */
  readonly label?: string;
  /** The column that says which thing a row is about. */
  readonly index?: string;
  /** The column with the time of a row; absent: that of a split by `time`. */
  readonly date?: string;
  readonly at_most?: number;
  readonly at_least?: number;
  readonly below?: number;
  /** `mixed-types`: the shares of the rarer type between which it fails. */
  readonly not_between?: readonly [number, number];
  /** `feature-correlation`: from which on a pair counts. */
  readonly correlation?: number;
  /** `outliers`: from which on a row counts. */
  readonly score?: number;
  /** `sizes`: test rows for each training row, more than this. */
  readonly ratio?: number;
  /** `label-correlation-change`: between the parts, less than this. */
  readonly change?: number;
  readonly numeric?: NumericDrift;
  readonly categories?: CategoricalDrift;
  /** It may fail until a day. */
  readonly waive?: Waiver;
}

/** A check as it is judged: suites are the checks they consist of, defaults are filled in. */
export interface PlannedCheck extends DataCheckRule {
  readonly check: DataCheckName;
  readonly suite: DataSuite;
  /** Index in `checks:`; −1: of the suite that is judged when the list has none of it. */
  readonly entry: number;
  /** Whether the list names it itself: then it is a failure when it cannot be judged. */
  readonly named: boolean;
}

/** What the pipelines say about a dataset, for checks that do not say it themselves. */
export interface DataRoles {
  readonly label?: string;
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly date?: string;
  /** Columns that the model does not see. */
  readonly drop?: readonly string[];
  /** Columns of numbers that are categories. */
  readonly categorical?: readonly string[];
  /** Why the label is not known, where pipelines disagree. */
  readonly unsure?: string;
}

/**
 * `warned`: fails, but only warns; `unknown`: could not be judged, which counts as a failure; `waived`: may fail for a while;
 * `skipped`: a check of a suite that does not apply, such as one of dates where no column holds the date.
 */
export type DataCheckVerdict = GateVerdict | 'skipped';

/** One column, pair of columns or value that a check has measured. */
export interface DataCheckFinding {
  readonly subject: string;
  /** Absent: it could not be measured, as `detail` says. */
  readonly value?: number;
  readonly passed: boolean;
  readonly detail?: string;
}

/** What one check of a suite says. */
export interface DataCheckResult {
  readonly dataset: string;
  readonly check: DataCheckName;
  readonly suite: DataSuite;
  readonly verdict: DataCheckVerdict;
  readonly severity: 'error' | 'warn';
  /** The rule with all that it says but severity and waiver; by it a result is known to be of the rule as it is. */
  readonly rule: string;
  /** Full sentence with the numbers and the bound. */
  readonly message: string;
  /** Of a waived check what it would be without the waiver. */
  readonly underlying?: GateVerdict;
  readonly waiver?: Waiver;
  /** What is worth knowing of the waiver: it ends soon, or is needless. */
  readonly hints?: readonly string[];
  /** The worst value, and what it is held against. */
  readonly value?: number;
  readonly bound?: number;
  /** Those that fail first; at most 50. */
  readonly findings: readonly DataCheckFinding[];
  /** Rows that fail, where it is rows that do: all of them, and the first 100. */
  readonly failing: number;
  readonly checked: number;
  readonly rows: readonly FailingRow[];
  /** Index in the dataset's `checks:`; −1: the suite that is judged when the list has none of it. */
  readonly index: number;
}

/** The file `data-checks/<dataset>.json` and `data-checks/<dataset>.train-test.json`. */
export interface DataCheckReport {
  readonly dataset: string;
  readonly digest: string;
  readonly suite: DataSuite;
  /** Of the file. */
  readonly rows: number;
  /** Rows that were looked at, where the file has more. */
  readonly sampled?: number;
  readonly parts?: { readonly train: number; readonly test: number };
  /** How these parts were made. */
  readonly split?: { readonly seed: number; readonly by?: string; readonly share: number };
  readonly label?: string;
  /** What the pipelines said about the dataset. */
  readonly roles?: DataRoles;
  readonly results: readonly DataCheckResult[];
}

/** A table of numbers; categories are numbers of theirs, what is missing is NaN. */
export interface DomainData {
  readonly columns: readonly { readonly name: string; readonly categorical: boolean; readonly values: Float64Array }[];
  /** 0: training part, 1: test part. */
  readonly part: Uint8Array;
  readonly seed: number;
}

/** How well a model that was taught to tell the parts apart does so on rows it has not seen. */
export interface DomainScore {
  readonly auc: number;
  /** Rows of that held-out part. */
  readonly rows: number;
  /** What is lost of the AUC when a column is shuffled, the most first. */
  readonly columns: readonly { readonly name: string; readonly drop: number }[];
}

/** Lent by who can train. @throws ModelyardError `cancelled` */
export type DomainClassifier = (data: DomainData, signal: AbortSignal) => Promise<DomainScore>;

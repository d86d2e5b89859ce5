import type { ConfigEdit } from './config';
import type { CheckResult, ColumnProfile, ColumnType, DataFormat, DatasetProfile, DatasetVersion } from './data';
import type { DataCheckReport } from './dataChecks';
import type { Proposal } from './expectations';
import type { Digest, RunId } from './ids';
import type { RunStatus } from './tracking';

export interface DatasetDetail extends DatasetVersion {
  readonly profile: DatasetProfile;
  readonly checks: readonly CheckResult[];
  /** What the integrity checks of `checks:` said, where there were some. */
  readonly report?: DataCheckReport;
}

/** How a dataset's file stands to what runs have used. */
export type DatasetState =
  | 'unchanged' // as the last run that used it has read it
  | 'changed'
  | 'unused' // no run has used any version of it
  | 'missing' // there is no file
  | 'unreadable'; // there is one that cannot be read, or that lies outside the workspace

export interface DatasetStatus {
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly format: DataFormat;
  readonly state: DatasetState;
  /** Of the file as it is now. */
  readonly digest?: Digest;
  readonly bytes?: number;
  /** ms since 1970 */
  readonly modifiedAt?: number;
  /** Of the file as it is now, when its profile is known. */
  readonly rows?: number;
  readonly columns?: number;
  /** What the newest run that used the dataset has read. */
  readonly last?: { readonly digest: Digest; readonly run: DatasetRun };
  /** What modelyard.lock says; absent: it has no line for the dataset. */
  readonly locked?: Digest;
  /** Versions that are known. */
  readonly versions: number;
  /** Why the file cannot be read. */
  readonly problem?: string;
}

/** A run that has read a dataset. */
export interface DatasetRun {
  readonly runId: RunId;
  /** `r-42` */
  readonly number: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  /** What it was read for: `training`, `evaluation` … */
  readonly contexts: readonly string[];
}

export interface DatasetVersionRow {
  readonly digest: Digest;
  /** When it was first read, and last; ms since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Absent when the file had changed before its profile was taken. */
  readonly profiled?: {
    readonly path: string;
    readonly format: DataFormat;
    readonly bytes: number;
    readonly rows: number;
    readonly columns: number;
  };
  /** The file is this version now. */
  readonly current: boolean;
  /** modelyard.lock names it. */
  readonly locked: boolean;
  readonly runCount: number;
  /** The newest runs that used it, at most five; the others with `datasets/runs`. */
  readonly runs: readonly DatasetRun[];
}

export interface DatasetVersions {
  readonly name: string;
  readonly versions: readonly DatasetVersionRow[];
  readonly total: number;
  readonly nextPageToken?: string;
}

export interface ComparedVersion {
  readonly digest: Digest;
  readonly rows: number;
  readonly columns: number;
  readonly path: string;
  /** The file is this version now. */
  readonly current: boolean;
}

/**
 * The rows that fail, by check, each the first `limit` (default 100,000), of all rules or of the one at `rule` (from 0);
 * checks without any are left out.
 */
export interface FailingRows {
  readonly dataset: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly format: DataFormat;
  readonly checks: readonly CheckResult[];
}

/** What the data suggests; it is read twice. `text` of the call: modelyard.yaml unsaved, from an editor. */
export interface ProposedExpectations {
  readonly dataset: string;
  /** None: `expect:` says all of it already. */
  readonly proposals: readonly (Proposal & {
    /** The rule as it stands in modelyard.yaml. */
    readonly text: string;
  })[];
  /** Into modelyard.yaml; absent when there is nothing, or when it is written so that nothing can be put into. */
  readonly edit?: ConfigEdit;
  /** The texts before and after. */
  readonly before?: string;
  readonly after?: string;
}

/** What the numbers of a comparison come from. */
export interface Basis {
  /** `whole`: all values; `sample`: a uniform sample; `profile`: only the histogram and the most frequent values were kept. */
  readonly kind: 'whole' | 'sample' | 'profile';
  /** Values compared, of so many. */
  readonly values: number;
  readonly of: number;
}

export interface DistributionChange {
  readonly test: 'kolmogorov-smirnov' | 'chi-squared';
  /** D, or χ². */
  readonly statistic: number;
  /** Of χ². */
  readonly degrees?: number;
  readonly p: number;
  /** `exact`, or the limit for large samples. */
  readonly method: 'exact' | 'asymptotic';
  /** p adjusted over all columns of the comparison (Benjamini–Hochberg). */
  readonly q: number;
  /** Of numbers: in units of the older version's standard deviation. */
  readonly wasserstein?: number;
  /** Distance with the natural logarithm, 0 … 0.83. */
  readonly jensenShannon: number;
  readonly psi: number;
  readonly before: Basis;
  readonly after: Basis;
}

/** The same bins of both versions, for a chart: shares of the rows that have a value. */
export interface OverlaidBins {
  /** One more than there are bins; or else `labels`. */
  readonly edges?: readonly number[];
  readonly labels?: readonly string[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type ColumnVerdict =
  | 'different' // the test says so, and the change is large enough to matter
  | 'slight' // the test says so, but the change is small
  | 'unsure' // the change is large, but so few rows can show it by chance
  | 'alike'
  | 'untested'; // `reason` says why

export interface ColumnComparison {
  /** As the newer version has it; a removed one as the older had it. */
  readonly name: string;
  readonly kind: 'kept' | 'added' | 'removed' | 'renamed';
  /** Of `renamed`: the older name. It is a guess from the values, not a certainty. */
  readonly formerly?: string;
  readonly before?: ColumnProfile;
  readonly after?: ColumnProfile;
  readonly retyped?: { readonly from: ColumnType; readonly to: ColumnType };
  /** Shares of rows without a value, and what a test of two shares says (p adjusted over all columns). */
  readonly missing?: { readonly before: number; readonly after: number; readonly q: number };
  readonly verdict: ColumnVerdict;
  readonly reason?: string;
  readonly change?: DistributionChange;
  readonly bins?: OverlaidBins;
}

export interface DatasetComparison {
  readonly name: string;
  readonly before: ComparedVersion;
  readonly after: ComparedVersion;
  /** The largest change first. */
  readonly columns: readonly ColumnComparison[];
}

/** From where a column's values count as different: q at most `significance` and an effect of at least `effect`. */
export const comparisonBounds = { significance: 0.05, effect: 0.1, missing: 0.05 } as const;

export interface DatasetCheck {
  readonly version: DatasetVersion;
  readonly checks: readonly CheckResult[];
  /** What the integrity checks say; absent: the dataset has none. */
  readonly report?: DataCheckReport;
}

import type { ChangedValue, CodeDiffFile } from './compare';
import type { ColumnComparison } from './datasets';
import type { GateReport } from './gates';
import type { Digest } from './ids';
import type { ModelVersion, RegisteredModel } from './registry';

/** A number with its 95 % interval, when one was made. */
export interface MeasuredNumber {
  readonly value: number;
  readonly interval?: readonly [number, number];
}

export interface MetricChange {
  readonly name: string;
  /** Absent: it was not measured. */
  readonly before?: MeasuredNumber;
  readonly after?: MeasuredNumber;
  /** after − before */
  readonly difference?: number;
  /** Of the difference, 95 %; only where both models were asked for the same rows. */
  readonly interval?: readonly [number, number];
  /**
   * `better`, `worse`: the interval of the difference has no zero in it; `unsure`: it has; `higher`, `lower`, `same`:
   * no interval of the difference is known, or not which way is better.
   */
  readonly verdict: 'better' | 'worse' | 'unsure' | 'higher' | 'lower' | 'same' | 'new' | 'gone';
}

/** On which rows two versions were asked both. */
export interface PairedRows {
  readonly rows: number;
  /** Of them the older version has learnt from so many, as far as is known. */
  readonly seen: number;
}

export interface DataChange {
  readonly name: string;
  /** Digests; absent: the version has not read it. */
  readonly before?: Digest;
  readonly after?: Digest;
  readonly rows?: { readonly before: number; readonly after: number };
  /** What has changed between the two contents, the largest change first; absent: not known, `why` says so. */
  readonly columns?: readonly DataColumnChange[];
  readonly why?: string;
}

/** Without what charts are drawn from. */
export type DataColumnChange = Pick<
  ColumnComparison,
  'name' | 'kind' | 'formerly' | 'retyped' | 'missing' | 'verdict'
> & { readonly psi?: number; readonly q?: number };

/** A column that a model takes or gives. */
export interface SignatureColumnInfo {
  readonly name: string;
  /** MLflow's: `long`, `double`, `string` … or the text of a tensor's. */
  readonly type: string;
  readonly required: boolean;
}

export interface SignatureInfo {
  readonly inputs: readonly SignatureColumnInfo[];
  readonly outputs: readonly SignatureColumnInfo[];
}

export interface SignatureChange {
  readonly side: 'input' | 'output';
  readonly column: string;
  readonly before?: string;
  readonly after?: string;
  /** Whether a caller of the older version may fail with the newer one. */
  readonly isBreaking: boolean;
  /** `input age: double → long: callers that send fractions are refused` */
  readonly sentence: string;
}

/** `unknown`: not both versions have a signature that can be read. */
export interface SignatureDiff {
  readonly verdict: 'same' | 'compatible' | 'breaking' | 'unknown';
  readonly changes: readonly SignatureChange[];
}

/** In what a version differs from another one, such as the holder of a stage. */
export interface VersionDiff {
  readonly model: string;
  /** Absent: nobody holds the stage. */
  readonly before?: ModelVersion;
  readonly after: ModelVersion;
  /** The stage whose holder is compared with. */
  readonly stage?: string;
  readonly metrics: readonly MetricChange[];
  readonly paired?: PairedRows;
  readonly params: readonly ChangedValue[];
  readonly data: readonly DataChange[];
  /** Inputs that are new, gone, or of another type. */
  readonly features: readonly ChangedValue[];
  readonly signature: SignatureDiff;
  /** How the gates judge the newer version for the stage now, and judged the older one last. */
  readonly gates: { readonly before?: GateReport; readonly after?: GateReport };
  readonly code: {
    readonly before?: CodeState;
    readonly after?: CodeState;
    /** Without contents. */
    readonly files: readonly Pick<CodeDiffFile, 'path'>[];
  };
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

export interface CodeState {
  readonly commit?: string;
  /** Files were changed that were not committed. */
  readonly dirty?: boolean;
  readonly config?: Digest;
}

/** Versions side by side: every list has one cell for each version, null where there is nothing. */
export interface VersionComparison {
  readonly model: string;
  readonly versions: readonly ModelVersion[];
  readonly metrics: readonly { readonly name: string; readonly cells: readonly (MeasuredNumber | null)[] }[];
  readonly params: readonly ComparedTexts[];
  readonly data: readonly ComparedTexts[];
  /** How each was judged last for a stage. */
  readonly gates: readonly { readonly stage: string; readonly cells: readonly (GateReport | null)[] }[];
}

export interface ComparedTexts {
  readonly name: string;
  readonly cells: readonly (string | null)[];
  readonly isSame: boolean;
}

export interface CleanUpRequest {
  /** Absent: all models. */
  readonly model?: string;
  /** The newest so many of each model stay, whatever their age. */
  readonly keepLast: number;
  /** Only what was registered longer ago; in days. */
  readonly olderThan?: number;
  /** `archive`: those of the first stage are archived; `delete`: those of the first stage and the archived ones. */
  readonly action: 'archive' | 'delete';
  /** Only says what it would do. */
  readonly dryRun: boolean;
  /** Only these, as a dry run has named them. */
  readonly only?: readonly VersionName[];
}

export interface VersionName {
  readonly model: string;
  readonly version: number;
}

export interface CleanUp {
  readonly action: CleanUpRequest['action'];
  readonly dryRun: boolean;
  readonly changed: readonly (VersionName & { readonly stage: string; readonly createdAt: number })[];
  readonly kept: readonly (VersionName & { readonly stage: string; readonly why: string })[];
}

export interface RegistryQuery {
  readonly kind: 'models' | 'versions';
  /** MLflow's grammar: `name LIKE 'credit%' AND tags.team = 'risk'`. */
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly limit?: number;
  readonly pageToken?: string;
}

/** Of a search for models `models`, of one for versions `versions`. */
export interface RegistryFound {
  readonly models: readonly Pick<RegisteredModel, 'name' | 'description' | 'tags' | 'aliases' | 'updatedAt'>[];
  readonly versions: readonly ModelVersion[];
  readonly nextPageToken?: string;
}

/** What has moved. */
export interface StageChange {
  readonly version: ModelVersion;
  readonly from: string;
  readonly to: string;
  /** How the gates of the stage judge who came back: shown, never in the way. */
  readonly gates?: GateReport;
  /** The version that left the stage. */
  readonly replaced?: number;
  /** Who was put back in the stage that was left. */
  readonly putBack?: number;
}

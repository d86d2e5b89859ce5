import type { GateResult } from '../../protocol/gates';
import type { Approval } from '../../protocol/approvals';
import type { ModelTests } from '../../protocol/modelTests';
import type { ScanReport } from '../../protocol/security';
import type { SignatureReport } from '../../protocol/signatures';
import type { ServingTest } from '../../protocol/serving';
import type { Judged } from '../evaluationFile';

/** The version that holds a stage or has an alias now. */
export interface Holder extends Pick<Judged, 'metrics' | 'slices' | 'intervals' | 'intervalsAt'> {
  readonly version: number;
  /** Absent: it was registered without. */
  readonly tests?: ModelTests;
  /** `with the alias champion`; default: `in` the stage. */
  readonly place?: string;
}

/** There was one, or ought to be: nothing can be compared. */
export interface Lost {
  /** A sentence. */
  readonly lost: string;
}

/** What rules judge by. */
export interface Evidence {
  readonly model: string;
  /** Absent: it is not registered yet. */
  readonly version?: number;
  readonly stage: string;
  readonly evaluation: Judged;
  /** What the step `test` has measured; absent: it did not run. */
  readonly tests?: ModelTests;
  /** What the version did when it was served last; absent: it never was. */
  readonly served?: ServingTest;
  /** Who holds a stage or has an alias now; undefined: nobody yet. */
  readonly holder: (name: string) => Holder | Lost | undefined;
  /** What reviewers have said of the version for the stage, newest first; absent: nothing is known of that. */
  readonly approvals?: readonly Approval[];
  /** What a scan of the version's files as they are has found; absent: there was none. */
  readonly scan?: ScanReport;
  /** How the version's signature stands now; absent: it was not asked for, or cannot be told. */
  readonly signature?: SignatureReport;
}

/** What a rule says of the evidence. */
export interface Judgement extends Pick<GateResult, 'metric' | 'slice' | 'value' | 'bound' | 'sentence'> {
  /** Undefined: it could not be judged, which blocks as a failure does. */
  readonly held: boolean | undefined;
}

/** A kind of rule. */
export interface Kind<R> {
  /** The rule in short: `auc ≥ 0.75`, `at least 200 rows where age <= 25`. */
  readonly text: (rule: R) => string;
  readonly judge: (rule: R, evidence: Evidence) => Judgement;
}

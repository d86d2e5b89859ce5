import type { GateVerdict } from './gates';
import type { Place } from './errors';
import type { Waiver } from './waivers';

/** What is judged: each has a source of its own, and the first part of its ids. */
export type VerdictKind = 'config' | 'data' | 'model' | 'benchmark' | 'infrastructure' | 'security' | 'ci';

/**
 * `passed`; `waived`: it would not, but may for a while; `warned`: it does not, but only warns; `unknown`: could not be
 * judged, blocks as a failure does; `failed`.
 */
export type Outcome = GateVerdict;

/** One rule and how it came out. */
export interface Verdict {
  /**
   * The same as long as the rule stays: `dataset/applications/expect/3`, `model/credit-risk/staging/auc≥0.75`. Unique in
   * a report.
   */
  readonly id: string;
  readonly outcome: Outcome;
  /** As short as the rule itself: `auc ≥ 0.75`. */
  readonly rule: string;
  /** A full sentence with the numbers; also of a waived rule what it found. */
  readonly sentence: string;
  /** It was not judged yet, or not since it or what it is about has changed. */
  readonly pending?: true;
  /** What a failure of the rule means. */
  readonly severity: 'error' | 'warn';
  /** Of a waived rule what it would be without the waiver. */
  readonly underlying?: Outcome;
  readonly waiver?: Waiver;
  /** What is worth knowing besides: a waiver that ends soon, or that is needless. */
  readonly hints?: readonly string[];
  readonly value?: number;
  readonly bound?: number;
  readonly metric?: string;
  readonly slice?: string;
  /** Of a check that stands at its place only as one of a suite: its name. */
  readonly check?: string;
  /** The rule in modelyard.yaml. */
  readonly place?: Place;
  /** Where what is wrong is: the first failing rows, at most 20. */
  readonly evidence?: readonly Place[];
  /** ms; absent: it was judged together with its group. */
  readonly duration?: number;
  /** Earlier verdicts on the same rule, newest first. */
  readonly history?: readonly EarlierVerdict[];
}

export interface EarlierVerdict {
  /** ms since 1970 */
  readonly at: number;
  readonly outcome: Outcome;
  readonly value?: number;
  /** What was judged: `v3`, the beginning of a dataset's digest. */
  readonly of: string;
}

/** The rules on one thing, judged together: a dataset, a stage of a model, modelyard.yaml. */
export interface VerdictGroup {
  /** `dataset/applications`, `model/credit-risk/staging`, `config` */
  readonly id: string;
  readonly kind: VerdictKind;
  /** `credit-risk v3 for staging` */
  readonly title: string;
  /** The name of the dataset or model. */
  readonly subject: string;
  readonly stage?: string;
  readonly version?: number;
  /** ms since 1970; absent: it never was. */
  readonly judgedAt?: number;
  /** ms that judging took; 0: it was judged earlier. */
  readonly duration: number;
  readonly verdicts: readonly Verdict[];
}

export interface CheckQuery {
  /** Kinds, names of datasets and models, ids or their first parts; default: all. */
  readonly only?: readonly string[];
  /** Of models only the gates of these stages. */
  readonly stages?: readonly string[];
  /** Reads the data again; else its last verdicts count, as long as its file is the same. */
  readonly data?: boolean;
  /** Which version a stage is judged for: `candidate` (default): the newest that has not entered it, else its holder. */
  readonly judge?: 'candidate' | 'holder';
}

export interface CheckReport {
  /** Of the format of this report. */
  readonly format: 1;
  readonly workspace: string;
  readonly configFile: string;
  /** ms since 1970 */
  readonly startedAt: number;
  /** ms */
  readonly duration: number;
  /** The worst: unknown and failed block. */
  readonly outcome: Outcome;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly groups: readonly VerdictGroup[];
}

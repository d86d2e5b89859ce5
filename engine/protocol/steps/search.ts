import type { ParamValue, PrunerName, SamplerName } from '../tuning';
import type { LearnerName } from './learners';

/** What is searched for an option of a learner: a fixed value, or one of these. */
export type SpaceEntry = ParamValue | SearchedNumber | SearchedChoice;

export interface SearchedNumber {
  readonly kind: 'float' | 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Whole numbers: 1 when not given. */
  readonly step?: number;
  /** Searched only where other options of the learner have one of these values. */
  readonly when: Readonly<Record<string, readonly ParamValue[]>>;
}

export interface SearchedChoice {
  readonly kind: 'choice';
  readonly choices: readonly ParamValue[];
  readonly when: Readonly<Record<string, readonly ParamValue[]>>;
}

export interface MetricConstraint {
  readonly metric: string;
  readonly at_least?: number;
  readonly at_most?: number;
}

export interface TuneOptions {
  readonly learner: readonly LearnerName[];
  /** What is made best; several give a Pareto front. */
  readonly metric: readonly string[];
  /** At most. Default 40. */
  readonly trials: number;
  /** ms, at most. Absent: no bound. */
  readonly time?: number;
  /** Of the training part. Default 5. */
  readonly folds: number;
  /** Instead of folds: this share of the training part is held out, once. */
  readonly holdout?: number;
  /** Default `tpe`. */
  readonly sampler: SamplerName;
  /** Default: `median`, with several metrics or a held-out part `none`. */
  readonly pruner: PrunerName;
  /** Trials at a time, on fewer processors as many as there are; the same number gives the same study. Default 4. */
  readonly parallel: number;
  /** By learner; one that is absent has its own. */
  readonly space: Readonly<Partial<Record<LearnerName, Readonly<Record<string, SpaceEntry>>>>>;
  /** Tried first: `learner` and some of its options. */
  readonly enqueue: readonly Readonly<Record<string, ParamValue>>[];
  /** So many of the best earlier runs of the same learners are tried first. Default 0. */
  readonly warm_start: number;
  readonly constraints: readonly MetricConstraint[];
  /** Cost of one mistake of each kind, for `expected_cost`. */
  readonly cost?: { readonly false_negative: number; readonly false_positive: number };
  /** True: a new study, also where an earlier one could go on. Default false. */
  readonly fresh: boolean;
  /** Default 0. */
  readonly seed: number;
}

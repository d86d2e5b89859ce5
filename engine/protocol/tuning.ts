import type { RunId, StudyId } from './ids';

/** What a parameter may be; a list of whole numbers is one value (the units of hidden layers). */
export type ParamValue = string | number | boolean | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

/** Holds when the other parameter is there and has one of the values. */
export interface ParameterCondition {
  readonly parameter: string;
  readonly values: readonly ParamValue[];
}

interface ParameterCommon {
  readonly name: string;
  /** The parameter exists only where all of these hold. Empty: always. */
  readonly when: readonly ParameterCondition[];
}

export interface FloatParameter extends ParameterCommon {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  /** Even on a logarithmic scale. */
  readonly log: boolean;
  /** Only low, low + step, ...; absent: any number. */
  readonly step?: number;
}

export interface IntParameter extends ParameterCommon {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

export interface ChoiceParameter extends ParameterCommon {
  readonly kind: 'choice';
  readonly choices: readonly ParamValue[];
}

export type Parameter = FloatParameter | IntParameter | ChoiceParameter;

export type SamplerName = 'random' | 'grid' | 'quasi-random' | 'tpe' | 'cma-es';
export type PrunerName = 'none' | 'median' | 'asha' | 'hyperband' | 'wilcoxon';

/** A measure that is made as great, or as small, as possible. */
export interface Objective {
  readonly metric: string;
  readonly maximize: boolean;
}

/** What trials say on their way: their first objective after each fold, or the learner's own loss after each iteration. */
export interface Reported extends Objective {
  readonly per: 'fold' | 'iteration';
}

/**
 * `waiting`: enqueued; `pruned`: ended early as it promised nothing; `cancelled`: was under way when the study was
 * stopped or its engine ended.
 */
export type TrialState = 'waiting' | 'running' | 'complete' | 'pruned' | 'failed' | 'cancelled';

export interface Trial {
  /** From 0, within the study. */
  readonly number: number;
  readonly state: TrialState;
  /** Of a waiting trial those that are given; the others are sampled when it begins. */
  readonly params: Params;
  /** One for each objective, when complete. */
  readonly values: readonly number[];
  /** What it said on the way, see `Reported`. */
  readonly reports: readonly TrialReport[];
  /** One for each constraint; above 0: broken by so much. */
  readonly violations: readonly number[];
  /** The generation of CMA-ES that it was drawn from. */
  readonly generation?: number;
  readonly source: 'sampled' | 'enqueued' | 'earlier';
  readonly runId?: RunId;
  readonly message?: string;
  /** ms since 1970 */
  readonly startedAt?: number;
  readonly endedAt?: number;
}

export interface TrialReport {
  readonly step: number;
  readonly value: number;
}

/**
 * `interrupted`: cancelled, or its engine ended: the next run of its step goes on with it. `stopped`: by somebody, who
 * kept what was found.
 */
export type StudyStatus = 'running' | 'interrupted' | 'stopped' | 'finished' | 'failed';

export interface StudySummary {
  readonly id: StudyId;
  /** Counts up within the workspace: `s-3`. */
  readonly number: number;
  readonly pipeline: string;
  readonly step: string;
  readonly status: StudyStatus;
  readonly objectives: readonly Objective[];
  readonly sampler: SamplerName;
  readonly pruner: PrunerName;
  /** ms since 1970 */
  readonly startedAt: number;
  /** What its budget is, in trials and ms. */
  readonly trialsWanted: number;
  readonly msWanted?: number;
  /** ms that it has taken, in all its runs together. */
  readonly msUsed: number;
  /** Why it failed. */
  readonly message?: string;
  /** Trials by state. */
  readonly counts: Readonly<Record<TrialState, number>>;
  /** The best trial; with several objectives the first of the Pareto front. */
  readonly best?: Trial;
}

export interface Study extends StudySummary {
  readonly seed: number;
  /** Folds that a complete trial is measured on. */
  readonly steps: number;
  readonly reported: Reported;
  readonly space: readonly Parameter[];
  /** `fit_seconds <= 2`, as they are said. */
  readonly constraints: readonly string[];
  readonly trials: readonly Trial[];
  /** Numbers of the trials that no other is better than in all objectives. */
  readonly front: readonly number[];
}

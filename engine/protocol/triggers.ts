import type { PipelineRunId } from './ids';

/** What is looked at, in the order in which they are shown. */
export const triggerKinds = ['schedule', 'change', 'files', 'model', 'metric', 'drift'] as const;
export type TriggerKind = (typeof triggerKinds)[number];
/** `manual`: by a person. */
export type CauseKind = TriggerKind | 'manual';

/** Which of the times that passed while nothing ran are made up for. */
export type Missed = 'once' | 'skip' | 'all';
export type BudgetPeriod = 'hour' | 'day' | 'week' | 'month';

/** How often a pipeline, or one of its triggers, may start a run. */
export interface TriggerLimits {
  /** ms from one start to the next. */
  readonly cool_down?: number;
  /** So many starts within any period of that length. */
  readonly budget?: { readonly runs: number; readonly per: BudgetPeriod };
}

/** `on:` of a pipeline. */
export interface TriggersConfig extends TriggerLimits {
  /** While the pipeline runs: start once more afterwards, or not at all. */
  readonly overlap: 'queue' | 'skip';
  /** Whether `triggers fire` may start it. */
  readonly manual: boolean;
  readonly schedule?: ScheduleTrigger;
  readonly change?: TriggerLimits & { readonly datasets: readonly string[] };
  /** Relative to the workspace, with `/`. */
  readonly files?: TriggerLimits & { readonly patterns: readonly string[] };
  /** Without `stage`: a new version of the model. */
  readonly model?: TriggerLimits & { readonly name: string; readonly stage?: string };
  readonly metric?: MetricTrigger;
  readonly drift?: DriftTrigger;
}

/** `< 0.75` */
export interface MetricBound {
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly value: number;
}

export const metricAggregates = ['last', 'mean', 'median', 'min', 'max'] as const;
export type MetricAggregate = (typeof metricAggregates)[number];

/** Fires when the metric crosses the bound; again only after it has come back. */
export interface MetricTrigger extends TriggerLimits {
  /** The name of the metric. */
  readonly key: string;
  readonly condition: MetricBound;
  /** Where it has come back; absent: as soon as `condition` is no longer true. */
  readonly until?: MetricBound;
  /** Whose runs; absent: that of the workspace's pipelines. */
  readonly experiment?: string;
  /** Which of its runs, in MLflow's search grammar. */
  readonly runs?: string;
  /** Runs within other runs (trials, folds, models) count as well. */
  readonly nested: boolean;
  /** Of the last `over` values. */
  readonly aggregate: MetricAggregate;
  readonly over: number;
}

/** Fires when a dataset's content is another one, and has drifted from what the best version of a model was trained on. */
export interface DriftTrigger extends TriggerLimits {
  readonly dataset: string;
  /** The dataset that the model was trained on; absent: the same. */
  readonly trained_on?: string;
  readonly model: string;
  /** Absent: all. */
  readonly columns?: readonly string[];
  /** A column has drifted when its population stability index is at least that; absent: as `datasets/compare` judges. */
  readonly psi?: number;
  /** So many columns must have drifted. */
  readonly at_least: number;
  /** ms from one comparison to the next. */
  readonly every?: number;
}

export interface ScheduleTrigger extends TriggerLimits {
  /** Five fields, or `@daily`. */
  readonly cron: string;
  /** Absent: that of this computer. */
  readonly timezone?: string;
  readonly missed: Missed;
}

/** Why something that happened started no run. */
export type SkipReason =
  | 'running' // `overlap: skip`, and the pipeline was running
  | 'queued' // it waits to be started already
  | 'cool-down'
  | 'budget'
  | 'missed' // `missed: skip`, and nothing ran at the time
  | 'paused'
  | 'duplicate' // it has started a run before
  | 'loop' // pipelines that start each other
  | 'clock' // the clock was moved back
  | 'quiet' // it was looked at, and there is no reason to start anything
  | 'unreadable' // what is watched cannot be looked at
  | 'refused'; // the pipeline cannot be started

/** How a trigger stands. Times are ms since 1970. What a line of the sidebar, a lens and `modelyard triggers` show. */
export interface TriggerState {
  readonly pipeline: string;
  readonly kind: TriggerKind;
  /** `0 3 * * 1 (Europe/Berlin)`, `applications`, `incoming/*.csv`, `credit-risk → production`, `auc < 0.75` */
  readonly watches: string;
  readonly paused: boolean;
  /** Of a schedule; absent when it never comes. */
  readonly next?: number;
  /** Of a schedule: the zone in which its times are meant. */
  readonly zone?: string;
  /** Of a schedule: times that passed while nothing ran, whether or not they were made up for. */
  readonly missed?: number;
  readonly lastFired?: { readonly at: number; readonly cause: string; readonly run?: PipelineRunId };
  readonly lastSkip?: { readonly at: number; readonly reason: SkipReason; readonly message: string };
  /** Since it is in modelyard.yaml. */
  readonly fired: number;
  readonly skipped: number;
  /** Waits for the pipeline, or for somebody to watch. */
  readonly queued: number;
  /** No start before. */
  readonly coolsUntil?: number;
  readonly budget?: { readonly runs: number; readonly per: BudgetPeriod; readonly used: number };
  /** Why it will not fire as it is. */
  readonly problem?: string;
}

export interface TriggerList {
  /** Whether somebody watches: a window, or `modelyard watch`. */
  readonly active: boolean;
  readonly triggers: readonly TriggerState[];
  /** Why none of them works now: modelyard.yaml cannot be read. */
  readonly problem?: string;
}

/** A time at which a schedule will start its pipeline. */
export interface UpcomingTime {
  readonly pipeline: string;
  /** ms since 1970 */
  readonly at: number;
  /** The zone of the schedule, and what its clock and that of this computer show then: `2026-03-29 03:00`. */
  readonly zone: string;
  readonly there: string;
  readonly here: string;
  /** Nothing starts then: the trigger is paused. */
  readonly paused: boolean;
}

/** What came of a cause. */
export interface TriggerOutcome {
  readonly outcome: 'started' | 'queued' | 'skipped';
  readonly message: string;
  readonly run?: PipelineRunId;
}

/** Something that a trigger did. */
export interface TriggerEvent {
  readonly at: number;
  readonly pipeline: string;
  readonly kind: CauseKind;
  readonly what: 'queued' | 'started' | 'skipped';
  /** A sentence. */
  readonly message: string;
  readonly reason?: SkipReason;
  readonly run?: PipelineRunId;
}

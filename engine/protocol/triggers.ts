import type { PipelineRunId } from './ids';

/** What is looked at. `drift` and `metric` are said by whoever measures; `manual` by a person. */
export type TriggerKind = 'schedule' | 'change' | 'files' | 'model';
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
  | 'unreadable' // what is watched cannot be looked at
  | 'refused'; // the pipeline cannot be started

/** How a trigger stands. Times are ms since 1970. */
export interface TriggerState {
  readonly pipeline: string;
  readonly kind: TriggerKind;
  /** `0 3 * * 1 (Europe/Berlin)`, `applications`, `incoming/*.csv`, `credit-risk → production` */
  readonly watches: string;
  readonly paused: boolean;
  /** Of a schedule; absent when it never comes. */
  readonly next?: number;
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

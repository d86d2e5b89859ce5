import type { WireError } from './errors';
import type { PipelineRunId } from './ids';

/**
 * `missing`: no run of it has ended by itself; `outdated`: its last run succeeded, but the pipeline, its parameters or the
 * code that its commands read are others now.
 */
export type PartitionStatus = 'missing' | 'running' | 'succeeded' | 'failed' | 'outdated';

export interface PartitionState {
  /** `2024-01-03`, of a month `2024-01`, or the name. */
  readonly partition: string;
  readonly status: PartitionStatus;
  /** Its last run of all steps that succeeded or failed, or the one under way. */
  readonly run?: PipelineRunId;
  /** ms since 1970 at which that ended. */
  readonly endedAt?: number;
}

export interface PartitionList {
  readonly pipeline: string;
  /** Absent: they are named one by one. */
  readonly every?: 'day' | 'week' | 'month';
  readonly timezone?: string;
  /** In their order; of time those that are over. */
  readonly partitions: readonly PartitionState[];
  /** How many there are of each status, also of those that are not in the list. */
  readonly counts: Readonly<Record<PartitionStatus, number>>;
}

/** What is to be filled: missing and failed partitions, unless more is said. */
export interface BackfillRequest {
  readonly pipeline: string;
  /** The first and the last one; absent: all that there are. */
  readonly from?: string;
  readonly to?: string;
  /** Those as well that were made by another definition of the pipeline. */
  readonly outdated?: boolean;
  /** All, whatever has been made of them. */
  readonly all?: boolean;
  /** Partitions at a time; default 1. */
  readonly parallel?: number;
  /** Takes nothing from earlier runs. */
  readonly fresh?: boolean;
  readonly params?: Readonly<Record<string, string>>;
}

export interface FilledPartition {
  readonly partition: string;
  /** `waiting`: it was not begun, since the whole was cancelled or the config cannot be read any more. */
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'running';
  readonly run?: PipelineRunId;
  readonly error?: WireError;
}

export interface Backfill {
  readonly pipeline: string;
  /** In the order in which they were run. */
  readonly partitions: readonly FilledPartition[];
  /** Of the wanted ones those that were left alone, since they are made or run. */
  readonly skipped: number;
}

/** Said each time that one begins or ends. */
export interface BackfillProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly last: FilledPartition;
}

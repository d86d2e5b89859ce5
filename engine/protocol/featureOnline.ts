import type { Cell } from './data';

export interface Materialisation {
  readonly id: number;
  readonly view: string;
  readonly version: number;
  /** ms since 1970: events later than `from` and up to `to`; `from` absent: all. */
  readonly from?: number;
  readonly to: number;
  readonly status: 'running' | 'complete' | 'failed' | 'cancelled' | 'interrupted';
  /** Rows of the source that were in the range; newest rows of entities and events of windows that were written. */
  readonly rows: number;
  readonly written: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly problem?: string;
}

/** As Feast names them. */
export type OnlineStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

export interface OnlineRequest {
  readonly service?: string;
  readonly features?: readonly string[];
  /** By key, a value an entity; also what on-demand views are asked with. */
  readonly entities: Readonly<Record<string, readonly Cell[]>>;
  readonly fullNames?: boolean;
}

export interface OnlineFeature {
  readonly name: string;
  readonly reference: string;
  readonly values: readonly Cell[];
  readonly statuses: readonly OnlineStatus[];
  /** ms since 1970; null where there is none. */
  readonly eventTimes: readonly (number | null)[];
}

export interface OnlineAnswer {
  readonly entities: Readonly<Record<string, readonly Cell[]>>;
  readonly features: readonly OnlineFeature[];
}

export interface PushRequest {
  readonly view: string;
  /** With the entity's keys, the event time, and the source's columns by name. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly to: 'online' | 'offline' | 'online_and_offline';
  /** Of the push: when it is repeated with the same rows, as after a lost answer, they count once. */
  readonly id?: string;
}

export interface PushReport {
  readonly accepted: number;
  /** Older than what was there: kept offline, not online. */
  readonly stale: number;
}

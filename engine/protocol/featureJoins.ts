import type { Cell } from './data';
import type { Place } from './errors';

/** Why a value is what it is. */
export type FeatureStatus =
  | 'present'
  /** The row that holds has none. */
  | 'null-value'
  /** No row of the entity at or before the time. */
  | 'no-row'
  /** There are rows, but none was known at the time. */
  | 'not-yet-known'
  /** The newest row is older than the view's `ttl`. */
  | 'expired'
  /** The entity's key is missing, or not of its type. */
  | 'no-key'
  /** The row that asks has no time. */
  | 'no-time';

/** `known`: only what was known at the time; `tie-break`: when a row became known decides only between rows of one time. */
export type JoinMode = 'known' | 'tie-break';

export interface JoinRequest {
  /** Either the name of a service, or references: `loans`, `loans:income`, `loans@v2:income`. */
  readonly service?: string;
  readonly features?: readonly string[];
  /** The name of a dataset, or the path of a file in the workspace. */
  readonly entities: string;
  /** The column with the time of each row; absent: views with times are asked for the time of the call. */
  readonly eventTime?: string;
  /** Of times without one. Default UTC. */
  readonly timezone?: string;
  readonly mode?: JoinMode;
  /** Columns are named `view__feature`. Default: only where two views have a feature of one name. */
  readonly fullNames?: boolean;
}

/** How the rows of a join came out, by feature. */
export interface JoinCounts {
  /** The name of the column. */
  readonly column: string;
  /** `loans@v2:income` */
  readonly reference: string;
  readonly statuses: Readonly<Record<FeatureStatus, number>>;
  /** Rows that would have another value if what became known later counted too. */
  readonly changedByLater: number;
}

export interface JoinReport {
  readonly rows: number;
  readonly entityColumns: readonly string[];
  readonly columns: readonly JoinCounts[];
  /** Rows of sources, by view, and those left out because nothing says when they became known, or they have no time. */
  readonly sources: readonly {
    readonly view: string;
    readonly version: number;
    readonly rows: number;
    readonly withoutTime: number;
    readonly withoutCreated: number;
    readonly withoutKey: number;
    /** Whether something says when its rows became known; without it later knowledge cannot be told from what was known. */
    readonly tellsKnown: boolean;
  }[];
  /** sha-256 over the definitions of all views that took part. */
  readonly definition: string;
  /** CPU and wall time of the process that computed, ms. */
  readonly cpu: number;
  readonly took: number;
}

export interface TrainingSet extends JoinReport {
  /** Relative to the workspace. */
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
}

/** One value of a preview. */
export interface PreviewCell {
  readonly value: Cell;
  readonly status: FeatureStatus;
  /** The row that was matched, or that would be if it had not expired; of windows the newest row within. */
  readonly matched?: {
    /** ms since 1970 */
    readonly event?: number;
    readonly created?: number;
    /** Where it stands. */
    readonly place?: Place;
    /** Of windows: how many rows there are in it. */
    readonly rows?: number;
  };
  /** What it would be with `tie-break`, where that is something else. */
  readonly later?: { readonly value: Cell; readonly event?: number; readonly created?: number };
}

export interface PreviewRow {
  /** From 0, as the entity file has it. */
  readonly row: number;
  readonly entity: readonly Cell[];
  /** ms since 1970 */
  readonly time?: number;
  /** In the order of `columns`. */
  readonly cells: readonly PreviewCell[];
}

export interface JoinPreview extends JoinReport {
  readonly preview: readonly PreviewRow[];
}

/** Which rows a preview shows. */
export type PreviewFilter = 'all' | 'missed' | 'changed';

/** A file that was made by joining features to the rows of another one. */
export interface FeatureTrainingSet {
  /** Of the file, relative to the workspace; it may be another one by now. */
  readonly path: string;
  /** sha-256 of what was written. */
  readonly digest: string;
  /** The dataset of modelyard.yaml that it is. */
  readonly dataset?: string;
  readonly service?: string;
  /** `loans@v2`, also of those that others are computed from on demand. */
  readonly views: readonly string[];
  /** The dataset or file whose rows asked. */
  readonly entities: string;
  readonly mode: JoinMode;
  readonly rows: number;
  /** ms since 1970 */
  readonly createdAt: number;
}

import type { Cell, ColumnType } from './data';
import type { Place } from './errors';
import type { BatchViewConfig, EntityType, FeatureOrigin, OnDemandViewConfig, PrivacyClass } from './featureConfig';
import type { FeatureAlert, FeatureStatistics } from './featureMonitoring';

/** A feature as a version of a view has it. */
export interface FeatureDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly from: FeatureOrigin;
}

export interface EntityKey {
  readonly entity: string;
  readonly key: string;
  readonly type: EntityType;
}

/** How the file of a view's dataset is read; kept with a version so that it stays computable. */
export interface FeatureSource {
  readonly dataset: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly format: string;
  readonly delimiter?: string;
  readonly missing: readonly string[];
  /** Of databases. */
  readonly table?: string;
  readonly query?: string;
}

/** All that decides which values a view has. Equal definitions are one version. */
export type FeatureViewDefinition =
  | (Pick<
      BatchViewConfig,
      'kind' | 'push' | 'event_time' | 'created_time' | 'timezone' | 'ttl' | 'where' | 'identity'
    > & {
      readonly entities: readonly EntityKey[];
      readonly source?: FeatureSource;
      readonly features: readonly FeatureDefinition[];
    })
  | (Pick<OnDemandViewConfig, 'kind' | 'request'> & {
      /** With the version they are of. */
      readonly uses: readonly string[];
      readonly features: readonly FeatureDefinition[];
    });

export interface FeatureViewVersion {
  readonly view: string;
  /** From 1. */
  readonly version: number;
  /** sha-256 of the definition in hex. */
  readonly hash: string;
  readonly definition: FeatureViewDefinition;
  /** ms since 1970 */
  readonly createdAt: number;
}

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

export interface Materialisation {
  readonly id: number;
  readonly view: string;
  readonly version: number;
  /** ms since 1970: events later than `from` and up to `to`; `from` absent: all. */
  readonly from?: number;
  readonly to: number;
  readonly status: 'running' | 'complete' | 'failed' | 'cancelled' | 'interrupted';
  /** Rows of the source that were in the range, and entities written. */
  readonly rows: number;
  readonly written: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly problem?: string;
}

/** What is known of a view's values. */
export interface FeatureFreshness {
  /** ms since 1970, of the newest event in the source when it was last read. */
  readonly newestEvent?: number;
  readonly readAt?: number;
  /** Up to which event time the online store has everything; absent: never materialised. */
  readonly materialisedTo?: number;
  /** In the source, when its view was last computed. */
  readonly entities?: number;
  readonly last?: Materialisation;
  /** The newest event that was pushed. */
  readonly pushedTo?: number;
}

export interface FeatureConsumers {
  readonly services: readonly string[];
  readonly models: readonly { readonly model: string; readonly version: number; readonly stage?: string }[];
  /** What serves such a model now. */
  readonly endpoints: readonly string[];
}

export interface FeatureSummary {
  readonly name: string;
  readonly type?: ColumnType;
  readonly from: FeatureOrigin;
  readonly description?: string;
  readonly owner?: string;
  readonly privacy?: PrivacyClass;
}

export interface FeatureViewSummary {
  readonly name: string;
  readonly kind: 'batch' | 'on-demand';
  readonly description?: string;
  readonly owner?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly entities: readonly string[];
  readonly source?: string;
  readonly push: boolean;
  /** ms */
  readonly ttl?: number;
  readonly features: readonly FeatureSummary[];
  /** That of the definition as it stands in the file; absent: it has not been recorded, or cannot be resolved. */
  readonly version?: number;
  /** How many there are. */
  readonly versions: number;
  readonly freshness: FeatureFreshness;
  readonly consumers: FeatureConsumers;
  readonly alerts: readonly FeatureAlert[];
  /** Why the definition cannot be resolved: a column that the source lacks, an expression of the wrong type. */
  readonly problem?: string;
  /** The key that is wrong. */
  readonly problemAt?: Place;
  /** In modelyard.yaml; absent: the file no longer has it. */
  readonly place?: Place;
}

export interface FeatureServiceSummary {
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly features: readonly string[];
  readonly models: FeatureConsumers['models'];
  readonly place?: Place;
}

export interface FeatureList {
  readonly entities: readonly (EntityKey & { readonly description?: string })[];
  readonly views: readonly FeatureViewSummary[];
  readonly services: readonly FeatureServiceSummary[];
  readonly online: { readonly kind: 'local' | 'redis'; readonly problem?: string };
}

export interface FeatureViewDetail extends FeatureViewSummary {
  /** The newest first. */
  readonly history: readonly FeatureViewVersion[];
  readonly materialisations: readonly Materialisation[];
  /** Made with the view, whichever version of it; the newest first. Absent: none was. */
  readonly trainingSets?: readonly FeatureTrainingSet[];
}

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

export interface DefinitionChange {
  /** `ttl`, `where`, `features.ratio` */
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
}

/** How values of two versions differ, over the newest row of each entity in both. */
export interface ValueChange {
  readonly feature: string;
  readonly entities: number;
  readonly differing: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  /** Of numbers. */
  readonly meanDifference?: number;
  readonly examples: readonly { readonly key: readonly Cell[]; readonly before: Cell; readonly after: Cell }[];
}

export interface FeatureViewDiff {
  readonly view: string;
  readonly before: number;
  readonly after: number;
  readonly definition: readonly DefinitionChange[];
  readonly values?: readonly ValueChange[];
}

/** What became of the definitions in modelyard.yaml. */
export interface AppliedFeatures {
  readonly views: readonly {
    readonly view: string;
    readonly version?: number;
    readonly isNew: boolean;
    readonly problem?: string;
    readonly problemAt?: Place;
  }[];
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
}

export interface PushReport {
  readonly accepted: number;
  /** Older than what was there: kept offline, not online. */
  readonly stale: number;
}

/** What a view computes from its source. */
export interface ComputedView {
  readonly view: string;
  readonly version: number;
  readonly isNew: boolean;
  readonly rows: number;
  readonly entities: number;
  readonly newestEvent?: number;
  readonly statistics: readonly FeatureStatistics[];
  /** The first rows, by column. */
  readonly columns: readonly string[];
  readonly head: readonly (readonly Cell[])[];
  readonly took: number;
}

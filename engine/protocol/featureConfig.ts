import type { ColumnType } from './data';

/** What is said of a thing for people; changing it changes no value. */
export interface Described {
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How carefully a value is to be handled, from least to most. */
export const privacyClasses = ['public', 'internal', 'personal', 'sensitive'] as const;
export type PrivacyClass = (typeof privacyClasses)[number];

/** What features are about. */
export interface EntityConfig extends Described {
  /** The column that says which one. */
  readonly key: string;
  /** Absent: that of the source's column. */
  readonly type?: EntityType;
}
export type EntityType = 'integer' | 'string';

export const aggregates = ['count', 'sum', 'mean', 'min', 'max', 'last', 'distinct', 'std'] as const;
export type Aggregate = (typeof aggregates)[number];

/** Where the values of a feature come from. */
export type FeatureOrigin =
  | { readonly kind: 'column'; readonly column: string }
  /** Over columns, other features of the view, and in a view without a source what it is asked with. */
  | { readonly kind: 'expression'; readonly expression: string }
  | WindowOrigin;

/** Over the rows of an entity whose event lies within `over` before the time that is asked for. */
export interface WindowOrigin {
  readonly kind: 'window';
  readonly aggregate: Aggregate;
  /** An expression over columns; absent: rows are counted. */
  readonly of?: string;
  /** ms; rows later than `time − over` count, up to `time`. */
  readonly over: number;
  /** Only rows for which it holds. */
  readonly where?: string;
}

export interface FeatureConfig extends Described {
  readonly from: FeatureOrigin;
  /** Absent: what the source or the expression gives. */
  readonly type?: ColumnType;
  /** Absent: that of the view. */
  readonly privacy?: PrivacyClass;
}

interface ViewCommon extends Described {
  readonly privacy?: PrivacyClass;
  /** In the order of the file: columns, then expressions, then windows. */
  readonly features: Readonly<Record<string, FeatureConfig>>;
}

/** Values that stand in a source, or are pushed. */
export interface BatchViewConfig extends ViewCommon {
  readonly kind: 'batch';
  /** Names of entities; those that `entities` does not have stand there with themselves as key. */
  readonly entities: readonly string[];
  /** The name of a dataset; absent: rows are only pushed. */
  readonly source?: string;
  readonly push: boolean;
  /** Absent: a row holds at all times. */
  readonly event_time?: string;
  /** When a row became known. */
  readonly created_time?: string;
  /** Of times without one. */
  readonly timezone: string;
  /** ms before the time that is asked for, after which a value has expired; absent: never. */
  readonly ttl?: number;
  /** Only rows for which it holds. */
  readonly where?: string;
  /** Rows with the same value here are versions of one event; absent: each row is one. */
  readonly identity?: string;
  readonly monitor?: FeatureMonitor;
}

/** Values that are computed when they are asked for. */
export interface OnDemandViewConfig extends ViewCommon {
  readonly kind: 'on-demand';
  /** What is given with the request, by name. */
  readonly request: Readonly<Record<string, ColumnType>>;
  /** References of features of other views: `loans:income`, `loans@v2:income`. */
  readonly uses: readonly string[];
}

export type FeatureViewConfig = BatchViewConfig | OnDemandViewConfig;

/** Beyond which bounds there is an alert. */
export interface FeatureMonitor {
  /** ms since the newest event. */
  readonly max_age?: number;
  /** Share of values that are null. */
  readonly null_rate?: number;
  /** Distance of each feature from its baseline (population stability index). */
  readonly drift?: number;
  /** Share of served values that differ from what the join finds. */
  readonly skew?: number;
}

/** What a version of a model uses. */
export interface FeatureServiceConfig extends Described {
  /** References: `loans` (all of its features), `loans:income`, `loans@v2:income`. */
  readonly features: readonly string[];
}

export type OnlineStoreConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'redis';
      readonly url: string;
      readonly username?: string;
      /** The name of the environment variable that has it. */
      readonly password?: string;
      readonly prefix: string;
    };

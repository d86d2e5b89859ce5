import type { ExperimentId, RunId } from './ids';

/** Which runs a table shows. */
export interface RunQuery {
  readonly experimentIds?: readonly ExperimentId[];
  /** MLflow's filter grammar. */
  readonly filter?: string;
  readonly lifecycle?: 'active' | 'deleted' | 'all';
  /** Only the runs of these groups. */
  readonly within?: readonly GroupValue[];
}

/** `by`: `params.NAME`, `tags.NAME`, `attributes.status`, `.user_id`, `.run_name`, `.experiment`, `.pipeline` or `datasets`. */
export interface GroupValue {
  readonly by: string;
  /** Null: the runs that have none. */
  readonly value: string | null;
}

/** The order of a table from the first run to the last: rows are then read where they are looked at. */
export interface RunIds {
  /** At most 50,000. */
  readonly ids: readonly RunId[];
  /** There are more than that. */
  readonly more: boolean;
}

export interface KeySummary {
  readonly key: string;
  /** How many of the runs have it. */
  readonly runs: number;
  /** All of the runs have it, with one value. */
  readonly constant: boolean;
}

export interface MetricSummary extends KeySummary {
  /** Of the latest values, infinite ones among them; absent when all are NaN. */
  readonly min?: number;
  readonly max?: number;
}

/** What is known of the runs of a query: the columns that they could fill. */
export interface RunKeys {
  readonly runs: number;
  readonly metrics: readonly MetricSummary[];
  readonly params: readonly KeySummary[];
  readonly tags: readonly KeySummary[];
}

export interface GroupQuery extends RunQuery {
  readonly by: string;
  /** Metrics to summarise; at most 100. */
  readonly metrics?: readonly string[];
  /** Default `newest`; a metric by its mean. */
  readonly sort?: 'value' | 'runs' | 'newest' | { readonly metric: string };
  readonly descending?: boolean;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
  readonly pageToken?: string;
}

/** Of the latest finite values of a metric. */
export interface GroupMetric {
  readonly n: number;
  readonly mean: number;
  /** Of the sample (n − 1); absent for one value. */
  readonly sd?: number;
  readonly min: number;
  readonly max: number;
}

export interface RunGroup {
  readonly value: string | null;
  readonly runs: number;
  /** Start of its newest run, ms since 1970. */
  readonly newest: number;
  readonly metrics: Readonly<Record<string, GroupMetric>>;
}

export interface RunGroups {
  readonly groups: readonly RunGroup[];
  /** Of all pages. */
  readonly total: number;
  readonly nextPageToken?: string;
}

export interface ValueQuery {
  readonly experimentIds?: readonly ExperimentId[];
  readonly entity: FilterEntity;
  readonly key: string;
  /** Only values that contain this, in any case. */
  readonly like?: string;
  /** Default 50, at most 1,000. */
  readonly limit?: number;
}

export type FilterEntity = 'metric' | 'param' | 'tag' | 'attribute' | 'dataset';

/** A value that runs have, and how many of them; the most frequent first. */
export interface ValueCount {
  readonly value: string;
  readonly runs: number;
}

/** One condition of a filter. */
export interface FilterCondition {
  readonly entity: FilterEntity;
  readonly key: string;
  /** `=`, `LIKE`, `IS NULL` … */
  readonly comparator: string;
  /** Absent for `IS NULL` and `IS NOT NULL`. */
  readonly value?: string | number | readonly string[];
}

/** What may stand at a place of a filter. */
export interface FilterCompletion {
  /** The part of the text that an item replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly FilterItem[];
}

export interface FilterItem {
  readonly kind: 'name' | 'comparator' | 'value' | 'and';
  readonly label: string;
  /** What is written, with quotes where they are needed. */
  readonly insert: string;
  /** How many runs have it. */
  readonly runs?: number;
}

/** A change of many runs at once: all of it or nothing. */
export interface RunsChange {
  readonly runIds: readonly RunId[];
  /** Null takes a tag away. */
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly lifecycle?: 'active' | 'deleted';
}

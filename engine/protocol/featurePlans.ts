import type { FeatureBins, FeatureStatistics } from './featureMonitoring';
import type { DataFormat, Cell } from './data';
import type { FeatureViewDefinition, ValueChange } from './features';
import type { JoinMode, JoinPreview, PreviewFilter, TrainingSet } from './featureJoins';
import type { DatasetSource } from './jobs';

export type BatchDefinition = Extract<FeatureViewDefinition, { readonly kind: 'batch' }>;
export type OnDemandDefinition = Extract<FeatureViewDefinition, { readonly kind: 'on-demand' }>;

/** A version of a view with the files that its rows are in. */
export interface BatchView {
  readonly view: string;
  readonly version: number;
  readonly definition: BatchDefinition;
  /** Read one after the other: the source, and what was pushed. Absolute paths. */
  readonly sources: readonly DatasetSource[];
}

export interface OnDemandView {
  readonly view: string;
  readonly version: number;
  readonly definition: OnDemandDefinition;
}

/** A view that takes part in a join, with the names of the features that are wanted of it. */
export type JoinPart = (BatchView | OnDemandView) & { readonly features: readonly string[] };

/** All that a join is made of. */
export interface JoinPlan {
  readonly entities: DatasetSource;
  /** The column with the time of each row; absent: all are asked for at `now`. */
  readonly eventTime?: string;
  /** Of times without one. */
  readonly timezone: string;
  readonly mode: JoinMode;
  /** ms since 1970 */
  readonly now: number;
  /** Also those that only on-demand views use. */
  readonly views: readonly JoinPart[];
  /** What comes out, in this order. */
  readonly columns: readonly {
    readonly column: string;
    /** With the version: `loans@v2:income` */
    readonly reference: string;
  }[];
  /** sha-256 over the definitions. */
  readonly definition: string;
}

export interface TrainingSetPlan extends JoinPlan {
  /** Absolute path of the file that is written. */
  readonly path: string;
  readonly format: DataFormat;
  /** Of CSV; default a comma. */
  readonly delimiter?: string;
}

export interface PreviewPlan extends JoinPlan {
  /** Of the rows that the filter lets through. */
  readonly offset: number;
  readonly limit: number;
  readonly filter: PreviewFilter;
}

export interface MaterialisePlan {
  readonly view: BatchView;
  /** µs since 1970: a row belongs to it when the later of its event and of when it became known is after this. */
  readonly from?: number;
  /** µs: … and not after this. */
  readonly to: number;
  /** µs: events up to this one are in no window any more. */
  readonly oldestEvent: number;
  /** Of the rows that were pushed those from this one on belong to it, whatever their times; absent: none by that. */
  readonly pushedFrom?: number;
}

/** Rows of the source that belonged to a materialisation, and the entities that they are of. */
export interface MaterialisedCounts {
  readonly rows: number;
  readonly entities: number;
  /** Rows that were read of those that were pushed. */
  readonly pushed: number;
}

export interface ComputePlan {
  readonly view: BatchView;
  /** First rows that are shown. */
  readonly limit: number;
  /** ms since 1970: windows are looked at as they are then. */
  readonly now: number;
  /** Statistics of all features are wanted, with the distance of each from its reference. */
  readonly statistics?: StatisticsPlan;
}

/** What features are compared with. */
export interface StatisticsPlan {
  readonly baselines: Readonly<Record<string, FeatureBins>>;
  /** A training set that had them; it goes before the baselines. */
  readonly training?: {
    readonly dataset: string;
    /** Absolute path of the distributions of its columns. */
    readonly distributions: string;
    /** The column of each feature. */
    readonly columns: Readonly<Record<string, string>>;
  };
}

/** Two versions of a view. */
export interface ComparePlan {
  readonly before: BatchView;
  readonly after: BatchView;
  /** ms since 1970: values are those of then, however old. */
  readonly now: number;
}

export interface ComputedRows {
  readonly rows: number;
  readonly entities: number;
  /** ms since 1970 */
  readonly newestEvent?: number;
  readonly columns: readonly string[];
  /** The first rows. */
  readonly head: readonly (readonly Cell[])[];
  /** Empty unless they were asked for. */
  readonly statistics: readonly FoundStatistics[];
}

export type FoundStatistics = Omit<FeatureStatistics, 'view' | 'version' | 'of' | 'computedAt'>;

/** What the process that computes features is asked for. */
export type FeaturesJob =
  | { readonly kind: 'join'; readonly plan: TrainingSetPlan }
  | { readonly kind: 'preview'; readonly plan: PreviewPlan }
  | { readonly kind: 'compute'; readonly plan: ComputePlan }
  | { readonly kind: 'compare'; readonly plan: ComparePlan }
  | { readonly kind: 'materialise'; readonly plan: MaterialisePlan };

/** What it answers in the end. */
export type FeaturesResult =
  | { readonly kind: 'join'; readonly set: Omit<TrainingSet, 'path'> }
  | { readonly kind: 'preview'; readonly preview: JoinPreview }
  | { readonly kind: 'compute'; readonly computed: ComputedRows }
  | { readonly kind: 'compare'; readonly changes: readonly ValueChange[] }
  | ({ readonly kind: 'materialise' } & MaterialisedCounts);

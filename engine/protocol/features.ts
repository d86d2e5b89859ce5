import type { Cell, ColumnType } from './data';
import type { Place } from './errors';
import type {
  BatchViewConfig,
  EntityType,
  FeatureMonitor,
  FeatureOrigin,
  OnDemandViewConfig,
  PrivacyClass,
} from './featureConfig';
import type { FeatureTrainingSet } from './featureJoins';
import type { FeatureAlert, FeatureStatistics } from './featureMonitoring';
import type { Materialisation } from './featureOnline';

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

/** What is known of a view's values. */
export interface FeatureFreshness {
  /** ms since 1970, of the newest event in the source when it was last read. */
  readonly newestEvent?: number;
  readonly readAt?: number;
  /** Up to which event time the online store has everything; absent: never materialised. */
  readonly materialisedTo?: number;
  /** It was materialised, and nothing was found: no entity has values online. */
  readonly isEmpty?: true;
  /** Entities that have values online. Only told of a view that is asked for by itself, and not of a server. */
  readonly online?: number;
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
  /** The bounds of modelyard.yaml; absent: it has none. */
  readonly monitor?: FeatureMonitor;
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

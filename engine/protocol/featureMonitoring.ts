import type { Cell, ColumnType } from './data';
import type { WireError } from './errors';

export interface FeatureAlert {
  readonly view: string;
  readonly version: number;
  readonly feature?: string;
  readonly kind: 'age' | 'nulls' | 'drift' | 'skew';
  readonly message: string;
  readonly value: number;
  readonly bound: number;
  /** ms since 1970 */
  readonly since: number;
}

/** How values lie in bins that another set of them can be laid in, too. */
export type FeatureBins =
  | {
      readonly kind: 'numbers';
      /** Ascending; a bin ends with its upper edge, the last one has none. */
      readonly edges: readonly number[];
      /** One more than edges. */
      readonly counts: readonly number[];
    }
  | {
      readonly kind: 'texts';
      readonly values: readonly string[];
      /** Of each value, then of all others. */
      readonly counts: readonly number[];
    };

/** Where most of the numbers lie; counts of all, or of a uniform sample of them. */
export interface CentralHistogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Those before the first and after the last edge. */
  readonly below: number;
  readonly above: number;
}

/** Two sets of values in the bins of the first: what their population stability index is the sum of. */
export interface FeatureComparison {
  /** Of the reference, with its counts. */
  readonly bins: FeatureBins;
  /** Of the values now, in these bins. */
  readonly counts: readonly number[];
  /** The dataset that the reference is, where it is a training set. */
  readonly dataset?: string;
}

export interface FeatureStatistics {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly type: ColumnType;
  /** `source`: rows of the source; `served`: values that were answered; `training`: a training set; `baseline`. */
  readonly of: 'source' | 'served' | 'training' | 'baseline';
  /** Days before `computedAt`; absent: all. */
  readonly window?: number;
  readonly computedAt: number;
  readonly rows: number;
  readonly nulls: number;
  readonly distinct: number;
  readonly mean?: number;
  readonly std?: number;
  readonly min?: number;
  readonly max?: number;
  /** p50, p75, p90, p95, p99 */
  readonly quantiles?: Readonly<Record<string, number>>;
  readonly histogram?: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** To be looked at in place of `histogram`, where that shows little; absent: it shows enough. */
  readonly central?: CentralHistogram;
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  /** ms since 1970 */
  readonly newestEvent?: number;
  /** Distance from the reference (population stability index): the newest training set of a model, else the baseline. */
  readonly drift?: number;
  readonly driftFrom?: 'training' | 'baseline';
  /** What `drift` was measured in. */
  readonly compared?: FeatureComparison;
  readonly bins?: FeatureBins;
}

export interface FeatureSkew {
  readonly view: string;
  readonly feature: string;
  /** Served values that were looked at, those that differ from the join, and some of them. */
  readonly looked: number;
  readonly differing: number;
  readonly examples: readonly {
    readonly key: readonly Cell[];
    readonly at: number;
    readonly served: Cell;
    readonly joined: Cell;
  }[];
}

export interface FeatureCheck {
  readonly statistics: readonly FeatureStatistics[];
  readonly skew: readonly FeatureSkew[];
  readonly alerts: readonly FeatureAlert[];
  /** Views that could not be checked; the others were. */
  readonly failures: readonly { readonly view: string; readonly error: WireError }[];
}

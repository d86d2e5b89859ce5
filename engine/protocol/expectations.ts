import type { Waiver } from './waivers';
import type { Cell, ColumnType } from './data';

/** A number, or an ISO date as text; `null`: that side is open. */
export type Bound = number | string | null;
/** `[lowest, highest]`, both included. */
export type Range = readonly [Bound, Bound];
/** Exactly, or `[least, most]`; `null` leaves a side open. */
export type CountRange = number | readonly [number | null, number | null];
/** `strictly`: equal neighbours fail too. */
export type Order = boolean | 'strictly';
export type Pair = readonly [string, string];

export const comparedMeasures = [
  'rows',
  'missing_share',
  'distinct_count',
  'mean',
  'std',
  'min',
  'max',
  'quantiles',
] as const;
export type ComparedMeasure = (typeof comparedMeasures)[number];

/** What a distribution is held against: one of these. */
export interface ReferenceDistribution {
  /** `last`, a dataset, or (the beginning of) the digest of a version of this one. */
  readonly compared_with?: string;
  /** Values and their shares, which are scaled to add up to 1. */
  readonly values?: readonly Cell[];
  /** Ascending edges of bins, one more than weights: each without its upper edge but the last. */
  readonly edges?: readonly number[];
  readonly weights?: readonly number[];
}

export interface TheoreticalDistribution {
  readonly normal?: { readonly mean: number; readonly std: number };
  readonly uniform?: readonly [number, number];
  /** The mean. */
  readonly exponential?: number;
}

export type DivergenceRule = ReferenceDistribution & { readonly at_most: number };
export type ChiSquaredRule = ReferenceDistribution & { readonly p_at_least: number };
export type KolmogorovRule = Omit<ReferenceDistribution, 'values'> &
  TheoreticalDistribution & { readonly p_at_least: number };

/** A rule that is proposed, and what in the data speaks for it. */
export interface Proposal {
  readonly rule: Omit<Expectation, 'severity'>;
  readonly reasons: readonly string[];
}

/** Rules on each value of `column`. */
interface ValueRules {
  /** One, or any of several. */
  readonly type?: ColumnType | readonly ColumnType[];
  readonly not_null?: boolean;
  readonly is_null?: boolean;
  /** `true` with `column`, or the name(s) of the column(s) whose values together must not repeat. */
  readonly unique?: boolean | string | readonly string[];
  readonly between?: Range;
  /** Excluded themselves. */
  readonly above?: number | string;
  readonly below?: number | string;
  readonly in_set?: readonly Cell[];
  readonly not_in_set?: readonly Cell[];
  readonly increasing?: Order;
  readonly decreasing?: Order;
  /** JavaScript regular expressions, one of which the whole text must match. */
  readonly regex?: string | readonly string[];
  /** None of these may be found anywhere in the text. */
  readonly not_regex?: string | readonly string[];
  /** SQL's LIKE: `%` any text, `_` one character. */
  readonly like?: string | readonly string[];
  readonly not_like?: string | readonly string[];
  /** strftime: `%d.%m.%Y` */
  readonly date_format?: string;
  readonly parses_as?: 'date' | 'json';
  readonly json_schema?: Readonly<Record<string, unknown>>;
  /** Characters (code points). */
  readonly length?: CountRange;
  /** Standard deviations from the mean that a value is below. */
  readonly z_score?: number;
}

/** Rules on what the values of `column` come to. */
interface AggregateRules {
  readonly min?: Range;
  readonly max?: Range;
  readonly mean?: Range;
  readonly median?: Range;
  readonly sum?: Range;
  readonly std?: Range;
  /** By share: `{0.5: [30, 40]}`. */
  readonly quantiles?: Readonly<Record<string, Range>>;
  readonly missing_share?: Range;
  readonly distinct_count?: CountRange;
  readonly distinct_share?: Range;
  readonly distinct_in?: readonly Cell[];
  readonly distinct_contains?: readonly Cell[];
  readonly distinct_equals?: readonly Cell[];
  readonly most_common_in?: readonly Cell[];
  readonly kl_divergence?: DivergenceRule;
  readonly chi_squared?: ChiSquaredRule;
  readonly kolmogorov_smirnov?: KolmogorovRule;
}

/** Rules on several columns of a row. */
interface RowRules {
  readonly greater?: Pair;
  readonly greater_or_equal?: Pair;
  readonly equal?: Pair;
  readonly pair_in?: { readonly columns: Pair; readonly set: readonly (readonly [Cell, Cell])[] };
  readonly sum_of?: { readonly columns: readonly string[]; readonly equals: number; readonly within?: number };
  readonly unique_within_row?: readonly string[];
  readonly cramers_phi?: { readonly columns: Pair; readonly at_most: number };
  /** A condition that each row meets. */
  readonly rows?: string;
  /** A condition that no row meets. */
  readonly no_rows?: string;
}

/** Rules on the table. */
interface TableRules {
  readonly row_count?: CountRange;
  /** As many rows as this dataset has. */
  readonly row_count_of?: string;
  readonly column_count?: CountRange;
  /** All columns, in this order. */
  readonly columns?: readonly string[];
  readonly columns_in_any_order?: readonly string[];
  readonly has_columns?: readonly string[];
  /** `7d`: the newest value of `column` (or the file's time when no column) is not older. */
  readonly fresh_within?: string;
  /** `last`, a dataset, or (the beginning of) a digest: the statistics of `column`, or of all columns, are as its are. */
  readonly compared_with?: string;
  /** Relative; default 0.1. */
  readonly tolerance?: number;
  /** Of `compared_with`; default: all. */
  readonly measures?: readonly ComparedMeasure[];
}

/** One entry of `expect:`. Several rules on one column may stand in one entry; each becomes a check of its own. */
export interface Expectation extends ValueRules, AggregateRules, RowRules, TableRules {
  readonly column?: string;
  /** A condition: only rows that meet it count. */
  readonly where?: string;
  /** Share of rows that must hold, in (0, 1]; 1 when not given. */
  readonly mostly?: number;
  /** `warn`: said, but the step goes on. */
  readonly severity: 'error' | 'warn';
  /** It may fail until a day. */
  readonly waive?: Waiver;
}

import type { Digest } from './ids';

export type ColumnType = 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'string';
export const dataFormats = ['csv', 'jsonl', 'parquet', 'sqlite', 'duckdb'] as const;
export type DataFormat = (typeof dataFormats)[number];
/** Whether a place in a file is a line; of the others a row is counted. */
export const hasLines = (format: DataFormat): boolean => format === 'csv' || format === 'jsonl';
/** Whether a table or query says what is taken of a file. */
export const isDatabase = (format: DataFormat): boolean => format === 'sqlite' || format === 'duckdb';
export type Cell = string | number | boolean | null;

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  /** Rows with a value. */
  readonly count: number;
  readonly nulls: number;
  /** Distinct values: exact up to `distinctExact` of the profile, an estimate above (then `distinctEstimated`). */
  readonly distinct: number;
  readonly distinctEstimated: boolean;
  /** Numbers; dates as ms since 1970 (UTC). Absent for text. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** Sample standard deviation (n − 1). */
  readonly std?: number;
  /** p1, p5, p25, p50, p75, p95, p99; estimated from a bounded sample on large data. */
  readonly quantiles?: Readonly<Record<string, number>>;
  /** `edges.length = counts.length + 1`. */
  readonly histogram?: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** Text and booleans: the most frequent values, at most 20. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  /** The counts of `top` are too low by at most this much; absent: they are exact. */
  readonly topError?: number;
  /** Text: in characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface DatasetProfile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface DatasetVersion {
  readonly name: string;
  /** sha-256 of the file's bytes. */
  readonly digest: Digest;
  /** Relative to the workspace. */
  readonly path: string;
  readonly format: DataFormat;
  readonly bytes: number;
  readonly rows: number;
  readonly schema: readonly { readonly name: string; readonly type: ColumnType }[];
  /** ms since 1970 */
  readonly createdAt: number;
}

export interface FailingRow {
  /** Line of the file where the row begins, counted from 1 (the header of a CSV is line 1); Parquet: row number + 1. */
  readonly line: number;
  readonly value: Cell;
  /** Of a dataset of several files; relative to the workspace. */
  readonly file?: string;
}

/** The verdict of one `expect:` rule. */
export interface CheckResult {
  readonly dataset: string;
  /** `age_in_years between 18 and 100` */
  readonly rule: string;
  readonly column?: string;
  readonly passed: boolean;
  /** What the rule says of itself: a failed `warn` is said, but blocks nothing. Absent: `error`. */
  readonly severity?: 'error' | 'warn';
  /** Full sentence with the numbers. */
  readonly message: string;
  readonly failing: number;
  readonly checked: number;
  /** The first failing rows, at most 100. */
  readonly rows: readonly FailingRow[];
  /** Index of the rule in the dataset's `expect:` list, so that a caller can find its line in the config. */
  readonly index: number;
}

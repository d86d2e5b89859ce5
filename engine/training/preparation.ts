import type { ColumnType } from '../protocol/data';
import type { PrepareOptions } from '../protocol/steps/preparation';
import type { Task } from './learner';

/**
 * Everything needed to turn raw columns into the numbers a learner takes: learnt on the training part, plain JSON,
 * self-contained. Its ops are a closed union so that the same file becomes ONNX nodes.
 */
export interface Preparation {
  readonly version: 1;
  readonly task: Task;
  readonly label: { readonly name: string; readonly type: ColumnType };
  /** Binary: [negative, positive]; multiclass: sorted; regression: empty. Numbers and booleans as text. */
  readonly classes: readonly string[];
  /** Binary only. */
  readonly positive?: string;
  /** Input columns in the order of the file; the label and dropped columns are not among them. */
  readonly columns: readonly PreparedColumn[];
  /** Names of the output, in order: the `features` of all columns, one after the other. */
  readonly features: readonly string[];
  /** What was noticed while learning, as sentences: constant columns, many categories, ... */
  readonly notes: readonly string[];
  /** How it was learnt, so that it can be learnt anew on other rows; absent in files of the first versions. */
  readonly options?: PrepareOptions;
}

export type PreparedColumn = PreparedNumber | PreparedText;

/** integer, number, date and datetime (ms since 1970, UTC); a missing value is NaN. */
export interface PreparedNumber {
  readonly kind: 'number';
  readonly name: string;
  readonly type: ColumnType;
  readonly op: ScaleOp | BinsOp | OneHotOp<number> | MapOp<number>;
  readonly features: readonly string[];
}

/** string and boolean (`false`, `true`); a missing value is the empty text where there is no null. */
export interface PreparedText {
  readonly kind: 'text';
  readonly name: string;
  readonly type: ColumnType;
  readonly op: OneHotOp<string> | MapOp<string>;
  readonly features: readonly string[];
}

/** One feature: (x − offset) · scale. */
export interface ScaleOp {
  readonly op: 'scale';
  /** Put in place of a missing value, before scaling; null: a missing value stays NaN. */
  readonly missing: number | null;
  /** A zero (up to `zeroSize`) counts as missing: models of LightGBM with `zero_as_missing`. */
  readonly zero?: 'missing';
  readonly offset: number;
  readonly scale: number;
}

/** What LightGBM takes for zero: its `kZeroThreshold`, a float32. */
export const zeroSize = Math.fround(1e-35);

/** One feature: `values[i]` where `edges[i − 1] ≤ x < edges[i]`; `values` is one longer than `edges` (weight of evidence). */
export interface BinsOp {
  readonly op: 'bins';
  /** Strictly increasing. */
  readonly edges: readonly number[];
  readonly values: readonly number[];
  readonly missing: number;
}

/** One feature for each category, 1 where x equals it; with `missing` one more, last, that is 1 where x is missing. An unknown category: all zeros. */
export interface OneHotOp<T extends string | number> {
  readonly op: 'one-hot';
  readonly categories: readonly T[];
  readonly missing: boolean;
}

/** One feature: `values[i]` where x equals `categories[i]` (ordinal numbers, weight of evidence). */
export interface MapOp<T extends string | number> {
  readonly op: 'map';
  readonly categories: readonly T[];
  readonly values: readonly number[];
  readonly unknown: number;
  readonly missing: number;
}

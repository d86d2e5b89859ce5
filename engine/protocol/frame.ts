import type { CheckResult, ColumnType, DatasetProfile } from './data';
import type { DataCheckReport } from './dataChecks';
import type { DatasetSource } from './jobs';

/** A dataset in memory, by columns; row numbers are those of the file (0 = first data row). */
export interface Frame {
  readonly rows: number;
  readonly columns: readonly FrameColumn[];
}

export type FrameColumn = NumberColumn | TextColumn;

/** integer, number, date and datetime (ms since 1970, UTC). */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly type: ColumnType;
  /** NaN: missing. */
  readonly values: Float64Array;
}

/** string and boolean (`false`, `true`). */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly type: ColumnType;
  /** Index into `categories`; −1: missing. */
  readonly codes: Int32Array;
  /** In order of first appearance. */
  readonly categories: readonly string[];
}

/** What the data room lends to those who compute with data. */
export interface DataAccess {
  /** Reads a dataset whole. @throws ModelyardError `data.*` with file, line and column. */
  readFrame(source: DatasetSource, signal: AbortSignal): Promise<Frame>;
  /**
   * Compiles a condition such as `age_in_years <= 25 and housing = 'own'`.
   * @throws ModelyardError `config.invalid` (syntax) or `data.column` (unknown column, with "did you mean").
   */
  condition(text: string, frame: Frame): (row: number) => boolean;
  /** The line of the file where a row (0 = first data row) begins; undefined when the format has no lines. */
  lineOf(source: DatasetSource, row: number, signal: AbortSignal): Promise<number | undefined>;
}

/** The file behind the output kind `dataset`: what `validate` found out. */
export interface ValidatedDataset {
  readonly source: DatasetSource;
  readonly digest: string;
  readonly bytes: number;
  readonly profile: DatasetProfile;
  /** Verdicts of `expect:`. */
  readonly checks?: readonly CheckResult[];
  /** Of the integrity checks of `checks:`. */
  readonly report?: DataCheckReport;
  /** Of the file as it was read, when nobody touched it meanwhile. */
  readonly stamp?: string;
}

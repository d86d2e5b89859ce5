import type { Cell, ColumnType } from '../../protocol/data';
import { Kind } from './cellKind';

/** Where the texts of a column's cells stand: cell `row` is `bytes[starts[row * stride + offset] … ends[same])`. */
export interface CellTexts {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly stride: number;
  readonly offset: number;
}

/** One column of a batch. Its arrays are used again for the next column: nothing may be kept of them. */
export interface ColumnBatch {
  readonly rows: number;
  /** The `Kind` of each cell; at least `rows` long. */
  readonly kinds: Uint8Array;
  /** Value of each number, time (ms since 1970) and boolean (0, 1); undefined rubbish for texts. NaN where missing. */
  readonly numbers: Float64Array;
  /** The texts of all cells, UTF-8; of a missing cell any text. */
  texts(): CellTexts;
  /** Of times: those of UTC, or what clocks somewhere show. Absent: the texts say. */
  readonly clocks?: 'utc' | 'local';
  /** Times as µs since 1970, where the file has them. NaN where missing. */
  readonly micros?: Float64Array;
  /** Its numbers were read from its texts, which may say more than a double holds. */
  readonly isText?: boolean;
  /** Its arrays are its own: they stay as they are when the next column is read. */
  readonly stays?: boolean;
}

/** Consecutive rows of a dataset. */
export interface Batch {
  readonly rows: number;
  /** Number of the first row within the dataset, from 0. */
  readonly firstRow: number;
  /**
   * Line of the file where the row begins, from 1; Parquet and databases have no lines: row number + 1. Of several files lines count on from one
   * to the next.
   */
  line(row: number): number;
  /** Of several files: the one with a row, and its line there. */
  place?(row: number): FilePlace;
  column(index: number): ColumnBatch | Promise<ColumnBatch>;
}

export interface FilePlace {
  /** As people know it. */
  readonly file: string;
  /** Within the file. */
  readonly line: number;
}

/** A dataset being read from its start. To read it again, open it again. */
export interface DataReader {
  /** Names; JSON lines may add some while they are read, missing in the rows before. */
  readonly columns: readonly string[];
  /** Types that the file itself declares (Parquet). */
  readonly types?: readonly ColumnType[];
  /** Bytes read so far and in all, for progress. */
  readonly bytesRead: number;
  readonly bytes: number;
  /** @throws ModelyardError `data.unreadable` with file, line and column; `cancelled` */
  batches(): AsyncGenerator<Batch, void, undefined>;
  /** Of several files: where a line that counts on is. */
  placeOf?(line: number): FilePlace;
  /** The caller closes, also after an error. */
  close(): Promise<void>;
  /** sha-256 of all bytes: only after the last batch, and only when it was asked for. */
  digest(): Promise<string>;
}

/** The text of one cell. */
export function cellText(column: ColumnBatch, row: number): string {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const at = row * stride + offset;
  return bytes.toString('utf8', starts[at], ends[at]);
}

/** One cell as people want to see it: `null`, a number, a boolean, or its text. */
export function cellValue(column: ColumnBatch, row: number): Cell {
  const kind = column.kinds[row]!;
  if (kind === Kind.missing || kind === Kind.notANumber) return null;
  const number = column.numbers[row]!;
  if ((kind === Kind.integer || kind === Kind.decimal) && Number.isFinite(number)) return number;
  if (kind === Kind.boolean) return number === 1;
  return cellText(column, row);
}

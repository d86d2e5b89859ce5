import {
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type ColumnMetaData,
  type FileMetaData,
  type ParquetScan,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet';
import { ModelyardError } from '../../errors';
import type { ColumnType } from '../../protocol/data';
import type { DatasetSource } from '../../protocol/jobs';
import type { Batch, ColumnBatch, DataReader } from './batch';
import { assertUnique } from './csvHeader';
import { dataError, type DataFile } from './dataFile';
import { fastColumn } from './parquet/fastColumn';
import { leafOf, type Leaf } from './parquet/leaf';
import { microseconds, timeCells } from './parquet/timeCells';
import { unpackerOf } from './parquet/unpack';
import { knownBinary } from './sniff';
import { ValueColumn, type ValueHints } from './valueColumn';

interface Parts {
  readonly source: DatasetSource;
  readonly file: DataFile;
  readonly metadata: FileMetaData;
  readonly newScan: (column: string, parsers?: typeof microseconds) => Promise<ParquetScan>;
}

/** Reads Parquet by row groups, each column of a group on its own: memory is bounded by the largest such piece. */
export class ParquetReader implements DataReader {
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  bytesRead = 0;
  readonly #source: DatasetSource;
  readonly #file: DataFile;
  readonly #metadata: FileMetaData;
  readonly #newScan: Parts['newScan'];
  readonly #hints: readonly ValueHints[];
  readonly #leaves: readonly (Leaf | undefined)[];
  /** Of columns of times. */
  readonly #clocks: readonly Leaf['clocks'][];

  private constructor({ source, file, metadata, newScan }: Parts) {
    this.#newScan = newScan;
    this.#source = source;
    this.#file = file;
    this.#metadata = metadata;
    const elements = parquetSchema(metadata).children.map(child => child.element);
    this.columns = elements.map(element => element.name);
    this.types = elements.map(typeOf);
    const missing = new Set(source.missing.map(text => text.trim()));
    this.#hints = elements.map(element => hintsOf(element, missing));
    this.#leaves = elements.map(leafOf);
    this.#clocks = elements.map((element, index) => {
      const leaf = this.#leaves[index];
      if (leaf?.kind === 'time') return leaf.clocks;
      return element.type === 'INT96' && element.repetition_type !== 'REPEATED' ? 'utc' : undefined;
    });
  }

  /** @throws ModelyardError `data.unreadable`; the caller closes the file then. */
  static async open(source: DatasetSource, file: DataFile): Promise<ParquetReader> {
    const head = Buffer.from(await file.readAt(0, Math.min(file.size, 4096)));
    if (head.toString('latin1', 0, 4) !== 'PAR1') throw notParquet(source, head);
    const buffer = {
      byteLength: file.size,
      slice: (start: number, end = file.size) => file.readAt(start, end),
    };
    const metadata: FileMetaData = await readingParquet(source, () => parquetMetadataAsync(buffer));
    const newScan: Parts['newScan'] = async (column, parsers) => {
      const { compressors } = await import('hyparquet-compressors'); // its tables take a while to be made
      return parquetScan({ file: buffer, metadata, compressors, columns: [column], ...(parsers && { parsers }) });
    };
    const reader = await readingParquet(source, () =>
      Promise.resolve(new ParquetReader({ source, file, metadata, newScan })),
    );
    assertUnique(source, reader.columns);
    return reader;
  }

  get bytes(): number {
    return this.#file.size;
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    const { num_rows, row_groups } = this.#metadata;
    const total = Number(num_rows);
    let rowEnd = 0;
    for (const group of row_groups) {
      const rowStart = rowEnd;
      rowEnd += Number(group.num_rows);
      if (rowEnd > rowStart) {
        const range = { group, rowStart, rowEnd };
        yield {
          rows: rowEnd - rowStart,
          firstRow: rowStart,
          line: row => rowStart + row + 1,
          column: index => this.#column(index, range),
        };
      }
      this.bytesRead = Math.round((this.#file.size * rowEnd) / Math.max(total, 1));
    }
    await this.#file.assertUnchanged();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async digest(): Promise<string> {
    await this.#file.readRest();
    return this.#file.digest();
  }

  async #column(index: number, { group, rowStart, rowEnd }: GroupRange): Promise<ColumnBatch> {
    const column = this.columns[index]!;
    const fast = await readingParquet(this.#source, () => this.#fastColumn(index, group), column);
    if (fast) return fast;
    const clocks = this.#clocks[index];
    // A scan keeps the columns it has decoded: one of its own lets this one go.
    const values = await readingParquet(
      this.#source,
      async () => {
        const scan = await this.#newScan(column, clocks && microseconds);
        return scan.readColumn({ column, rowStart, rowEnd });
      },
      column,
    );
    const rows = rowEnd - rowStart;
    return clocks === undefined ? new ValueColumn(values, rows, this.#hints[index]!) : timeCells(values, rows, clocks);
  }

  /** Undefined: the library reads it. */
  async #fastColumn(index: number, { columns, num_rows }: RowGroup): Promise<ColumnBatch | undefined> {
    const leaf = this.#leaves[index];
    const chunk = columns.find(({ meta_data, file_path }) => {
      const path = file_path === undefined ? meta_data?.path_in_schema : undefined;
      return path?.length === 1 && path[0] === this.columns[index];
    });
    const meta = chunk?.meta_data;
    if (!leaf || !meta) return undefined;
    const { start, end } = chunkBytes(meta);
    const { missing } = this.#hints[index]!;
    const unpack = await unpackerOf(meta.codec);
    const bytes = await this.#file.readAt(start, end);
    return fastColumn({ bytes, unpack, leaf, rows: Number(num_rows), missing });
  }
}

interface GroupRange {
  readonly group: RowGroup;
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** Where the pages of a column stand in the file. */
export function chunkBytes(meta: ColumnMetaData): { readonly start: number; readonly end: number } {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size } = meta;
  const start = dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data;
  return { start: Number(start), end: Number(start + total_compressed_size) };
}

function hintsOf(element: SchemaElement, missing: ReadonlySet<string>): ValueHints {
  const logical = element.logical_type?.type;
  const decimal = logical === 'DECIMAL' || element.converted_type === 'DECIMAL' || logical === 'FLOAT16';
  return {
    datesInTexts: false,
    decimals: decimal || element.type === 'DOUBLE' || element.type === 'FLOAT',
    days: logical === 'DATE' || element.converted_type === 'DATE',
    missing,
  };
}

function typeOf(element: SchemaElement): ColumnType {
  const hints = hintsOf(element, new Set());
  if (hints.days) return 'date';
  if (element.logical_type?.type === 'TIMESTAMP' || element.converted_type?.startsWith('TIMESTAMP') === true)
    return 'datetime';
  if (element.type === 'INT96') return 'datetime';
  if (hints.decimals) return 'number';
  if (element.type === 'BOOLEAN') return 'boolean';
  return element.type === 'INT32' || element.type === 'INT64' ? 'integer' : 'string';
}

function notParquet(source: DatasetSource, head: Buffer): ModelyardError {
  const binary = knownBinary(head);
  if (binary) return dataError(source, `this is ${binary.is}, not a Parquet file.`, { fix: binary.fix });
  const text = !head.includes(0);
  return dataError(source, `this is ${text ? 'a text file' : 'something else'}, not a Parquet file.`, {
    fix: text ? 'Set `format: csv` or `format: jsonl`.' : 'Point `path` to a Parquet file.',
  });
}

/** What the library throws is about the file. */
export async function readingParquet<T>(source: DatasetSource, work: () => Promise<T>, key?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ModelyardError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw dataError(source, `the Parquet file is damaged or cut off (${message}).`, {
      ...(key !== undefined && { key }),
      fix: 'Write the file again.',
      cause: error,
    });
  }
}

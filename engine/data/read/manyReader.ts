import path from 'node:path';
import { dataStamp, digestOfData, type DataFiles, type FileDigest } from '../../dataFiles';
import { ModelyardError } from '../../errors';
import { digest } from '../../ids';
import type { ColumnType } from '../../protocol/data';
import type { DatasetSource } from '../../protocol/jobs';
import { missingColumn } from '../checkFeed';
import type { Batch, DataReader, FilePlace } from './batch';
import { dataError, fileName, type OpenOptions } from './dataFile';

export interface OpenedFile {
  readonly reader: DataReader;
  readonly bytes: number;
  readonly modifiedAt: number;
}

/** Opens one of the files. */
export type OpenFile = (source: DatasetSource, options: OpenOptions) => Promise<OpenedFile>;

interface Parts {
  readonly source: DatasetSource;
  readonly files: DataFiles;
  readonly options: OpenOptions;
  readonly open: OpenFile;
  readonly stamp: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly first: OpenedFile;
}

/**
 * Reads the files of a folder or pattern one after the other as one dataset. The columns of all must be those of the first, in any order;
 * JSON lines may add some.
 */
export class ManyReader implements DataReader {
  readonly bytes: number;
  readonly types?: readonly ColumnType[];
  readonly #parts: Parts;
  readonly #columns: string[];
  readonly #digests: FileDigest[] = [];
  /** The line before the first of each file that has been begun. */
  readonly #starts: number[] = [];
  #current: OpenedFile | undefined;
  #done = 0;

  private constructor(parts: Parts, types: readonly ColumnType[] | undefined) {
    this.#parts = parts;
    this.bytes = parts.bytes;
    this.#current = parts.first;
    this.#columns = [...parts.first.reader.columns];
    if (types) this.types = types;
  }

  /** @throws ModelyardError `data.missing` when there is no file, `data.unreadable` naming the file, `data.column` */
  static async open(
    source: DatasetSource,
    { files, open, ...options }: OpenOptions & { readonly files: DataFiles; readonly open: OpenFile },
  ): Promise<ManyReader> {
    const [name] = files.names;
    const before = await dataStamp(source, options.signal);
    if (name === undefined || !before) throw noFiles(source);
    const first = await open(sourceOf(source, files, name), options);
    const parts = { source, files, open, options, first, ...before };
    try {
      return new ManyReader(parts, first.reader.types && (await widened(parts, first.reader.types)));
    } catch (error) {
      await first.reader.close();
      throw error;
    }
  }

  get modifiedAt(): number {
    return this.#parts.modifiedAt;
  }

  get columns(): readonly string[] {
    return this.#columns;
  }

  get bytesRead(): number {
    return this.#done + (this.#current?.reader.bytesRead ?? 0);
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    const { source, files, open, options, stamp } = this.#parts;
    let rows = 0;
    let lines = 0;
    for (const [index, name] of files.names.entries()) {
      const own = sourceOf(source, files, name);
      if (index > 0) this.#current = await open(own, options);
      const { reader, bytes } = this.#current!;
      this.#starts.push(lines);
      let last = 0;
      for await (const batch of reader.batches()) {
        this.#addColumns(own, reader);
        yield this.#batch(batch, { reader, firstRow: rows, line: lines, file: fileName(own) });
        rows += batch.rows;
        last = batch.line(batch.rows - 1);
      }
      this.#addColumns(own, reader);
      lines += last;
      if (options.digest) this.#digests.push({ name, digest: digest(await reader.digest()) });
      await reader.close();
      this.#current = undefined;
      this.#done += bytes;
    }
    if ((await dataStamp(source, options.signal))?.stamp !== stamp) throw changed(source);
  }

  placeOf(line: number): FilePlace {
    const { source, files } = this.#parts;
    const index = Math.max(
      0,
      this.#starts.findLastIndex(start => start < line),
    );
    return {
      file: fileName(sourceOf(source, files, files.names[index] ?? '')),
      line: line - (this.#starts[index] ?? 0),
    };
  }

  async close(): Promise<void> {
    await this.#current?.reader.close();
    this.#current = undefined;
  }

  digest(): Promise<string> {
    return Promise.resolve(digestOfData(this.#digests, this.#parts.source));
  }

  /** What a file has besides the columns that are known; what it lacks is an error. */
  #addColumns(own: DatasetSource, reader: DataReader): void {
    if (own.format !== 'jsonl') assertSame(own, this.#parts, reader.columns);
    for (const name of reader.columns) if (!this.#columns.includes(name)) this.#columns.push(name);
  }

  #batch(batch: Batch, at: FilePlace & { readonly reader: DataReader; readonly firstRow: number }): Batch {
    const columns = this.#columns;
    return {
      rows: batch.rows,
      firstRow: at.firstRow,
      line: row => at.line + batch.line(row),
      place: row => ({ file: at.file, line: batch.line(row) }),
      column: index => {
        const own = at.reader.columns.indexOf(columns[index]!);
        return own < 0 ? missingColumn(batch.rows) : batch.column(own);
      },
    };
  }
}

/** The source of one of its files. */
function sourceOf(source: DatasetSource, { base }: Pick<DataFiles, 'base'>, name: string): DatasetSource {
  const file = path.join(base, name);
  const { root } = source;
  const shown = root === undefined ? file : path.relative(root, file).split(path.sep).join('/');
  return { ...source, path: file, file: shown };
}

/** The types that the columns have in all files that declare some (Parquet). */
async function widened(parts: Parts, first: readonly ColumnType[]): Promise<readonly ColumnType[]> {
  const { source, files, open, options, first: opened } = parts;
  const types = new Map(opened.reader.columns.map((name, index) => [name, first[index] ?? 'string']));
  for (const name of files.names.slice(1)) {
    const own = sourceOf(source, files, name);
    const { reader } = await open(own, { ...options, digest: false });
    try {
      assertSame(own, parts, reader.columns);
      for (const [index, column] of reader.columns.entries())
        types.set(column, wider(types.get(column) ?? 'string', reader.types?.[index] ?? 'string'));
    } finally {
      await reader.close();
    }
  }
  return [...types.values()];
}

const numeric: ReadonlySet<ColumnType> = new Set(['integer', 'number']);
const times: ReadonlySet<ColumnType> = new Set(['date', 'datetime']);

function wider(one: ColumnType, other: ColumnType): ColumnType {
  if (one === other) return one;
  if (numeric.has(one) && numeric.has(other)) return 'number';
  return times.has(one) && times.has(other) ? 'datetime' : 'string';
}

/** @throws ModelyardError `data.column` for a column that one of the files has and the other lacks */
function assertSame(own: DatasetSource, { first, source, files }: Parts, columns: readonly string[]): void {
  const wanted = first.reader.columns;
  const missing = wanted.find(name => !columns.includes(name));
  const extra = columns.find(name => !wanted.includes(name));
  const column = missing ?? extra;
  if (column === undefined) return;
  const other = fileName(sourceOf(source, files, files.names[0] ?? ''));
  throw dataError(own, `it ${missing === undefined ? 'has' : 'lacks'} the column \`${column}\`, other than ${other}.`, {
    code: 'data.column',
    key: column,
    fix: 'Give all files of a dataset the same columns, or name those that have them by a narrower pattern.',
  });
}

function noFiles(source: DatasetSource): ModelyardError {
  return new ModelyardError(
    'data.missing',
    `There is no file with data in ${fileName(source)} of dataset ${source.name}.`,
    {
      place: { file: fileName(source) },
      data: { dataset: source.name },
      fix: `Put files there, or correct \`datasets.${source.name}.path\` in modelyard.yaml.`,
    },
  );
}

const changed = (source: DatasetSource): ModelyardError =>
  dataError(source, 'files were changed or added while they were being read.', {
    fix: 'Run again when whatever writes them has finished.',
  });

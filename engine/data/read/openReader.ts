import { dataFiles } from '../../dataFiles';
import { refuseOutside } from '../../paths';
import { isDatabase } from '../../protocol/data';
import type { DatasetSource } from '../../protocol/jobs';
import type { DataReader } from './batch';
import { CsvReader } from './csvReader';
import { DataFile, dataError, fileName, type OpenOptions } from './dataFile';
import { JsonLinesReader } from './jsonLinesReader';
import { ManyReader } from './manyReader';

export interface OpenedDataset {
  readonly reader: DataReader;
  readonly bytes: number;
  /** ms since 1970; of several files that of the last. */
  readonly modifiedAt: number;
}

/**
 * Opens a dataset for one reading from start to end: a file, the files of a folder or pattern, a table or query of a database.
 * @throws ModelyardError `data.missing`, `data.unreadable`, `data.empty`, `data.column` (files whose columns differ), `cancelled`; nothing stays
 * open then
 */
export async function openReader(source: DatasetSource, options: OpenOptions): Promise<OpenedDataset> {
  const { root, path, name } = source;
  if (root !== undefined)
    await refuseOutside(root, { file: path, shown: fileName(source), key: `datasets.${name}.path` });
  const files = await dataFiles(path, options.signal);
  if (!files) return openFile(source, options);
  if (isDatabase(source.format))
    throw dataError(source, 'a database is one file.', { fix: 'Point `path` to that file.' });
  const reader = await ManyReader.open(source, { ...options, files, open: openFile });
  return { reader, bytes: reader.bytes, modifiedAt: reader.modifiedAt };
}

async function openFile(source: DatasetSource, options: OpenOptions): Promise<OpenedDataset> {
  const file = await DataFile.open(source, options);
  try {
    return { reader: await readerFor(source, file, options), bytes: file.size, modifiedAt: file.modifiedAt };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readerFor(source: DatasetSource, file: DataFile, options: OpenOptions): Promise<DataReader> {
  const { signal, digest, onlyTypes = false, assetsDir = __dirname } = options;
  switch (source.format) {
    case 'csv':
      return CsvReader.open(source, file);
    case 'jsonl':
      return JsonLinesReader.open(source, file);
    // What these need is large, and seldom needed.
    case 'parquet':
      return (await import('./parquetReader')).ParquetReader.open(source, file);
    case 'sqlite': {
      const reader = await (
        await import('./sqliteReader')
      ).SqliteReader.open(source, file, { signal, digest, assetsDir });
      await file.close();
      return reader;
    }
    case 'duckdb':
      await file.close();
      return (await import('./duckdbReader')).DuckdbReader.open(source, { signal, digest, onlyTypes, assetsDir });
  }
}

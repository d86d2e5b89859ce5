import type { DatasetSource } from '../../protocol/jobs';
import type { DataReader } from './batch';
import { CsvReader } from './csvReader';
import { DataFile, type OpenOptions } from './dataFile';
import { JsonLinesReader } from './jsonLinesReader';

export interface OpenedDataset {
  readonly reader: DataReader;
  readonly bytes: number;
  /** ms since 1970 */
  readonly modifiedAt: number;
}

/**
 * Opens a dataset for one reading from start to end.
 * @throws ModelyardError `data.missing`, `data.unreadable`, `data.empty`, `cancelled`; nothing stays open then
 */
export async function openReader(source: DatasetSource, options: OpenOptions): Promise<OpenedDataset> {
  const file = await DataFile.open(source, options);
  try {
    return { reader: await readerFor(source, file), bytes: file.size, modifiedAt: file.modifiedAt };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readerFor(source: DatasetSource, file: DataFile): Promise<DataReader> {
  switch (source.format) {
    case 'csv':
      return CsvReader.open(source, file);
    case 'jsonl':
      return JsonLinesReader.open(source, file);
    case 'parquet':
      return (await import('./parquetReader')).ParquetReader.open(source, file); // its libraries are large, and seldom needed
  }
}

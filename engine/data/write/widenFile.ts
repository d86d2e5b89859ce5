import { ModelyardError } from '../../errors';
import { NewFile, type Written } from './newFile';
import { widenCsv } from './widenCsv';
import { widenJsonLines } from './widenJsonLines';
import type { Widening } from './widening';

/**
 * Writes the rows of a data file with more columns. What the file has is kept as it is: the order of rows and columns, texts
 * of CSV, keys of JSON, the columns of Parquet byte by byte where the new file is Parquet too.
 * @throws ModelyardError `data.*` of the source, `cancelled`; nothing is left then
 */
export const widenFile = (widening: Widening, signal: AbortSignal): Promise<Written> =>
  NewFile.write(widening.path, async to => {
    switch (widening.format) {
      case 'csv':
        return widenCsv(widening, to, signal);
      case 'jsonl':
        return widenJsonLines(widening, to, signal);
      case 'parquet':
        return (await import('./widenParquet')).widenParquet(widening, to, signal); // its libraries are large
      case 'sqlite':
      case 'duckdb':
        throw new ModelyardError('params.invalid', `${widening.path} is a database, which no rows are written to.`);
    }
  });

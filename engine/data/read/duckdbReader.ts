import path from 'node:path';
import { dataStamp, hashData } from '../../dataFiles';
import { ModelyardError } from '../../errors';
import type { DatasetSource } from '../../protocol/jobs';
import type { Batch, DataReader } from './batch';
import { DataFile, dataError } from './dataFile';
import { duckdbModule } from './duckdbModule';
import { ParquetReader } from './parquetReader';
import { inPrivateFolder } from './privateFolder';

/** Of DuckDB; what needs more goes to the disk. */
const memory = '1GB';

export interface DuckdbOptions {
  readonly signal: AbortSignal;
  readonly digest: boolean;
  /** No rows, but the columns with their types. */
  readonly onlyTypes: boolean;
  /** Where DuckDB may be, besides the workspace. */
  readonly assetsDir: string;
}

/** Reads a table or query of a DuckDB database: DuckDB writes it as Parquet, which is read from there. */
export class DuckdbReader implements DataReader {
  readonly #source: DatasetSource;
  readonly #rows: ParquetReader;
  readonly #digest: string | undefined;
  readonly #left: () => Promise<void>;

  private constructor(source: DatasetSource, rows: ParquetReader, made: Pick<Made, 'digest' | 'left'>) {
    this.#source = source;
    this.#rows = rows;
    this.#digest = made.digest;
    this.#left = made.left;
  }

  /** @throws ModelyardError `data.unreadable`, also when DuckDB is not there */
  static async open(source: DatasetSource, options: DuckdbOptions): Promise<DuckdbReader> {
    const { made, left } = await inPrivateFolder(async folder => {
      const before = await dataStamp(source, options.signal);
      const rows = path.join(folder, 'rows.parquet');
      await writeRows(source, { ...options, rows, folder });
      const digest = options.digest ? await hashData(source, options.signal) : undefined;
      if ((await dataStamp(source, options.signal))?.stamp !== before?.stamp) throw changed(source);
      const { root: _, ...anywhere } = source;
      const file = await DataFile.open({ ...anywhere, path: rows }, { signal: options.signal, digest: false });
      try {
        return { digest, reader: await ParquetReader.open(source, file) };
      } catch (error) {
        await file.close();
        throw error;
      }
    });
    return new DuckdbReader(source, made.reader, { digest: made.digest, left });
  }

  get columns(): readonly string[] {
    return this.#rows.columns;
  }

  get types() {
    return this.#rows.types;
  }

  get bytes(): number {
    return this.#rows.bytes;
  }

  get bytesRead(): number {
    return this.#rows.bytesRead;
  }

  batches(): AsyncGenerator<Batch, void, undefined> {
    return this.#rows.batches();
  }

  async close(): Promise<void> {
    await this.#rows.close();
    await this.#left();
  }

  digest(): Promise<string> {
    return this.#digest === undefined
      ? Promise.reject(new ModelyardError('internal', `${this.#source.path} was opened without a digest.`))
      : Promise.resolve(this.#digest);
  }
}

interface Made {
  readonly digest: string | undefined;
  readonly left: () => Promise<void>;
}

interface Target extends Pick<DuckdbOptions, 'onlyTypes' | 'assetsDir'> {
  readonly rows: string;
  readonly folder: string;
}

async function writeRows(source: DatasetSource, { rows, folder, onlyTypes, assetsDir }: Target): Promise<void> {
  const { DuckDBInstance } = duckdbModule(source, assetsDir);
  try {
    const instance = await DuckDBInstance.create(source.path, { access_mode: 'READ_ONLY', memory_limit: memory });
    try {
      const connection = await instance.connect();
      try {
        await connection.run(`SET temp_directory = ${quoted(folder)}; SET TimeZone = 'UTC'`);
        const select = onlyTypes ? `SELECT * FROM (${selectOf(source)}\n) LIMIT 0` : selectOf(source);
        await connection.run(`COPY (${select}\n) TO ${quoted(rows)} (FORMAT parquet, ROW_GROUP_SIZE 100000)`);
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  } catch (cause) {
    throw refused(source, cause);
  }
}

function selectOf({ table, query }: DatasetSource): string {
  if (table === undefined) return (query ?? '').replace(/[\s;]+$/, '');
  return `SELECT * FROM ${table
    .split('.')
    .map(part => `"${part.replaceAll('"', '""')}"`)
    .join('.')}`;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function refused(source: DatasetSource, cause: unknown): ModelyardError {
  const said = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
  const isLocked = /lock/i.test(said);
  const what = source.table === undefined ? 'query' : 'table';
  return dataError(source, isLocked ? `another program has it open for writing (${said}).` : `DuckDB says: ${said}.`, {
    fix: isLocked
      ? 'Close that program, or let it open the database read only.'
      : `Correct \`datasets.${source.name}.${what}\` or its path.`,
    cause,
  });
}

const changed = (source: DatasetSource): ModelyardError =>
  dataError(source, 'the file was changed while it was being read.', {
    fix: 'Run again when whatever writes the file has finished.',
  });

import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { digestOfData, hashFile } from '../../dataFiles';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { DatasetSource } from '../../protocol/jobs';
import { copyDatabase } from '../../store/copyDatabase';
import type { Row, SqlValue } from '../../store/database';
import { nodeFiles } from '../../store/hostFiles';
import { openConnection } from '../../store/openConnection';
import { sqliteRuntime } from '../../store/sqlite/sharedRuntime';
import { text } from '../../store/row';
import { columnHint } from '../closest';
import type { Batch, DataReader } from './batch';
import { assertUnique } from './csvHeader';
import { dataError, type DataFile } from './dataFile';
import { inPrivateFolder } from './privateFolder';
import { ValueColumn, type ValueHints } from './valueColumn';

const rowsAtOnce = 8192;
const cacheKiB = 16 * 1024;
const view = 'modelyard_data';
const typeColumn = (index: number): string => `modelyard type ${index}`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

type Connection = ReturnType<typeof openConnection>;

export interface SqliteOptions {
  readonly signal: AbortSignal;
  readonly digest: boolean;
  /** Where SQLite's WASM is. */
  readonly assetsDir: string;
}

interface Parts {
  readonly source: DatasetSource;
  readonly db: Connection;
  readonly bytes: number;
  readonly digest: string | undefined;
  readonly signal: AbortSignal;
  readonly left: () => Promise<void>;
}

interface Column {
  readonly name: string;
  /** As the table declares it, in capitals. */
  readonly declared: string;
}

/**
 * Reads a table or query of a SQLite database, from a copy on the disk, so that the database may be in use and is never written to. Rows come
 * as they are read: nothing is held in memory but some thousands of them.
 */
export class SqliteReader implements DataReader {
  readonly columns: readonly string[];
  readonly bytes: number;
  bytesRead = 0;
  readonly #parts: Parts;
  readonly #declared: readonly string[];
  readonly #missing: ReadonlySet<string>;

  private constructor(parts: Parts, columns: readonly Column[]) {
    this.#parts = parts;
    this.bytes = parts.bytes;
    this.columns = columns.map(({ name }) => name);
    this.#declared = columns.map(({ declared }) => declared);
    this.#missing = new Set(parts.source.missing.map(one => one.trim()));
  }

  /** @throws ModelyardError `data.unreadable`, `data.missing` (no such table); the file may be closed afterwards */
  static async open(source: DatasetSource, file: DataFile, options: SqliteOptions): Promise<SqliteReader> {
    const runtime = await sqliteRuntime(options.assetsDir);
    const refused = (why: string, fix = 'Point `path` to a SQLite database.') => dataError(source, `${why}.`, { fix });
    const { made, left } = await inPrivateFolder(async folder => {
      const copy = await copyDatabase(source.path, { folder, refused }, options.signal);
      const digest = options.digest ? await digestOfCopy(copy, source, options.signal) : undefined;
      return reading(source, () => {
        const db = openConnection(runtime, { file: copy, files: nodeFiles, cacheKiB });
        try {
          return { db, digest, columns: prepare(source, db) };
        } catch (error) {
          db.close();
          throw error;
        }
      });
    });
    const { db, digest, columns } = made;
    const reader = new SqliteReader({ source, db, digest, signal: options.signal, bytes: file.size, left }, columns);
    try {
      assertUnique(source, reader.columns);
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    const { source, db, signal } = this.#parts;
    const chunks = reading(source, () => chunked(db.prepare(this.#select()).iterate()));
    let firstRow = 0;
    for (;;) {
      throwIfAborted(signal);
      const next = reading(source, () => chunks.next());
      if (next.done === true) break;
      yield this.#batch(next.value, firstRow);
      firstRow += next.value.length;
      await nextTurn(); // so that a cancellation is heard
    }
    this.bytesRead = this.bytes;
  }

  async close(): Promise<void> {
    this.#parts.db.close();
    await this.#parts.left();
  }

  digest(): Promise<string> {
    return this.#parts.digest === undefined
      ? Promise.reject(new ModelyardError('internal', 'The database was opened without a digest.'))
      : Promise.resolve(this.#parts.digest);
  }

  #batch(rows: readonly Row[], firstRow: number): Batch {
    return {
      rows: rows.length,
      firstRow,
      line: row => firstRow + row + 1,
      column: index => {
        const name = this.columns[index]!;
        const declared = this.#declared[index]!;
        const isBoolean = declared.includes('BOOL');
        const values = rows.map(row => cellOf(row[name] ?? null, isBoolean));
        const isReal = declared === '' && rows.some(row => row[typeColumn(index)] === 'real');
        return new ValueColumn(values, rows.length, this.#hints(declared, isReal));
      },
    };
  }

  /** What is computed has no declared type: its whole numbers are told from real ones value by value. */
  #select(): string {
    const types = this.columns.flatMap((name, index) =>
      this.#declared[index] === '' ? [`, typeof(${quoted(name)}) AS ${quoted(typeColumn(index))}`] : [],
    );
    return `SELECT *${types.join('')} FROM temp.${view}`;
  }

  #hints(declared: string, isReal: boolean): ValueHints {
    return {
      datesInTexts: true,
      decimals: isReal || /REAL|FLOA|DOUB|DEC|NUMERIC/.test(declared),
      days: false,
      missing: this.#missing,
    };
  }
}

/** As the file and its log have been copied, before SQLite writes the log into the copy. */
async function digestOfCopy(copy: string, source: DatasetSource, signal: AbortSignal): Promise<string> {
  const files = [{ name: '', digest: await hashFile(copy, signal) }];
  const log = await stat(`${copy}-wal`).catch(() => undefined);
  if (log !== undefined && log.size > 0) files.push({ name: '-wal', digest: await hashFile(`${copy}-wal`, signal) });
  return digestOfData(files, source);
}

/** Makes a view of the table or query, which says what its columns are. */
function prepare(source: DatasetSource, db: Connection): readonly Column[] {
  const { table, query } = source;
  if (table !== undefined) assertTable(source, db, table);
  const select = table === undefined ? (query ?? '').replace(/[\s;]+$/, '') : `SELECT * FROM main.${quoted(table)}`;
  db.prepare(`CREATE TEMP VIEW ${view} AS ${select}\n`).run();
  return db
    .prepare(`PRAGMA temp.table_info('${view}')`)
    .all()
    .map(row => ({ name: text(row, 'name'), declared: text(row, 'type').toUpperCase() }));
}

function assertTable(source: DatasetSource, db: Connection, table: string): void {
  const rows = db.prepare("SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') ORDER BY name").all();
  const names = rows.map(row => text(row, 'name'));
  if (names.some(name => name.toLowerCase() === table.toLowerCase())) return;
  throw dataError(source, `there is no table \`${table}\`.`, {
    code: 'data.missing',
    fix:
      names.length === 0 ? 'It has no tables.' : columnHint(table, names).replace('The columns are', 'The tables are'),
  });
}

function* chunked(rows: Iterable<Row>): Generator<readonly Row[], void> {
  let taken: Row[] = [];
  for (const row of rows) {
    if (taken.push(row) < rowsAtOnce) continue;
    yield taken;
    taken = [];
  }
  if (taken.length > 0) yield taken;
}

function cellOf(value: SqlValue, isBoolean: boolean): unknown {
  if (isBoolean && (value === 0 || value === 1)) return value === 1;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** What SQLite says is about the file or the query, which are a person's. */
function reading<T>(source: DatasetSource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ModelyardError) || error.code.startsWith('data.')) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    const isMore = cause.startsWith('Not exactly one SQL statement');
    const said = isMore
      ? 'it is not one statement'
      : cause.replace(/ in (?:CREATE TEMP VIEW|PRAGMA|SELECT)\b[^]*$/, '');
    const isQuery = source.query !== undefined && error.code === 'internal';
    throw dataError(source, isQuery ? `its query cannot be run: ${said}.` : `it cannot be read: ${said}.`, {
      fix: isQuery ? `Correct \`datasets.${source.name}.query\`.` : 'Look whether it is a whole database.',
      cause: error,
    });
  }
}

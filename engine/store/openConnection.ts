import { ModelyardError } from '../errors';
import type { HostFiles } from './hostFiles';
import { Connection } from './sqlite/connection';
import type { SqliteRuntime } from './sqlite/runtime';

/** A journal larger than this is cut back after its transaction. */
const JOURNAL_LIMIT = 4 << 20;

/** Opens a database file the way the store needs it: exclusive, with a rollback journal, every commit on the disk. */
export function openConnection(
  runtime: SqliteRuntime,
  options: { readonly file: string; readonly files: HostFiles; readonly cacheKiB: number },
): Connection {
  const connection = Connection.open(runtime, options.file, options.files);
  try {
    // First, before anything reads the file: one that somebody left in WAL mode can then be opened without the
    // shared memory that this file layer does not have, and journal_mode brings its log in and ends that mode.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec(`PRAGMA cache_size = -${options.cacheKiB}`);
    connection.exec('PRAGMA synchronous = FULL');
    const mode = connection.prepare('PRAGMA journal_mode = PERSIST').get()?.['journal_mode'];
    if (mode !== 'persist') {
      throw new ModelyardError(
        'store.failed',
        `${options.file} is in the journal mode "${String(mode)}" and stays so.`,
        {
          fix: 'Close other programs that have the database open.',
        },
      );
    }
    connection.exec(`PRAGMA journal_size_limit = ${JOURNAL_LIMIT}`);
    connection.exec('PRAGMA temp_store = FILE');
    connection.exec('PRAGMA foreign_keys = ON');
    // The file may come from anybody: what its schema says must not do more than a schema should.
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

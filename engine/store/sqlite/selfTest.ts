import { ModelyardError } from '../../errors';
import type { HostFiles } from '../hostFiles';
import { memoryFiles } from '../memoryFiles';
import { Connection } from './connection';
import type { SqliteRuntime } from './runtime';

/**
 * Writes a database, opens it again and reads it, on files in memory: a build of sql.js whose system calls are not
 * the ones that were replaced would keep the data in its own file system, or lose it.
 */
export function selfTest(runtime: SqliteRuntime): void {
  const { files: memory, contents } = memoryFiles();
  let syncs = 0;
  const files: HostFiles = {
    ...memory,
    sync: () => {
      syncs++;
    },
  };
  const file = '/self-test/modelyard.db';
  try {
    const write = Connection.open(runtime, file, files);
    write.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST; CREATE TABLE t (x)');
    write.prepare('INSERT INTO t VALUES (?)').run(['written']);
    write.close();
    if (contents.get(file)?.toString('latin1', 0, 15) !== 'SQLite format 3') throw new Error('nothing was written');
    if (syncs === 0) throw new Error('nothing was synced');
    const read = Connection.open(runtime, file, files);
    const row = read.prepare('SELECT x FROM t').get();
    read.close();
    if (row?.['x'] !== 'written') throw new Error('what was written could not be read');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ModelyardError('store.failed', `SQLite failed its self-test: ${why}.`, {
      cause: error,
      fix: 'Install Modelyard again; its files are of different versions.',
    });
  }
}

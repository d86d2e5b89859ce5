import { setImmediate as breathe } from 'node:timers/promises';
import { throwIfAborted } from '../errors';
import { digest } from '../ids';
import type { Digest } from '../protocol/ids';
import type { CollectedObjects } from '../protocol/engine';
import type { Database } from './database';
import type { ListedObject, ObjectStore } from './objects';
import { text } from './row';

export interface CollectOptions {
  /** Else it is only counted. */
  readonly remove: boolean;
  /** ms since 1970: what is younger stays; a row that refers to it may be on its way. */
  readonly before: number;
}

/** Files between two turns of everybody else. */
const batch = 200;

/**
 * Finds, and removes, the contents that nothing in the database mentions. A row mentions one when its digest stands
 * anywhere in any text: columns that are added later, and digests within JSON, are found without being listed here.
 * @throws ModelyardError `store.*`, `cancelled` (what was removed by then stays removed)
 */
export async function collectObjects(
  { db, objects }: { readonly db: Database; readonly objects: ObjectStore },
  { remove, before }: CollectOptions,
  signal: AbortSignal,
): Promise<CollectedObjects> {
  const found = new Map<Digest, ListedObject>();
  let [kept, keptBytes] = [0, 0];
  for await (const one of objects.list()) {
    throwIfAborted(signal);
    kept++;
    keptBytes += one.size;
    if (one.modifiedAt < before && !objects.isRecent(one.digest)) found.set(one.digest, one);
  }
  // In one go: between the rows nobody commits, and what is put from here on is recent.
  if (found.size > 0) for (const mentioned of textsOf(db)) forget(found, mentioned);
  let [unused, unusedBytes] = [0, 0];
  for (const one of found.values()) {
    if (unused % batch === batch - 1) await breathe();
    throwIfAborted(signal);
    if (remove && !objects.remove(one)) continue;
    unused++;
    unusedBytes += one.size;
  }
  return { unused, unusedBytes, kept: kept - unused, keptBytes: keptBytes - unusedBytes, removed: remove };
}

const length = 64;

/** Takes every digest that stands in the text from those that are left. */
function forget(left: Map<Digest, unknown>, mentioned: string): void {
  for (const [run] of mentioned.matchAll(/[0-9a-f]{64,}/g))
    for (let at = 0; at + length <= run.length; at++) left.delete(digest(run.slice(at, at + length)));
}

/** Every text of the database that is long enough for a digest. */
function* textsOf(db: Database): Generator<string> {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  for (const table of tables.map(row => text(row, 'name'))) {
    const columns = db
      .prepare('SELECT name, type FROM pragma_table_info(?)')
      .all([table])
      .filter(row => !/INT|REAL/i.test(text(row, 'type')))
      .map(row => text(row, 'name'));
    for (const column of columns) {
      const [named, of] = [column, table].map(name => `"${name.replaceAll('"', '""')}"`);
      const rows = db.prepare(
        `SELECT CAST(${named} AS TEXT) AS value FROM ${of} WHERE length(CAST(${named} AS TEXT)) >= ${length}`,
      );
      for (const row of rows.iterate()) yield text(row, 'value');
    }
  }
}

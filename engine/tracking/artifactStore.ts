import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import { digest } from '../ids';
import type { Digest } from '../protocol/ids';
import type { ArtifactEntry } from '../protocol/tracking';
import type { RunRow } from './runStore';

export interface ArtifactFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface StoredArtifact extends ArtifactFile {
  /** ms since 1970 */
  readonly loggedAt: number;
}

/** The table `artifact`: which content stands under which path of a run. */
export class ArtifactStore {
  constructor(private readonly db: Database) {}

  put(run: RunRow, file: ArtifactFile, at: number): void {
    this.db
      .prepare('INSERT OR REPLACE INTO artifact (run_id, path, digest, size, created_at) VALUES (?, ?, ?, ?, ?)')
      .run([run.row, file.path, file.digest, file.size, at]);
  }

  file(run: RunRow, path: string): StoredArtifact | undefined {
    const row = this.db
      .prepare('SELECT path, digest, size, created_at FROM artifact WHERE run_id = ? AND path = ?')
      .get([run.row, path]);
    return row && { ...readFile(row), loggedAt: integer(row, 'created_at') };
  }

  /** A file above the path, where a folder would have to be; or a file below it. */
  inTheWay(run: RunRow, path: string): string | undefined {
    const parts = path.split('/');
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    const row = this.db
      .prepare(
        `SELECT path FROM artifact WHERE run_id = ?1
         AND (path IN (SELECT value FROM json_each(?2)) OR (path > ?3 || '/' AND path < ?3 || '0')) LIMIT 1`,
      )
      .get([run.row, JSON.stringify(above), path]);
    return row && text(row, 'path');
  }

  /** All files below a folder (undefined: all), by path. */
  below(run: RunRow, folder: string | undefined): readonly ArtifactFile[] {
    // '0' follows '/', so these are the paths that begin with the folder's
    return this.db
      .prepare(
        `SELECT path, digest, size FROM artifact
         WHERE run_id = ?1 AND (?2 IS NULL OR (path > ?2 || '/' AND path < ?2 || '0')) ORDER BY path`,
      )
      .all([run.row, folder ?? null])
      .map(readFile);
  }

  remove(run: RunRow, path: string): void {
    this.db.prepare('DELETE FROM artifact WHERE run_id = ? AND path = ?').run([run.row, path]);
  }
}

const readFile = (row: Row): ArtifactFile => ({
  path: text(row, 'path'),
  digest: digest(text(row, 'digest')),
  size: integer(row, 'size'),
});

/** What stands directly in a folder, folders first, each by name. */
export function folderEntries(files: readonly ArtifactFile[], folder: string | undefined): readonly ArtifactEntry[] {
  const prefix = folder === undefined ? '' : `${folder}/`;
  const entries = new Map<string, ArtifactEntry>();
  for (const file of files) {
    const [name = '', ...rest] = file.path.slice(prefix.length).split('/');
    const path = `${prefix}${name}`;
    if (rest.length > 0) entries.set(path, { path, isFolder: true });
    else entries.set(path, { path, isFolder: false, size: file.size, digest: file.digest });
  }
  return [...entries.values()].sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.path < b.path ? -1 : 1));
}

import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import { digest } from '../ids';
import type { Digest } from '../protocol/ids';
import type { ArtifactEntry } from '../protocol/tracking';

export interface ArtifactFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface StoredArtifact extends ArtifactFile {
  /** ms since 1970 */
  readonly loggedAt: number;
}

/** Whose files they are: a run, a logged model, a trace. */
export interface ArtifactOwner {
  readonly row: number;
}

/** The tables of files and their columns for the owner. */
const OWNERS = {
  artifact: 'run_id',
  logged_model_artifact: 'owner_id',
  trace_artifact: 'owner_id',
  loose_artifact: 'owner_id',
} as const;

/** A table of files: which content stands under which path of an owner. */
export class ArtifactStore {
  private readonly owner: string;

  constructor(
    private readonly db: Database,
    private readonly table: keyof typeof OWNERS = 'artifact',
  ) {
    this.owner = OWNERS[table];
  }

  put(owner: ArtifactOwner, file: ArtifactFile, at: number): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO ${this.table} (${this.owner}, path, digest, size, created_at) VALUES (?, ?, ?, ?, ?)`,
      )
      .run([owner.row, file.path, file.digest, file.size, at]);
  }

  file(owner: ArtifactOwner, path: string): StoredArtifact | undefined {
    const row = this.db
      .prepare(`SELECT path, digest, size, created_at FROM ${this.table} WHERE ${this.owner} = ? AND path = ?`)
      .get([owner.row, path]);
    return row && { ...readFile(row), loggedAt: integer(row, 'created_at') };
  }

  /** A file above the path, where a folder would have to be; or a file below it. */
  inTheWay(owner: ArtifactOwner, path: string): string | undefined {
    const parts = path.split('/');
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    const row = this.db
      .prepare(
        `SELECT path FROM ${this.table} WHERE ${this.owner} = ?1
         AND (path IN (SELECT value FROM json_each(?2)) OR (path > ?3 || '/' AND path < ?3 || '0')) LIMIT 1`,
      )
      .get([owner.row, JSON.stringify(above), path]);
    return row && text(row, 'path');
  }

  /** All files below a folder (undefined: all), by path. */
  below(owner: ArtifactOwner, folder: string | undefined): readonly ArtifactFile[] {
    // '0' follows '/', so these are the paths that begin with the folder's
    return this.db
      .prepare(
        `SELECT path, digest, size FROM ${this.table}
         WHERE ${this.owner} = ?1 AND (?2 IS NULL OR (path > ?2 || '/' AND path < ?2 || '0')) ORDER BY path`,
      )
      .all([owner.row, folder ?? null])
      .map(readFile);
  }

  remove(owner: ArtifactOwner, path: string): void {
    this.db.prepare(`DELETE FROM ${this.table} WHERE ${this.owner} = ? AND path = ?`).run([owner.row, path]);
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

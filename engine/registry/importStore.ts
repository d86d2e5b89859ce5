import type { Database } from '../store/database';
import { integer, optionalText, text } from '../store/row';

type Texts = Readonly<Record<string, string>>;

/** A version that is or was here, by what tells it from another. */
export interface KnownVersion {
  readonly version: number;
  readonly createdAt: number;
  readonly source: string;
  /** The run that it was made of, whether that is here or not. */
  readonly run: string | undefined;
  readonly hasRun: boolean;
  readonly storage: string;
  readonly stage: string;
  readonly isDeleted: boolean;
}

/** A model as it is written. */
export interface NewModel {
  readonly name: string;
  readonly description: string;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt?: number;
}

/** The SQL of imports: what no other writer of the registry may do, such as choosing numbers and times. */
export class RegistryImportStore {
  constructor(private readonly db: Database) {}

  insert({ name, description, createdAt, updatedAt = createdAt }: NewModel): number {
    const row = this.db
      .prepare(
        'INSERT INTO registered_model (name, description, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id',
      )
      .all([name, description, createdAt, updatedAt])[0];
    return integer(row ?? {}, 'id');
  }

  /** Numbers up to this one are not given again. */
  reserve(model: number, nextVersion: number): void {
    this.db
      .prepare('UPDATE registered_model SET next_version = ? WHERE id = ? AND next_version < ?')
      .run([nextVersion, model, nextVersion]);
  }

  /** All versions that a model has had. */
  versions(model: number): readonly KnownVersion[] {
    return this.db
      .prepare(
        `SELECT mv.version, mv.created_at, mv.source, coalesce(run.uuid, nullif(mv.foreign_run, '')) AS run,
           mv.run_id IS NOT NULL AS has_run, mv.storage, mv.stage, mv.deleted_at IS NOT NULL AS is_deleted
         FROM model_version mv LEFT JOIN run ON run.id = mv.run_id WHERE mv.model_id = ? ORDER BY mv.version`,
      )
      .all([model])
      .map(row => ({
        version: integer(row, 'version'),
        createdAt: integer(row, 'created_at'),
        source: text(row, 'source'),
        run: optionalText(row, 'run'),
        hasRun: integer(row, 'has_run') === 1,
        storage: text(row, 'storage'),
        stage: text(row, 'stage'),
        isDeleted: integer(row, 'is_deleted') === 1,
      }));
  }

  /** Whether a model of that name was deleted that was made then, or had a version that was. */
  wasDeleted(name: string, times: { readonly model: number; readonly versions: readonly number[] }): boolean {
    const row = this.db
      .prepare(
        `SELECT 1 FROM registered_model m WHERE m.name = ?1 AND m.deleted_at IS NOT NULL AND (m.created_at = ?2 OR EXISTS (
           SELECT 1 FROM model_version mv
           WHERE mv.model_id = m.id AND mv.created_at IN (SELECT value FROM json_each(?3)))) LIMIT 1`,
      )
      .get([name, times.model, JSON.stringify(times.versions)]);
    return row !== undefined;
  }

  /** Says where the files of a version are now. */
  move(model: number, version: number, to: { readonly storage: string; readonly artifactPath: string }): void {
    this.db
      .prepare('UPDATE model_version SET storage = ?, artifact_path = ? WHERE model_id = ? AND version = ?')
      .run([to.storage, to.artifactPath, model, version]);
  }

  /** The run that a version names has come. */
  linkRun(model: number, version: number): void {
    this.db
      .prepare(
        `UPDATE model_version SET run_id = (SELECT id FROM run WHERE uuid = foreign_run), foreign_run = ''
         WHERE model_id = ? AND version = ? AND EXISTS (SELECT 1 FROM run WHERE uuid = foreign_run)`,
      )
      .run([model, version]);
  }
}

/** `from` without what `to` has. */
export const missingTexts = (from: Texts, to: Texts): Texts =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !Object.hasOwn(to, key)));

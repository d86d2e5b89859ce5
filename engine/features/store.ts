import * as v from 'valibot';
import type { FeatureViewDefinition, FeatureViewVersion } from '../protocol/features';
import { featureDefinitionSchema } from '../schemas/featureDefinition';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalReal, text } from '../store/row';
import { canonicalJson } from './definition/canonicalJson';
import type { DefinedView } from './definition/defined';

/** What was found when the source of a version was last read. */
export interface SourceState {
  /** ms since 1970 */
  readonly readAt: number;
  readonly rows: number;
  readonly entities?: number;
  /** ms since 1970, with a fraction. */
  readonly newestEvent?: number;
}

/** The versions of feature views. Who calls several in one commit wraps them in a transaction. */
export class FeatureStore {
  constructor(private readonly db: Database) {}

  together<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  /** Names of the views that have a version. */
  views(): readonly string[] {
    return this.db
      .prepare('SELECT DISTINCT view FROM feature_view_version ORDER BY view')
      .all()
      .map(row => text(row, 'view'));
  }

  /** The newest first. */
  versions(view: string): readonly FeatureViewVersion[] {
    return this.db
      .prepare('SELECT * FROM feature_view_version WHERE view = ? ORDER BY version DESC')
      .all([view])
      .map(row => versionOf(row));
  }

  version(view: string, version: number): FeatureViewVersion | undefined {
    const row = this.db
      .prepare('SELECT * FROM feature_view_version WHERE view = ? AND version = ?')
      .get([view, version]);
    return row && versionOf(row);
  }

  byHash(view: string, hash: string): FeatureViewVersion | undefined {
    const row = this.db.prepare('SELECT * FROM feature_view_version WHERE view = ? AND hash = ?').get([view, hash]);
    return row && versionOf(row);
  }

  /**
   * The version that a definition is, made when it is a new one. Of one that there was the parts that decide no value, such
   * as the path of its file, are kept as they are now.
   */
  record(
    view: string,
    { definition, hash }: DefinedView,
    now: number,
  ): FeatureViewVersion & { readonly isNew: boolean } {
    return this.together(() => {
      const known = this.byHash(view, hash);
      if (known) {
        if (canonicalJson(known.definition) !== canonicalJson(definition)) this.#refresh(view, hash, definition);
        return { ...known, definition, isNew: false };
      }
      this.db
        .prepare(
          `INSERT INTO feature_view_version (view, version, hash, definition, created_at)
           VALUES (?, (SELECT coalesce(max(version), 0) + 1 FROM feature_view_version WHERE view = ?), ?, ?, ?)`,
        )
        .run([view, view, hash, JSON.stringify(definition), now]);
      const made = this.byHash(view, hash);
      if (!made) throw new TypeError(`Version ${hash} of ${view} was not kept.`);
      return { ...made, isNew: true };
    });
  }

  #refresh(view: string, hash: string, definition: FeatureViewDefinition): void {
    this.db
      .prepare('UPDATE feature_view_version SET definition = ? WHERE view = ? AND hash = ?')
      .run([JSON.stringify(definition), view, hash]);
  }

  sourceState(view: string, version: number): SourceState | undefined {
    const row = this.db
      .prepare(
        `SELECT s.* FROM feature_source_state s JOIN feature_view_version v ON v.id = s.view_version_id
         WHERE v.view = ? AND v.version = ?`,
      )
      .get([view, version]);
    if (!row) return undefined;
    const [entities, newestEvent] = [optionalInteger(row, 'entity_count'), optionalReal(row, 'newest_event')];
    return {
      readAt: integer(row, 'read_at'),
      rows: integer(row, 'row_count'),
      ...(entities !== undefined && { entities }),
      ...(newestEvent !== undefined && { newestEvent }),
    };
  }

  putSourceState({ view, version }: Pick<FeatureViewVersion, 'view' | 'version'>, state: SourceState): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO feature_source_state (view_version_id, read_at, row_count, entity_count, newest_event)
           SELECT id, ?, ?, ?, ? FROM feature_view_version WHERE view = ? AND version = ?
           ON CONFLICT (view_version_id) DO UPDATE SET read_at = excluded.read_at, row_count = excluded.row_count,
             entity_count = excluded.entity_count, newest_event = excluded.newest_event`,
        )
        .run([state.readAt, state.rows, state.entities ?? null, state.newestEvent ?? null, view, version]);
    });
  }
}

const stored = v.pipe(v.string(), v.parseJson(), featureDefinitionSchema);

const versionOf = (row: Row): FeatureViewVersion => ({
  view: text(row, 'view'),
  version: integer(row, 'version'),
  hash: text(row, 'hash'),
  definition: v.parse(stored, text(row, 'definition')),
  createdAt: integer(row, 'created_at'),
});

import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { digest } from '../ids';
import type { DatasetVersion } from '../protocol/data';
import type { DatasetDetail } from '../protocol/datasets';
import type { Digest } from '../protocol/ids';
import type { Database, Row } from '../store/database';
import { integer, optionalText, text } from '../store/row';
import { reportSchema } from './suites/storedReport';
import { checksSchema, columnsSchema, formatSchema, profileSchema } from './stored';

/** What is kept of a version besides what others see of it. */
export interface KeptFiles {
  /** An object of the artifact store. */
  readonly distributions?: Digest | undefined;
  /** Of the file as it was read. */
  readonly stamp?: string | undefined;
  /** False: what `expect:` and `checks:` say was not asked; earlier verdicts stay. */
  readonly judged?: boolean;
}

export interface VersionEntry {
  readonly digest: Digest;
  readonly path: string;
  readonly format: DatasetVersion['format'];
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
  readonly createdAt: number;
  readonly checkedAt: number;
}

export interface RecordedVersion extends DatasetVersion {
  /** ms since 1970 */
  readonly checkedAt: number;
}

const summary = 'd.name, v.digest, v.path, v.format, v.bytes, v.row_count, v.schema, v.created_at, v.checked_at';
const joined = 'FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id';
const newestFirst = 'ORDER BY v.checked_at DESC, v.id DESC LIMIT 1';

/** The tables `dataset` and `dataset_version`. */
export class DatasetStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** A version that is there already keeps its time of creation and gets the new checks. */
  put(detail: Omit<DatasetDetail, 'createdAt'>, now: number, kept: KeptFiles = {}): void {
    const { distributions, stamp, judged = true } = kept;
    this.#db.transaction(() => {
      this.#db.prepare('INSERT INTO dataset (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run([detail.name]);
      this.#db
        .prepare(
          `INSERT INTO dataset_version
             (dataset_id, digest, path, format, bytes, row_count, schema, profile, checks, created_at, checked_at,
              distributions, stamp, integrity)
           SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM dataset WHERE name = ?
           ON CONFLICT (dataset_id, digest) DO UPDATE SET
             path = excluded.path, format = excluded.format, row_count = excluded.row_count, schema = excluded.schema,
             profile = excluded.profile, ${judged ? 'checks = excluded.checks, integrity = excluded.integrity,' : ''} checked_at = excluded.checked_at,
             distributions = coalesce(excluded.distributions, distributions), stamp = excluded.stamp`,
        )
        .run([
          detail.digest,
          detail.path,
          detail.format,
          detail.bytes,
          detail.rows,
          JSON.stringify(detail.schema),
          JSON.stringify(detail.profile),
          JSON.stringify(detail.checks),
          now,
          now,
          distributions ?? null,
          stamp ?? null,
          detail.report ? JSON.stringify(detail.report) : null,
          detail.name,
        ]);
    });
  }

  /** The current version of each dataset, by name. */
  current(): readonly DatasetVersion[] {
    const rows = this.#db
      .prepare(
        `SELECT ${summary} ${joined} WHERE v.id = (
           SELECT w.id FROM dataset_version w WHERE w.dataset_id = d.id ORDER BY w.checked_at DESC, w.id DESC LIMIT 1
         ) ORDER BY d.name`,
      )
      .all();
    return rows.map(versionOf);
  }

  /** The current version, or that of the digest. */
  version(name: string, wanted?: Digest): RecordedVersion | undefined {
    const row = this.#row(summary, name, wanted);
    return row && { ...versionOf(row), checkedAt: integer(row, 'checked_at') };
  }

  detail(name: string, wanted?: Digest): DatasetDetail | undefined {
    const row = this.#row(`${summary}, v.profile, v.checks, v.integrity`, name, wanted);
    if (!row) return undefined;
    return {
      ...versionOf(row),
      profile: json(row, 'profile', profileSchema),
      checks: json(row, 'checks', checksSchema),
      ...(optionalText(row, 'integrity') !== undefined && { report: json(row, 'integrity', reportSchema) }),
    };
  }

  /** All versions of a dataset, without what is in them. */
  versions(name: string): readonly VersionEntry[] {
    return this.#db
      .prepare(
        `SELECT v.digest, v.path, v.format, v.bytes, v.row_count, json_array_length(v.schema) AS columns, v.created_at,
           v.checked_at ${joined} WHERE d.name = ?`,
      )
      .all([name])
      .map(row => ({
        digest: digest(text(row, 'digest')),
        path: text(row, 'path'),
        format: v.parse(formatSchema, text(row, 'format')),
        bytes: integer(row, 'bytes'),
        rows: integer(row, 'row_count'),
        columns: integer(row, 'columns'),
        createdAt: integer(row, 'created_at'),
        checkedAt: integer(row, 'checked_at'),
      }));
  }

  /** The version whose file had the stamp when it was last read. */
  stamped(name: string, stamp: string): Digest | undefined {
    const row = this.#db.prepare(`SELECT v.digest ${joined} WHERE d.name = ? AND v.stamp = ?`).get([name, stamp]);
    return row && digest(text(row, 'digest'));
  }

  /** The object with the distributions of a version. */
  distributions(name: string, wanted: Digest): Digest | undefined {
    const row = this.#row('v.distributions', name, wanted);
    const found = row && optionalText(row, 'distributions');
    return found === undefined ? undefined : digest(found);
  }

  /** Names of all datasets that have a version. */
  names(): readonly string[] {
    return this.#db
      .prepare('SELECT name FROM dataset ORDER BY name')
      .all()
      .map(row => text(row, 'name'));
  }

  #row(columns: string, name: string, wanted: Digest | undefined): Row | undefined {
    if (wanted === undefined)
      return this.#db.prepare(`SELECT ${columns} ${joined} WHERE d.name = ? ${newestFirst}`).get([name]);
    return this.#db.prepare(`SELECT ${columns} ${joined} WHERE d.name = ? AND v.digest = ?`).get([name, wanted]);
  }
}

const versionOf = (row: Row): DatasetVersion => ({
  name: text(row, 'name'),
  digest: digest(text(row, 'digest')),
  path: text(row, 'path'),
  format: v.parse(formatSchema, text(row, 'format')),
  bytes: integer(row, 'bytes'),
  rows: integer(row, 'row_count'),
  schema: json(row, 'schema', columnsSchema),
  createdAt: integer(row, 'created_at'),
});

function json<T>(row: Row, column: string, schema: v.GenericSchema<unknown, T>): T {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text(row, column));
  if (parsed.success) return parsed.output;
  throw new ModelyardError('internal', `Column ${column} of a dataset's version: ${parsed.issues[0].message}`);
}

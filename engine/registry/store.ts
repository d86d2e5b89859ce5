import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { digest, runId } from '../ids';
import type { RunId } from '../protocol/ids';
import type { Lineage } from '../protocol/registry';
import type { Database, Row, SqlValue } from '../store/database';
import { integer, optionalText, text } from '../store/row';
import { groupBy } from './modelStore';
import { MoveStore } from './moveStore';
import type { MoveRecord } from './moveStore';
import type { ModelRecord, VersionRecord } from './records';

type ModelRow = Pick<ModelRecord, 'id' | 'name'>;

const digestSchema = v.pipe(v.string(), v.transform(digest));
const lineageSchema = v.object({
  pipeline: v.exactOptional(v.string()),
  configDigest: v.exactOptional(digestSchema),
  gitCommit: v.exactOptional(v.string()),
  gitDirty: v.exactOptional(v.boolean()),
  datasets: v.array(v.object({ name: v.string(), digest: digestSchema })),
  modelDigest: v.exactOptional(digestSchema),
  evaluationDigest: v.exactOptional(digestSchema),
  testsDigest: v.exactOptional(digestSchema),
});
/** JSON has no NaN: a metric that is not a number is kept as null and left out when read. */
const metricsSchema = v.record(v.string(), v.nullable(v.number()));
const storedMetrics = v.pipe(v.string(), v.parseJson(), metricsSchema);
const storedLineage = v.pipe(v.string(), v.parseJson(), lineageSchema);
const statusSchema = v.picklist(['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY']);

/** The SQL of versions. */
export class RegistryStore {
  readonly moves: MoveStore;

  constructor(private readonly db: Database) {
    this.moves = new MoveStore(db);
  }

  /** Takes the next number of the model; a number is never given twice. */
  takeVersionNumber(modelId: number): number {
    const row = this.db
      .prepare(
        'UPDATE registered_model SET next_version = next_version + 1 WHERE id = ? RETURNING next_version - 1 AS version',
      )
      .get([modelId]);
    if (row === undefined) throw new ModelyardError('internal', `There is no model with id ${modelId}.`);
    return integer(row, 'version');
  }

  insertVersion(modelId: number, version: VersionRecord): void {
    const run = version.runId ?? version.foreignRun ?? null;
    this.db
      .prepare(
        `INSERT INTO model_version (model_id, version, run_id, foreign_run, artifact_path, source, storage, logged_model,
           run_link, status, stage, description, created_at, updated_at, created_by, created_email, metrics, lineage)
         VALUES (?, ?, (SELECT id FROM run WHERE uuid = ?), iif(EXISTS (SELECT 1 FROM run WHERE uuid = ?), '', coalesce(?, '')),
           ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        ...[modelId, version.version, run, run, run],
        ...[version.artifactPath, version.source, version.storage, version.loggedModel ?? ''],
        ...[version.runLink, version.status, version.stage, version.description],
        ...[version.createdAt, version.updatedAt, version.createdBy, version.createdEmail ?? null],
        ...[JSON.stringify(version.metrics), JSON.stringify(version.lineage)],
      ]);
    for (const [key, value] of Object.entries(version.tags)) this.setTag(modelId, version.version, { key, value });
  }

  /** Newest first. */
  versions(model: ModelRow): readonly VersionRecord[] {
    return this.select('mv.model_id = ?', [model.id]);
  }

  /** Newest first, by the ids of their models. */
  versionsByModel(models: readonly number[]): ReadonlyMap<number, readonly VersionRecord[]> {
    const rows = this.db
      .prepare(
        `${selectVersions('json_each(?) j CROSS JOIN model_version mv ON mv.model_id = j.value')}
         WHERE mv.deleted_at IS NULL ORDER BY mv.model_id, mv.version DESC`,
      )
      .all([JSON.stringify(models)]);
    return groupBy(this.complete(rows), (_, index) => integer(rows[index] ?? {}, 'model_id'));
  }

  version(model: ModelRow, version: number): VersionRecord | undefined {
    return this.select('mv.model_id = ? AND mv.version = ?', [model.id, version])[0];
  }

  newest(model: ModelRow): VersionRecord | undefined {
    return this.select(
      'mv.model_id = ? AND mv.version = (SELECT max(version) FROM model_version WHERE model_id = mv.model_id AND deleted_at IS NULL)',
      [model.id],
    )[0];
  }

  /** The newest of each stage. */
  latest(modelIds: readonly number[]): readonly VersionRecord[] {
    const rows = this.db
      .prepare(
        `WITH latest AS MATERIALIZED (
           SELECT model_id, max(version) AS version FROM json_each(?) j CROSS JOIN model_version v ON v.model_id = j.value
           WHERE v.deleted_at IS NULL GROUP BY v.model_id, v.stage)
         ${selectVersions('latest CROSS JOIN model_version mv ON mv.model_id = latest.model_id AND mv.version = latest.version')}
         ORDER BY mv.model_id, mv.version`,
      )
      .all([JSON.stringify(modelIds)]);
    return this.complete(rows);
  }

  /** In the order of the pairs of model and version. */
  byKeys(keys: readonly (readonly [number, number])[]): readonly VersionRecord[] {
    const rows = this.db
      .prepare(`${selectVersions(`json_each(?) j CROSS JOIN model_version mv ON ${inPairs('mv')}`)} ORDER BY j.key`)
      .all([JSON.stringify(keys)]);
    return this.complete(rows);
  }

  /** The versions in a stage, who was moved there last first. */
  inStage(model: ModelRow, stage: string): readonly VersionRecord[] {
    return this.select('mv.model_id = ? AND mv.stage = ?', [model.id, stage], `${LAST_MOVE} DESC, mv.version DESC`);
  }

  setStage(modelId: number, move: Pick<MoveRecord, 'version' | 'to' | 'at'>): void {
    this.db
      .prepare('UPDATE model_version SET stage = ?, updated_at = ? WHERE model_id = ? AND version = ?')
      .run([move.to, move.at, modelId, move.version]);
  }

  setLineage(modelId: number, version: number, lineage: Lineage): void {
    this.db
      .prepare('UPDATE model_version SET lineage = ? WHERE model_id = ? AND version = ?')
      .run([JSON.stringify(lineage), modelId, version]);
  }

  describe(modelId: number, version: number, change: { readonly description: string; readonly at: number }): void {
    this.db
      .prepare('UPDATE model_version SET description = ?, updated_at = ? WHERE model_id = ? AND version = ?')
      .run([change.description, change.at, modelId, version]);
  }

  /** All versions of a model have changed, since their name has. */
  touchAll(modelId: number, now: number): void {
    this.db.prepare('UPDATE model_version SET updated_at = ? WHERE model_id = ?').run([now, modelId]);
  }

  delete(modelId: number, version: number, now: number): void {
    this.db
      .prepare('UPDATE model_version SET deleted_at = ?, updated_at = ? WHERE model_id = ? AND version = ?')
      .run([now, now, modelId, version]);
  }

  /** Takes a deletion back. */
  undelete(modelId: number, version: number, now: number): void {
    this.db
      .prepare('UPDATE model_version SET deleted_at = NULL, updated_at = ? WHERE model_id = ? AND version = ?')
      .run([now, modelId, version]);
  }

  /** Whether there was a version of that number, which is deleted now. */
  isDeleted(modelId: number, version: number): boolean {
    const row = this.db
      .prepare('SELECT 1 FROM model_version WHERE model_id = ? AND version = ? AND deleted_at IS NOT NULL')
      .get([modelId, version]);
    return row !== undefined;
  }

  /** Who made the runs of versions, by their numbers. */
  runUsers(modelId: number): ReadonlyMap<number, string> {
    const rows = this.db
      .prepare('SELECT mv.version, run.user FROM model_version mv JOIN run ON run.id = mv.run_id WHERE mv.model_id = ?')
      .all([modelId]);
    return new Map(rows.map(row => [integer(row, 'version'), text(row, 'user')]));
  }

  setTag(modelId: number, version: number, tag: { readonly key: string; readonly value: string }): void {
    this.db
      .prepare('INSERT OR REPLACE INTO model_version_tag (model_id, version, key, value) VALUES (?, ?, ?, ?)')
      .run([modelId, version, tag.key, tag.value]);
  }

  deleteTag(modelId: number, version: number, key: string): void {
    this.db
      .prepare('DELETE FROM model_version_tag WHERE model_id = ? AND version = ? AND key = ?')
      .run([modelId, version, key]);
  }

  /** The versions whose files are a run's own. */
  versionsOf(run: RunId): readonly Pick<VersionRecord, 'model' | 'version' | 'artifactPath'>[] {
    return this.db
      .prepare(
        `SELECT m.name, mv.version, mv.artifact_path FROM run JOIN model_version mv ON mv.run_id = run.id
         JOIN registered_model m ON m.id = mv.model_id
         WHERE run.uuid = ? AND mv.deleted_at IS NULL AND mv.artifact_path <> ''`,
      )
      .all([run])
      .map(row => ({
        model: text(row, 'name'),
        version: integer(row, 'version'),
        artifactPath: text(row, 'artifact_path'),
      }));
  }

  /** A version whose files are at an address, or around it. */
  versionAt(address: string): Pick<VersionRecord, 'model' | 'version'> | undefined {
    const row = this.db
      .prepare(
        `SELECT m.name, mv.version FROM model_version mv JOIN registered_model m ON m.id = mv.model_id
         WHERE mv.deleted_at IS NULL AND (mv.storage = ?1 OR substr(?1, 1, length(mv.storage) + 1) = mv.storage || '/')
         LIMIT 1`,
      )
      .get([address]);
    return row && { model: text(row, 'name'), version: integer(row, 'version') };
  }

  /** The URI of a run's artifacts; undefined: there is no such run. */
  artifactRoot(run: string): string | undefined {
    const row = this.db
      .prepare(
        `SELECT ifnull(artifact_uri, 'mlflow-artifacts:/' || experiment_id || '/' || uuid || '/artifacts') AS root
         FROM run WHERE uuid = ?`,
      )
      .get([run]);
    return row && text(row, 'root');
  }

  private select(where: string, params: readonly SqlValue[], order = 'mv.version DESC'): readonly VersionRecord[] {
    return this.complete(
      this.db
        .prepare(`${selectVersions('model_version mv')} WHERE mv.deleted_at IS NULL AND ${where} ORDER BY ${order}`)
        .all(params),
    );
  }

  private complete(rows: readonly Row[]): readonly VersionRecord[] {
    const keys = JSON.stringify(rows.map(row => [integer(row, 'model_id'), integer(row, 'version')]));
    const grouped = (columns: string, table: string): ReadonlyMap<string, readonly Row[]> => {
      const select = `SELECT t.model_id, t.version, ${columns} FROM json_each(?) j CROSS JOIN ${table} t ON ${inPairs('t')}`;
      return groupBy(this.db.prepare(`${select} ORDER BY 3`).all([keys]), keyOf);
    };
    const tags = grouped('t.key, t.value', 'model_version_tag');
    const aliases = grouped('t.alias', 'registered_model_alias');
    return rows.map(row => versionRow(row, { tags: tags.get(keyOf(row)), aliases: aliases.get(keyOf(row)) }));
  }
}

const keyOf = (row: Row): string => `${integer(row, 'model_id')}/${integer(row, 'version')}`;

const LAST_MOVE = `(SELECT max(id) FROM stage_move sm WHERE sm.model_id = mv.model_id AND sm.version = mv.version AND sm.to_stage = mv.stage)`;

/** Whether a row is that of the pair of model and version at hand. */
const inPairs = (table: string): string =>
  `${table}.model_id = json_extract(j.value, '$[0]') AND ${table}.version = json_extract(j.value, '$[1]')`;

const selectVersions = (from: string): string => `
  SELECT mv.model_id, mv.version, m.name AS model, run.uuid AS run_uuid, mv.foreign_run, mv.artifact_path, mv.source,
    mv.storage, mv.logged_model, mv.run_link, mv.status, mv.stage, mv.description, mv.created_at, mv.updated_at,
    mv.created_by, mv.created_email, mv.metrics, mv.lineage
  FROM ${from} JOIN registered_model m ON m.id = mv.model_id LEFT JOIN run ON run.id = mv.run_id`;

function versionRow(
  row: Row,
  { tags = [], aliases = [] }: { tags: readonly Row[] | undefined; aliases: readonly Row[] | undefined },
): VersionRecord {
  const run = optionalText(row, 'run_uuid');
  const [foreignRun, loggedModel] = [text(row, 'foreign_run'), text(row, 'logged_model')];
  const email = optionalText(row, 'created_email');
  return {
    model: text(row, 'model'),
    version: integer(row, 'version'),
    ...(run !== undefined && { runId: runId(run) }),
    ...(foreignRun !== '' && { foreignRun }),
    artifactPath: text(row, 'artifact_path'),
    source: text(row, 'source'),
    storage: text(row, 'storage'),
    ...(loggedModel !== '' && { loggedModel }),
    runLink: text(row, 'run_link'),
    status: v.parse(statusSchema, row['status']),
    stage: text(row, 'stage'),
    description: text(row, 'description'),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    createdBy: text(row, 'created_by'),
    ...(email !== undefined && { createdEmail: email }),
    metrics: numbersOf(v.parse(storedMetrics, row['metrics'])),
    lineage: parseLineage(text(row, 'lineage')),
    tags: Object.fromEntries(tags.map(tag => [text(tag, 'key'), text(tag, 'value')])),
    aliases: aliases.map(alias => text(alias, 'alias')),
  };
}

const numbersOf = (metrics: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(metrics).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));

const parseLineage = (json: string): Lineage => v.parse(storedLineage, json);

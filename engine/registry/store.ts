import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { digest, runId } from '../ids';
import type { GateReport } from '../protocol/gates';
import type { RunId } from '../protocol/ids';
import type { Lineage, ModelVersion, StageMove } from '../protocol/registry';
import type { Database, Row } from '../store/database';
import { gateReportSchema } from '../schemas/gateReport';
import { integer, optionalText, text } from '../store/row';

export interface ModelRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
}

export interface MoveRecord {
  readonly version: number;
  readonly from: string | null;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly gates?: GateReport;
}

const digestSchema = v.pipe(v.string(), v.transform(digest));
const lineageSchema = v.object({
  pipeline: v.exactOptional(v.string()),
  configDigest: v.exactOptional(digestSchema),
  gitCommit: v.exactOptional(v.string()),
  gitDirty: v.exactOptional(v.boolean()),
  datasets: v.array(v.object({ name: v.string(), digest: digestSchema })),
  modelDigest: digestSchema,
  evaluationDigest: v.exactOptional(digestSchema),
});
/** JSON has no NaN: a metric that is not a number is kept as null and left out when read. */
const metricsSchema = v.record(v.string(), v.nullable(v.number()));
/** The SQL of registered models, their versions and the history of stages. */
export class RegistryStore {
  constructor(private readonly db: Database) {}

  models(): readonly ModelRow[] {
    return this.db
      .prepare('SELECT id, name, description, created_at FROM registered_model ORDER BY name')
      .all()
      .map(modelRow);
  }

  model(name: string): ModelRow | undefined {
    const row = this.db
      .prepare('SELECT id, name, description, created_at FROM registered_model WHERE name = ?')
      .get([name]);
    return row && modelRow(row);
  }

  /** Finds or makes the model. */
  ensureModel(name: string, description: string, now: number): ModelRow {
    this.db
      .prepare(
        'INSERT INTO registered_model (name, description, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
      )
      .run([name, description, now]);
    const model = this.model(name);
    if (model === undefined) throw new ModelyardError('internal', `Model ${name} was not stored.`);
    return model;
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

  insertVersion(modelId: number, version: ModelVersion): void {
    this.db
      .prepare(
        `INSERT INTO model_version (model_id, version, run_id, artifact_path, stage, description, created_at, created_by, metrics, lineage)
         SELECT ?, ?, id, ?, ?, ?, ?, ?, ?, ? FROM run WHERE uuid = ?`,
      )
      .run([
        modelId,
        version.version,
        version.artifactPath,
        version.stage,
        version.description,
        version.createdAt,
        version.createdBy,
        JSON.stringify(version.metrics),
        JSON.stringify(version.lineage),
        version.runId,
      ]);
  }

  /** Newest first. */
  versions(model: ModelRow): readonly ModelVersion[] {
    return this.db
      .prepare(`${selectVersion} WHERE mv.model_id = ? ORDER BY mv.version DESC`)
      .all([model.id])
      .map(row => this.version(model, row));
  }

  /** The newest version in a stage. */
  holder(model: ModelRow, stage: string): ModelVersion | undefined {
    const row = this.db
      .prepare(`${selectVersion} WHERE mv.model_id = ? AND mv.stage = ? ORDER BY mv.version DESC LIMIT 1`)
      .get([model.id, stage]);
    return row && this.version(model, row);
  }

  /** Those that came from a run. */
  versionsOf(run: RunId): readonly Pick<ModelVersion, 'model' | 'version' | 'artifactPath'>[] {
    return this.db
      .prepare(
        `SELECT m.name, mv.version, mv.artifact_path FROM run JOIN model_version mv ON mv.run_id = run.id
         JOIN registered_model m ON m.id = mv.model_id WHERE run.uuid = ?`,
      )
      .all([run])
      .map(row => ({
        model: text(row, 'name'),
        version: integer(row, 'version'),
        artifactPath: text(row, 'artifact_path'),
      }));
  }

  setStage(modelId: number, version: number, stage: string): void {
    this.db
      .prepare('UPDATE model_version SET stage = ? WHERE model_id = ? AND version = ?')
      .run([stage, modelId, version]);
  }

  recordMove(modelId: number, move: MoveRecord): void {
    this.db
      .prepare(
        'INSERT INTO stage_move (model_id, version, from_stage, to_stage, at, moved_by, reason, gates) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run([
        modelId,
        move.version,
        move.from,
        move.to,
        move.at,
        move.by,
        move.reason,
        move.gates ? JSON.stringify(move.gates) : null,
      ]);
  }

  /** Grows with each move of a version of the model. */
  lastMove(model: ModelRow): number {
    const row = this.db
      .prepare('SELECT coalesce(max(id), 0) AS last FROM stage_move WHERE model_id = ?')
      .get([model.id]);
    return row === undefined ? 0 : integer(row, 'last');
  }

  /** Newest first. */
  history(model: ModelRow): readonly StageMove[] {
    return this.db
      .prepare(
        'SELECT version, from_stage, to_stage, at, moved_by, reason, gates FROM stage_move WHERE model_id = ? ORDER BY id DESC',
      )
      .all([model.id])
      .map(row => moveRow(model, row));
  }

  private version(model: ModelRow, row: Row): ModelVersion {
    const version = integer(row, 'version');
    return {
      model: model.name,
      version,
      runId: runId(text(row, 'run_uuid')),
      artifactPath: text(row, 'artifact_path'),
      stage: text(row, 'stage'),
      description: text(row, 'description'),
      createdAt: integer(row, 'created_at'),
      createdBy: text(row, 'created_by'),
      metrics: numbersOf(v.parse(v.pipe(v.string(), v.parseJson(), metricsSchema), row['metrics'])),
      lineage: parseLineage(text(row, 'lineage')),
      tags: this.tags(model.id, version),
    };
  }

  private tags(modelId: number, version: number): Readonly<Record<string, string>> {
    const rows = this.db
      .prepare('SELECT key, value FROM model_version_tag WHERE model_id = ? AND version = ?')
      .all([modelId, version]);
    return Object.fromEntries(rows.map(row => [text(row, 'key'), text(row, 'value')]));
  }
}

const selectVersion = `
  SELECT mv.version, run.uuid AS run_uuid, mv.artifact_path, mv.stage, mv.description, mv.created_at, mv.created_by, mv.metrics, mv.lineage
  FROM model_version mv JOIN run ON run.id = mv.run_id`;

const modelRow = (row: Row): ModelRow => ({
  id: integer(row, 'id'),
  name: text(row, 'name'),
  description: text(row, 'description'),
  createdAt: integer(row, 'created_at'),
});

function moveRow(model: ModelRow, row: Row): StageMove {
  const gates = optionalText(row, 'gates');
  return {
    model: model.name,
    version: integer(row, 'version'),
    from: optionalText(row, 'from_stage') ?? null,
    to: text(row, 'to_stage'),
    at: integer(row, 'at'),
    by: text(row, 'moved_by'),
    reason: text(row, 'reason'),
    ...(gates !== undefined && { gates: v.parse(v.pipe(v.string(), v.parseJson(), gateReportSchema), gates) }),
  };
}

const numbersOf = (metrics: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(metrics).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));

const parseLineage = (json: string): Lineage => v.parse(v.pipe(v.string(), v.parseJson(), lineageSchema), json);

import { experimentId, loggedModelId, runId } from '../ids';
import type { Lifecycle } from '../protocol/tracking';
import type { Database, Row } from '../store/database';
import { integer, realOrNaN, text } from '../store/row';
import { lifecycle } from './experimentStore';
import { groupRows } from './groupRows';
import { MODEL_STATUSES } from './loggedModelRecords';
import type { LoggedModel, LoggedModelRow, LoggedModelStatus, ModelPoint } from './loggedModelRecords';
import { int64 } from './records';
import type { LoggedPoint } from './metricWriter';
import type { RunRow } from './runStore';

/** A point of a run that was measured with a model. */
export interface LoggedModelPoint extends LoggedPoint {
  readonly modelId: string;
  readonly dataset: string;
  readonly datasetDigest: string;
}

const COLUMNS =
  'logged_model.id, uuid, experiment_id, name, model_type, source_run, status, lifecycle, created_at, updated_at';
const NUMBERS = '(SELECT value FROM json_each(?))';

/** The tables `logged_model` and `logged_model_…`, but for its files. */
export class LoggedModelStore {
  constructor(private readonly db: Database) {}

  byId(id: string): LoggedModelRow | undefined {
    const row = this.db.prepare(`SELECT ${COLUMNS} FROM logged_model WHERE uuid = ?`).get([id]);
    return row && readModel(row);
  }

  insert(model: Omit<LoggedModelRow, 'row' | 'lifecycle' | 'updatedAt'>): LoggedModelRow {
    const row = this.db
      .prepare(
        `INSERT INTO logged_model (uuid, experiment_id, name, model_type, source_run, status, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING ${COLUMNS}`,
      )
      .all([
        model.id,
        Number(model.experimentId),
        model.name,
        model.type,
        model.sourceRun,
        model.status,
        model.createdAt,
      ])[0];
    return readModel(row ?? {});
  }

  setStatus({ row }: LoggedModelRow, status: LoggedModelStatus, at: number): void {
    this.db.prepare('UPDATE logged_model SET status = ?, updated_at = ? WHERE id = ?').run([status, at, row]);
  }

  setLifecycle({ row }: LoggedModelRow, to: Lifecycle, at: number): void {
    this.db.prepare('UPDATE logged_model SET lifecycle = ?, updated_at = ? WHERE id = ?').run([to, at, row]);
  }

  param({ row }: LoggedModelRow, key: string): string | undefined {
    const found = this.db
      .prepare('SELECT value FROM logged_model_param WHERE model_id = ? AND key = ?')
      .get([row, key]);
    return found && text(found, 'value');
  }

  insertParam({ row }: LoggedModelRow, key: string, value: string): void {
    this.db
      .prepare('INSERT INTO logged_model_param (model_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run([row, key, value]);
  }

  setTag({ row }: LoggedModelRow, key: string, value: string): void {
    this.db
      .prepare('INSERT OR REPLACE INTO logged_model_tag (model_id, key, value) VALUES (?, ?, ?)')
      .run([row, key, value]);
  }

  /** False: there was none. */
  deleteTag({ row }: LoggedModelRow, key: string): boolean {
    const sql = 'DELETE FROM logged_model_tag WHERE model_id = ? AND key = ? RETURNING key';
    return this.db.prepare(sql).all([row, key]).length > 0;
  }

  /** One measured again at the same time and step, in the same run, is replaced. */
  addPoint(model: LoggedModelRow, run: RunRow, point: LoggedModelPoint): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO logged_model_metric (model_id, key_id, time, step, run_id, value, dataset, digest)
         VALUES (?, (SELECT id FROM metric_key WHERE name = ?), ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        model.row,
        point.key,
        point.time,
        point.step,
        run.row,
        Number.isNaN(point.value) ? null : point.value,
        point.dataset,
        point.datasetDigest,
      ]);
  }

  /** Whole models, in the order of the numbers given. */
  records(numbers: readonly number[]): readonly LoggedModel[] {
    const ids = JSON.stringify(numbers);
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN logged_model ON logged_model.id = j.value ORDER BY j.key`)
      .all([ids]);
    const params = this.group(`SELECT model_id, key, value FROM logged_model_param WHERE model_id IN ${NUMBERS}`, ids, pair); // prettier-ignore
    const tags = this.group(
      `SELECT model_id, key, value FROM logged_model_tag WHERE model_id IN ${NUMBERS}`,
      ids,
      pair,
    );
    const metrics = this.group(
      `SELECT l.model_id, k.name AS key, l.time, l.step, l.value, l.dataset, l.digest, r.uuid AS run
       FROM logged_model_metric l JOIN metric_key k ON k.id = l.key_id JOIN run r ON r.id = l.run_id
       WHERE l.model_id IN ${NUMBERS} ORDER BY k.name, l.time, l.step, r.uuid`,
      ids,
      readPoint,
    );
    return rows.map(readModel).map(model => ({
      ...model,
      params: Object.fromEntries(params.get(model.row) ?? []),
      tags: Object.fromEntries(tags.get(model.row) ?? []),
      metrics: metrics.get(model.row) ?? [],
    }));
  }

  private group<T>(sql: string, ids: string, read: (row: Row) => T): ReadonlyMap<number, readonly T[]> {
    return groupRows(this.db.prepare(sql).all([ids]), 'model_id', read);
  }
}

const pair = (row: Row): readonly [string, string] => [text(row, 'key'), text(row, 'value')];

const readPoint = (row: Row): ModelPoint => ({
  key: text(row, 'key'),
  value: realOrNaN(row, 'value'),
  step: int64(row, 'step'),
  time: int64(row, 'time'),
  runId: runId(text(row, 'run')),
  dataset: text(row, 'dataset'),
  datasetDigest: text(row, 'digest'),
});

function readModel(row: Row): LoggedModelRow {
  const status = text(row, 'status');
  return {
    row: integer(row, 'id'),
    id: loggedModelId(text(row, 'uuid')),
    experimentId: experimentId(String(integer(row, 'experiment_id'))),
    name: text(row, 'name'),
    type: text(row, 'model_type'),
    sourceRun: text(row, 'source_run'),
    status: MODEL_STATUSES.find(one => one === status) ?? 'LOGGED_MODEL_PENDING',
    lifecycle: lifecycle(row),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
  };
}

import type { Database, Row, SqlValue } from '../store/database';
import { integer, realOrNaN, text } from '../store/row';
import type { ArtifactFile } from './artifactStore';
import { int64 } from './records';
import { NEXT_INPUT } from './runStore';
import type { ImportedExperiment, ImportedRun, StoredPoint } from './importedRun';

interface Position {
  readonly step: SqlValue;
  readonly lead: number;
}

/** The SQL of imports: rows as they were elsewhere, pieces of long series, and taking an unfinished run away again. */
export class ImportStore {
  constructor(private readonly db: Database) {}

  insertExperiment(experiment: ImportedExperiment, now: number): number {
    const { name, lifecycle, createdAt = now, updatedAt = createdAt, tags } = experiment;
    const row = this.db
      .prepare('INSERT INTO experiment (name, lifecycle, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id')
      .all([name, lifecycle, createdAt, updatedAt])[0];
    const id = integer(row ?? {}, 'id');
    for (const [key, value] of Object.entries(tags))
      this.db.prepare('INSERT INTO experiment_tag (experiment_id, key, value) VALUES (?, ?, ?)').run([id, key, value]);
    return id;
  }

  insertRun(run: ImportedRun, deletedAt: number | undefined): number {
    const row = this.db
      .prepare(
        `INSERT INTO run (uuid, experiment_id, name, status, user, started_at, ended_at, lifecycle, deleted_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      )
      .all([
        run.id,
        Number(run.experimentId),
        run.name,
        run.status,
        run.user,
        run.startedAt,
        run.endedAt ?? null,
        run.lifecycle,
        deletedAt ?? null,
      ])[0];
    return integer(row ?? {}, 'id');
  }

  updateRun(row: number, run: ImportedRun, deletedAt: number | undefined): void {
    this.db
      .prepare(
        `UPDATE run SET name = ?, status = ?, user = ?, ended_at = ?, lifecycle = ?, deleted_at = ?,
         heartbeat_at = NULL WHERE id = ?`,
      )
      .run([run.name, run.status, run.user, run.endedAt ?? null, run.lifecycle, deletedAt ?? null, row]);
  }

  setLifecycle(row: number, lifecycle: ImportedRun['lifecycle'], deletedAt: number | undefined): void {
    this.db
      .prepare('UPDATE run SET lifecycle = ?, deleted_at = ? WHERE id = ?')
      .run([lifecycle, deletedAt ?? null, row]);
  }

  putParams(row: number, params: ImportedRun['params']): void {
    const insert = this.db.prepare('INSERT OR REPLACE INTO param (run_id, key, value) VALUES (?, ?, ?)');
    for (const [key, value] of Object.entries(params)) insert.run([row, key, value]);
  }

  putTags(row: number, tags: ImportedRun['tags']): void {
    const insert = this.db.prepare('INSERT OR REPLACE INTO tag (run_id, key, value) VALUES (?, ?, ?)');
    for (const [key, value] of Object.entries(tags)) insert.run([row, key, value]);
  }

  removeTags(row: number): void {
    this.db.prepare('DELETE FROM tag WHERE run_id = ?').run([row]);
  }

  putInputs(row: number, inputs: ImportedRun['inputs']): void {
    const insert = this.db.prepare(
      `INSERT OR REPLACE INTO run_input (run_id, dataset, digest, context, detail, position)
       VALUES (?1, ?2, ?3, ?4, ?5, ${NEXT_INPUT})`,
    );
    for (const { dataset, digest, context, detail } of inputs) insert.run([row, dataset, digest, context, detail]);
  }

  putArtifacts(row: number, artifacts: readonly ArtifactFile[], at: number): void {
    const insert = this.db.prepare(
      'INSERT OR REPLACE INTO artifact (run_id, path, digest, size, created_at) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { path, digest, size } of artifacts) insert.run([row, path, digest, size, at]);
  }

  series(row: number): readonly { readonly id: number; readonly key: string; readonly points: number }[] {
    return this.db
      .prepare('SELECT s.id, k.name, s.points FROM series s JOIN metric_key k ON k.id = s.key_id WHERE s.run_id = ?')
      .all([row])
      .map(found => ({ id: integer(found, 'id'), key: text(found, 'name'), points: integer(found, 'points') }));
  }

  /** The next points of a series by step; `time` is ms since the run's start. */
  points(series: number, after: Position | undefined, limit: number): readonly (StoredPoint & Position)[] {
    const where = after === undefined ? '' : 'AND (step, lead) > (?, ?)';
    return this.db
      .prepare(`SELECT step, lead, time, value FROM point WHERE series_id = ? ${where} ORDER BY step, lead LIMIT ?`)
      .all([series, ...(after === undefined ? [] : [after.step, after.lead]), limit])
      .map(readPoint);
  }

  hasPoint(series: number, point: StoredPoint): boolean {
    const value = Number.isNaN(point.value) ? null : point.value;
    return (
      this.db
        .prepare('SELECT 1 FROM point WHERE series_id = ? AND step = ? AND time = ? AND value IS ? LIMIT 1')
        .get([series, point.step, point.time, value]) !== undefined
    );
  }

  /** Removes a piece of a run, the run itself last. @returns whether something of it is left */
  removePiece(row: number, points: number): boolean {
    const [series] = this.series(row);
    if (series === undefined) {
      this.db.prepare('DELETE FROM run WHERE id = ?').run([row]);
      return false;
    }
    this.removeSeriesPiece(series.id, points);
    return true;
  }

  /** Removes a piece of a metric; with the last one all of it. */
  removeSeriesPiece(series: number, points: number): void {
    this.db
      .prepare(
        `DELETE FROM point WHERE (series_id, step, lead) IN
         (SELECT series_id, step, lead FROM point WHERE series_id = ? ORDER BY step, lead LIMIT ?)`,
      )
      .run([series, points]);
    if (this.points(series, undefined, 1).length > 0) return;
    this.db.prepare('DELETE FROM rollup WHERE series_id = ?').run([series]);
    this.db
      .prepare('DELETE FROM latest_metric WHERE (run_id, key_id) IN (SELECT run_id, key_id FROM series WHERE id = ?)')
      .run([series]);
    this.db.prepare('DELETE FROM series WHERE id = ?').run([series]);
  }
}

const readPoint = (row: Row): StoredPoint & Position => ({
  step: int64(row, 'step'),
  lead: integer(row, 'lead'),
  time: int64(row, 'time'),
  value: realOrNaN(row, 'value'),
});

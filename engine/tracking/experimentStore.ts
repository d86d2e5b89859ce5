import type { Database, Row } from '../store/database';
import { integer, optionalText, text } from '../store/row';
import { experimentId } from '../ids';
import type { ExperimentId } from '../protocol/ids';
import type { Experiment, Lifecycle } from '../protocol/tracking';

const COLUMNS = `e.id, e.name, e.lifecycle, e.created_at, e.updated_at, e.artifact_location,
  (SELECT count(*) FROM run WHERE experiment_id = e.id AND lifecycle = 'active') AS runs`;

export const lifecycle = (row: Row): Lifecycle => (text(row, 'lifecycle') === 'deleted' ? 'deleted' : 'active');

/** What creating a run needs to know: counting the runs of an experiment takes time where there are many. */
export type ExperimentRow = Pick<Experiment, 'id' | 'lifecycle' | 'artifactLocation'>;

/** The tables `experiment` and `experiment_tag`. */
export class ExperimentStore {
  constructor(private readonly db: Database) {}

  /** The experiment that MLflow's clients take for granted. */
  ensureDefault(now: number): void {
    if (this.db.prepare('SELECT 1 FROM experiment WHERE id = 0').get() !== undefined) return;
    this.db
      .prepare(`INSERT INTO experiment (id, name, created_at, updated_at) VALUES (0, 'Default', ?, ?)`)
      .run([now, now]);
  }

  row(id: ExperimentId): ExperimentRow | undefined {
    const row = this.db.prepare('SELECT lifecycle, artifact_location FROM experiment WHERE id = ?').get([Number(id)]);
    const artifactLocation = row && optionalText(row, 'artifact_location');
    return row && { id, lifecycle: lifecycle(row), ...(artifactLocation !== undefined && { artifactLocation }) };
  }

  byId(id: ExperimentId): Experiment | undefined {
    return this.one('e.id = ?', Number(id));
  }

  byName(name: string): Experiment | undefined {
    return this.one('e.name = ?', name);
  }

  all(lifecycleIs: Lifecycle): readonly Experiment[] {
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM experiment e WHERE e.lifecycle = ? ORDER BY e.updated_at DESC, e.id DESC`)
      .all([lifecycleIs]);
    return this.complete(rows);
  }

  byIds(ids: readonly number[]): readonly Experiment[] {
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN experiment e ON e.id = j.value ORDER BY j.key`)
      .all([JSON.stringify(ids)]);
    return this.complete(rows);
  }

  insert({ name, at, artifactLocation }: { name: string; at: number; artifactLocation?: string }): ExperimentId {
    const row = this.db
      .prepare(
        'INSERT INTO experiment (name, created_at, updated_at, artifact_location) VALUES (?, ?, ?, ?) RETURNING id',
      )
      .all([name, at, at, artifactLocation ?? null])[0];
    return experimentId(String(row === undefined ? '' : integer(row, 'id')));
  }

  rename(id: ExperimentId, name: string, at: number): void {
    this.db.prepare('UPDATE experiment SET name = ?, updated_at = ? WHERE id = ?').run([name, at, Number(id)]);
  }

  /** Runs go to the trash with their experiment; only those come back with it. */
  setLifecycle(experiment: Experiment, to: Lifecycle, at: number): void {
    const id = Number(experiment.id);
    this.db.prepare('UPDATE experiment SET lifecycle = ?, updated_at = ? WHERE id = ?').run([to, at, id]);
    if (to === 'deleted')
      this.db
        .prepare(
          `UPDATE run SET lifecycle = 'deleted', deleted_at = ? WHERE experiment_id = ? AND lifecycle = 'active'`,
        )
        .run([at, id]);
    else
      this.db
        .prepare(`UPDATE run SET lifecycle = 'active', deleted_at = NULL WHERE experiment_id = ? AND deleted_at = ?`)
        .run([id, experiment.updatedAt]);
  }

  setTag(id: ExperimentId, key: string, value: string): void {
    this.db
      .prepare('INSERT OR REPLACE INTO experiment_tag (experiment_id, key, value) VALUES (?, ?, ?)')
      .run([Number(id), key, value]);
  }

  deleteTag(id: ExperimentId, key: string): void {
    this.db.prepare('DELETE FROM experiment_tag WHERE experiment_id = ? AND key = ?').run([Number(id), key]);
  }

  private one(where: string, value: string | number): Experiment | undefined {
    return this.complete(this.db.prepare(`SELECT ${COLUMNS} FROM experiment e WHERE ${where}`).all([value]))[0];
  }

  private complete(rows: readonly Row[]): readonly Experiment[] {
    const ids = rows.map(row => integer(row, 'id'));
    const tags = new Map<number, [string, string][]>(ids.map(id => [id, []]));
    const found = this.db
      .prepare(
        `SELECT experiment_id, key, value FROM experiment_tag
         WHERE experiment_id IN (SELECT value FROM json_each(?)) ORDER BY experiment_id, key`,
      )
      .all([JSON.stringify(ids)]);
    for (const row of found) tags.get(integer(row, 'experiment_id'))?.push([text(row, 'key'), text(row, 'value')]);
    return rows.map(row => experiment(row, tags.get(integer(row, 'id')) ?? []));
  }
}

function experiment(row: Row, tags: readonly (readonly [string, string])[]): Experiment {
  const artifactLocation = optionalText(row, 'artifact_location');
  return {
    id: experimentId(String(integer(row, 'id'))),
    name: text(row, 'name'),
    lifecycle: lifecycle(row),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    tags: Object.fromEntries(tags),
    ...(artifactLocation !== undefined && { artifactLocation }),
    runs: integer(row, 'runs'),
  };
}

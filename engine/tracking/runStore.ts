import type { Database, Row, SqlValue } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import { experimentId, runId } from '../ids';
import type { ExperimentId, RunId } from '../protocol/ids';
import type { Lifecycle, RunInput, RunStatus } from '../protocol/tracking';
import { ownArtifactUri } from './artifactUri';
import { describedAs } from './datasetDetail';
import { lifecycle } from './experimentStore';
import { groupRows } from './groupRows';
import { exactPoint } from './points';
import { int64 } from './records';
import type { ExactPoint, ModelOutput, RunInputDetail, RunRecord } from './records';

/** The row of a run, without what hangs on it. */
export interface RunRow {
  readonly row: number;
  readonly id: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  readonly user: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly heartbeatAt: number | undefined;
  readonly lifecycle: Lifecycle;
  /** Where clients keep its files. */
  readonly artifactUri: string;
}

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
export const COLUMNS =
  'run.id, uuid, experiment_id, name, status, user, started_at, ended_at, heartbeat_at, lifecycle, artifact_uri';
/** The numbers of runs, given as a JSON list. */
export const IDS = '(SELECT value FROM json_each(?))';
/** The place behind the datasets of the run ?1. */
export const NEXT_INPUT = '(SELECT coalesce(max(position), -1) + 1 FROM run_input WHERE run_id = ?1)';

export const isRunStatus = (value: unknown): value is RunStatus => STATUSES.some(status => status === value);

/** The tables `run`, `param`, `tag` and `run_input`. */
export class RunStore {
  constructor(private readonly db: Database) {}

  byId(id: RunId): RunRow | undefined {
    return this.rows('uuid = ?', [id])[0];
  }

  byNumber(number: number): RunRow | undefined {
    return this.rows('id = ?', [number])[0];
  }

  /** Runs whose id begins with the text; at most `limit`. */
  byPrefix(prefix: string, limit: number): readonly RunRow[] {
    // '~' follows everything an id may contain, so the index on uuid answers this
    return this.rows('uuid >= ? AND uuid < ? ORDER BY uuid LIMIT ?', [prefix, `${prefix}~`, limit]);
  }

  /** RUNNING runs that promised a heartbeat and gave none since `before`. */
  silent(before: number): readonly RunRow[] {
    return this.rows(`status = 'RUNNING' AND heartbeat_at IS NOT NULL AND heartbeat_at < ?`, [before]);
  }

  /** A new run with its tags; returns its number. */
  insert(run: Omit<RunRow, 'row'>, tags: Readonly<Record<string, string>>): number {
    const isOwn = run.artifactUri === ownArtifactUri(run.experimentId, run.id);
    const [made = {}] = this.db
      .prepare(
        `INSERT INTO run (uuid, experiment_id, name, status, user, started_at, heartbeat_at, artifact_uri)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      )
      .all([
        run.id,
        Number(run.experimentId),
        run.name,
        run.status,
        run.user,
        run.startedAt,
        run.heartbeatAt ?? null,
        isOwn ? null : run.artifactUri,
      ]);
    const row = integer(made, 'id');
    const tag = this.db.prepare('INSERT INTO tag (run_id, key, value) VALUES (?, ?, ?)');
    for (const [key, value] of Object.entries(tags)) tag.run([row, key, value]);
    return row;
  }

  update(run: RunRow, change: Pick<RunRow, 'status' | 'endedAt' | 'name' | 'heartbeatAt'>): void {
    this.db
      .prepare('UPDATE run SET status = ?, ended_at = ?, name = ?, heartbeat_at = ? WHERE id = ?')
      .run([change.status, change.endedAt ?? null, change.name, change.heartbeatAt ?? null, run.row]);
  }

  setLifecycle(run: RunRow, to: Lifecycle, at: number): void {
    this.db
      .prepare('UPDATE run SET lifecycle = ?, deleted_at = ? WHERE id = ?')
      .run([to, to === 'deleted' ? at : null, run.row]);
  }

  beat(run: RunRow, at: number): void {
    this.db.prepare(`UPDATE run SET heartbeat_at = ? WHERE id = ? AND status = 'RUNNING'`).run([at, run.row]);
  }

  param(run: RunRow, key: string): string | undefined {
    const row = this.db.prepare('SELECT value FROM param WHERE run_id = ? AND key = ?').get([run.row, key]);
    return row === undefined ? undefined : text(row, 'value');
  }

  insertParam(run: RunRow, key: string, value: string): void {
    this.db
      .prepare('INSERT INTO param (run_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run([run.row, key, value]);
  }

  /** The tags with a column of their own keep it in step. */
  setTag(run: RunRow, key: string, value: string): void {
    this.db.prepare('INSERT OR REPLACE INTO tag (run_id, key, value) VALUES (?, ?, ?)').run([run.row, key, value]);
    if (key === 'mlflow.runName') this.db.prepare('UPDATE run SET name = ? WHERE id = ?').run([value, run.row]);
    if (key === 'mlflow.user') this.db.prepare('UPDATE run SET user = ? WHERE id = ?').run([value, run.row]);
  }

  hasTag(run: RunRow, key: string): boolean {
    return this.db.prepare('SELECT 1 FROM tag WHERE run_id = ? AND key = ?').get([run.row, key]) !== undefined;
  }

  deleteTag(run: RunRow, key: string): void {
    this.db.prepare('DELETE FROM tag WHERE run_id = ? AND key = ?').run([run.row, key]);
  }

  addInput(run: RunRow, input: RunInputDetail): void {
    this.db
      .prepare(
        `INSERT INTO run_input (run_id, dataset, digest, context, detail, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ${NEXT_INPUT})
         ON CONFLICT DO UPDATE SET detail = excluded.detail WHERE excluded.detail <> '{}'`,
      )
      .run([run.row, input.dataset, input.digest, input.context, input.detail ?? '{}']);
  }

  /** Unless the run has the dataset; how it was first described within the experiment stays its description. */
  addInputOnce(run: RunRow, input: RunInputDetail): void {
    const known = this.db
      .prepare('SELECT 1 FROM run_input WHERE run_id = ? AND dataset = ? AND digest = ?')
      .get([run.row, input.dataset, input.digest]);
    if (known !== undefined) return;
    const first = this.db
      .prepare(
        `SELECT detail FROM run_input JOIN run ON run.id = run_id
         WHERE dataset = ? AND digest = ? AND experiment_id = ? ORDER BY run_id LIMIT 1`,
      )
      .get([input.dataset, input.digest, Number(run.experimentId)]);
    const detail = input.detail ?? '{}';
    this.addInput(run, { ...input, detail: first ? describedAs(detail, text(first, 'detail')) : detail });
  }

  /** The datasets that runs of the experiments read, each once for every context. */
  datasets(experiments: readonly number[], limit: number): readonly (RunInput & { experimentId: ExperimentId })[] {
    return this.db
      .prepare(
        `SELECT DISTINCT experiment_id, dataset, digest, context FROM run_input JOIN run ON run.id = run_id
         WHERE experiment_id IN ${IDS} LIMIT ?`,
      )
      .all([JSON.stringify(experiments), limit])
      .map(row => ({
        experimentId: experimentId(String(integer(row, 'experiment_id'))),
        dataset: text(row, 'dataset'),
        digest: text(row, 'digest'),
        context: text(row, 'context'),
      }));
  }

  addModelInput(run: RunRow, modelId: string): void {
    this.db.prepare('INSERT INTO run_model_input (run_id, model) VALUES (?, ?) ON CONFLICT DO NOTHING').run([run.row, modelId]); // prettier-ignore
  }

  addModelOutput(run: RunRow, { modelId, step }: ModelOutput): void {
    this.db
      .prepare('INSERT OR REPLACE INTO run_model_output (run_id, model, step) VALUES (?, ?, ?)')
      .run([run.row, modelId, step]);
  }

  /** In the order of the ids; those that do not exist are left out. */
  numbers(ids: readonly RunId[]): readonly number[] {
    return this.db
      .prepare('SELECT run.id AS id FROM json_each(?) j JOIN run ON run.uuid = j.value ORDER BY j.key')
      .all([JSON.stringify(ids)])
      .map(row => integer(row, 'id'));
  }

  /** Whole runs, in the order of the numbers given; those that do not exist are left out. */
  records(numbers: readonly number[]): readonly RunRecord[] {
    const ids = JSON.stringify(numbers);
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN run ON run.id = j.value ORDER BY j.key`)
      .all([ids])
      .map(readRow);
    const start = new Map(rows.map(row => [row.row, row.startedAt]));
    const params = this.group('SELECT run_id, key, value FROM param WHERE run_id IN', ids, pair);
    const tags = this.group('SELECT run_id, key, value FROM tag WHERE run_id IN', ids, pair);
    const metrics = this.group(
      `SELECT l.run_id, k.name AS key, l.step, l.time, l.value
       FROM latest_metric l JOIN metric_key k ON k.id = l.key_id WHERE l.run_id IN`,
      ids,
      (row): readonly [string, ExactPoint] => [
        text(row, 'key'),
        exactPoint(row, start.get(integer(row, 'run_id')) ?? 0),
      ],
    );
    const inputs = groupRows(inputRows(this.db, ids), 'run_id', readInput);
    const modelInputs = this.group('SELECT run_id, model FROM run_model_input WHERE run_id IN', ids, row =>
      text(row, 'model'),
    );
    const modelOutputs = this.group('SELECT run_id, model, step FROM run_model_output WHERE run_id IN', ids, row => ({
      modelId: text(row, 'model'),
      step: int64(row, 'step'),
    }));
    return rows.map(row => record(row, { params, tags, metrics, inputs, modelInputs, modelOutputs }));
  }

  private group<T>(select: string, ids: string, read: (row: Row) => T): ReadonlyMap<number, readonly T[]> {
    return groupRows(this.db.prepare(`${select} ${IDS}`).all([ids]), 'run_id', read);
  }

  private rows(where: string, params: readonly SqlValue[]): readonly RunRow[] {
    return this.db.prepare(`SELECT ${COLUMNS} FROM run WHERE ${where}`).all(params).map(readRow);
  }
}

type Pair = readonly [string, string];
interface Attached {
  readonly params: ReadonlyMap<number, readonly Pair[]>;
  readonly tags: ReadonlyMap<number, readonly Pair[]>;
  readonly metrics: ReadonlyMap<number, readonly (readonly [string, ExactPoint])[]>;
  readonly inputs: ReadonlyMap<number, readonly Required<RunInputDetail>[]>;
  readonly modelInputs: ReadonlyMap<number, readonly string[]>;
  readonly modelOutputs: ReadonlyMap<number, readonly ModelOutput[]>;
}

const pair = (row: Row): Pair => [text(row, 'key'), text(row, 'value')];

/** The datasets of runs, given as a JSON list of their numbers: each run's in the order in which they were logged. */
export const inputRows = (db: Database, ids: string): readonly Row[] =>
  db
    .prepare(
      `SELECT run_id, dataset, digest, context, detail FROM run_input WHERE run_id IN ${IDS}
       ORDER BY run_id, position, dataset, digest, context`,
    )
    .all([ids]);

export const readInput = (row: Row): Required<RunInputDetail> => ({
  dataset: text(row, 'dataset'),
  digest: text(row, 'digest'),
  context: text(row, 'context'),
  detail: text(row, 'detail'),
});

function record(row: RunRow, attached: Attached): RunRecord {
  const tags = Object.fromEntries(attached.tags.get(row.row) ?? []);
  const parent = tags['mlflow.parentRunId'];
  return {
    id: row.id,
    number: row.row,
    experimentId: row.experimentId,
    name: row.name,
    status: row.status,
    startedAt: row.startedAt,
    ...(row.endedAt !== undefined && { endedAt: row.endedAt }),
    user: row.user,
    lifecycle: row.lifecycle,
    artifactUri: row.artifactUri,
    ...(parent !== undefined && /^[a-zA-Z0-9][\w-]{0,255}$/.test(parent) && { parentRunId: runId(parent) }),
    params: Object.fromEntries(attached.params.get(row.row) ?? []),
    metrics: Object.fromEntries(attached.metrics.get(row.row) ?? []),
    tags,
    inputs: attached.inputs.get(row.row) ?? [],
    modelInputs: attached.modelInputs.get(row.row) ?? [],
    modelOutputs: attached.modelOutputs.get(row.row) ?? [],
  };
}

export function readRow(row: Row): RunRow {
  const status = text(row, 'status');
  const id = runId(text(row, 'uuid'));
  const experiment = experimentId(String(integer(row, 'experiment_id')));
  return {
    row: integer(row, 'id'),
    id,
    experimentId: experiment,
    name: text(row, 'name'),
    status: isRunStatus(status) ? status : 'FAILED',
    user: text(row, 'user'),
    startedAt: integer(row, 'started_at'),
    endedAt: optionalInteger(row, 'ended_at'),
    heartbeatAt: optionalInteger(row, 'heartbeat_at'),
    lifecycle: lifecycle(row),
    artifactUri: optionalText(row, 'artifact_uri') ?? ownArtifactUri(experiment, id),
  };
}

import type { Database, Row } from '../../../store/database';
import { bigInteger, integer, optionalInteger, optionalText, real, text } from '../../../store/row';
import type { PointColumns } from '../../content/points';
import { PointBuffer } from '../../content/points';
import type { ExperimentFacts, InputFacts, Texts } from '../../content/run';
import { inputDetail } from '../inputDetail';
import type { MlflowSchema } from './schema';

export interface DbRun {
  readonly id: string;
  readonly experimentId: number;
  readonly name: string | undefined;
  readonly user: string | undefined;
  readonly status: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly isDeleted: boolean;
  readonly artifactUri: string;
}

export interface DbModel {
  readonly id: string;
  readonly name: string;
  readonly uri: string;
}

/** Reads the tables of MLflow's tracking store. */
export class MlflowRows {
  constructor(
    private readonly db: Database,
    private readonly schema: MlflowSchema,
  ) {
    for (const table of ['params', 'tags', 'metrics']) schema.index(table, 'run_uuid');
    schema.index('inputs', 'destination_id');
    schema.index('logged_models', 'source_run_id');
  }

  count(): number {
    return integer(this.db.prepare('SELECT count(*) AS n FROM runs').get() ?? {}, 'n');
  }

  experiments(): readonly { readonly id: number; readonly facts: ExperimentFacts }[] {
    const columns = ['experiment_id', 'name', 'lifecycle_stage', 'creation_time', 'last_update_time', 'workspace'];
    return this.db
      .prepare(`SELECT ${this.schema.select('experiments', columns)} FROM experiments ORDER BY experiment_id`)
      .all()
      .map(row => {
        const id = integer(row, 'experiment_id');
        const workspace = optionalText(row, 'workspace') ?? 'default';
        const createdAt = optionalInteger(row, 'creation_time');
        const updatedAt = optionalInteger(row, 'last_update_time');
        const facts: ExperimentFacts = {
          // names are unique within a workspace of MLflow
          name: workspace === 'default' ? text(row, 'name') : `${workspace}/${text(row, 'name')}`,
          lifecycle: optionalText(row, 'lifecycle_stage') === 'deleted' ? 'deleted' : 'active',
          ...(createdAt !== undefined && { createdAt }),
          ...(updatedAt !== undefined && { updatedAt }),
          tags: this.schema.has('experiment_tags')
            ? this.texts('SELECT key, value FROM experiment_tags WHERE experiment_id = ?', id)
            : {},
        };
        return { id, facts };
      });
  }

  /** Ids of the runs of an experiment, oldest first. */
  *runIds(experiment: number): Generator<string> {
    const rows = this.db
      .prepare('SELECT run_uuid FROM runs WHERE experiment_id = ? ORDER BY start_time, run_uuid')
      .iterate([experiment]);
    for (const row of rows) yield text(row, 'run_uuid');
  }

  run(id: string): DbRun {
    const columns = ['run_uuid', 'experiment_id', 'name', 'user_id', 'status', 'start_time', 'end_time',
      'lifecycle_stage', 'artifact_uri']; // prettier-ignore
    const row =
      this.db.prepare(`SELECT ${this.schema.select('runs', columns)} FROM runs WHERE run_uuid = ?`).get([id]) ?? {};
    return {
      id: text(row, 'run_uuid'),
      experimentId: integer(row, 'experiment_id'),
      name: optionalText(row, 'name'),
      user: optionalText(row, 'user_id'),
      status: optionalText(row, 'status') ?? '',
      startedAt: optionalInteger(row, 'start_time'),
      endedAt: optionalInteger(row, 'end_time'),
      isDeleted: optionalText(row, 'lifecycle_stage') === 'deleted',
      artifactUri: optionalText(row, 'artifact_uri') ?? '',
    };
  }

  params(run: string): Texts {
    return this.texts('SELECT key, value FROM params WHERE run_uuid = ?', run);
  }

  tags(run: string): Texts {
    return this.texts('SELECT key, value FROM tags WHERE run_uuid = ?', run);
  }

  *points(run: string): Generator<PointColumns> {
    const columns = this.schema.select('metrics', ['key', 'value', 'timestamp', 'step', 'is_nan']);
    const rows = this.db.prepare(`SELECT ${columns} FROM metrics WHERE run_uuid = ? ORDER BY 1, 4, 3`).iterate([run]);
    let buffer: PointBuffer | undefined;
    let last: string | undefined;
    for (const row of rows) {
      const key = text(row, 'key');
      if (buffer !== undefined && (key !== last || buffer.isFull)) yield buffer.take();
      if (buffer === undefined || key !== last) buffer = new PointBuffer(key);
      last = key;
      buffer.add(row['step'] == null ? 0n : bigInteger(row, 'step'), bigInteger(row, 'timestamp'), valueOf(row));
    }
    if (buffer !== undefined) yield buffer.take();
  }

  inputs(run: string): readonly InputFacts[] {
    if (!this.schema.has('inputs') || !this.schema.has('datasets')) return [];
    const rows = this.db
      .prepare(
        `SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
         FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id
         WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = ?`,
      )
      .all([run]);
    return rows.map(row =>
      inputDetail({
        name: text(row, 'name'),
        digest: text(row, 'digest'),
        sourceType: text(row, 'dataset_source_type'),
        source: text(row, 'dataset_source'),
        schema: optionalText(row, 'dataset_schema'),
        profile: optionalText(row, 'dataset_profile'),
        tags: this.texts('SELECT name AS key, value FROM input_tags WHERE input_uuid = ?', text(row, 'input_uuid')),
      }),
    );
  }

  /** The models that a run logged, since MLflow 3. */
  models(run: string): readonly DbModel[] {
    if (!this.schema.has('logged_models')) return [];
    return this.db
      .prepare(
        `SELECT model_id, name, artifact_location FROM logged_models
         WHERE source_run_id = ? AND lifecycle_stage = 'active' ORDER BY creation_timestamp_ms, model_id`,
      )
      .all([run])
      .map(row => ({ id: text(row, 'model_id'), name: text(row, 'name'), uri: text(row, 'artifact_location') }));
  }

  private texts(sql: string, owner: string | number): Texts {
    const rows = this.db.prepare(sql).all([owner]);
    return Object.fromEntries(rows.map(row => [text(row, 'key'), optionalText(row, 'value') ?? '']));
  }
}

const valueOf = (row: Row): number => (row['is_nan'] === 1 || row['value'] == null ? Number.NaN : real(row, 'value'));

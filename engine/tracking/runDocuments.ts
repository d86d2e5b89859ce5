import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import { exactPoint } from './points';
import { int64 } from './records';
import type { ExactPoint, ModelOutput, RunInputDetail } from './records';
import { COLUMNS, IDS, inputRows, readInput, readRow } from './runStore';
import type { RunRow } from './runStore';

/** A whole run, ready to be written: a search may answer thousands, with hundreds of params each. */
export interface RunDocument {
  readonly info: RunRow;
  /** JSON text of a list of `{key, value}`, by key. */
  readonly params: string;
  readonly tags: string;
  readonly metrics: readonly (ExactPoint & { readonly key: string })[];
  readonly inputs: readonly Required<RunInputDetail>[];
  readonly modelInputs: readonly string[];
  readonly modelOutputs: readonly ModelOutput[];
}

const EMPTY = '[]';

/** Reads whole runs with few queries, each of which makes as little as possible of a row. */
export class RunDocuments {
  private readonly metricNames = new Map<number, string>();

  constructor(private readonly db: Database) {}

  /** In the order of the numbers; those that do not exist are left out. */
  of(numbers: readonly number[]): readonly RunDocument[] {
    const ids = JSON.stringify(numbers);
    const rows = this.db
      .prepare(`SELECT ${COLUMNS} FROM json_each(?) j JOIN run ON run.id = j.value ORDER BY j.key`)
      .all([ids])
      .map(readRow);
    const params = this.pairs('param', ids);
    const tags = this.pairs('tag', ids);
    const metrics = this.metrics(ids, new Map(rows.map(({ row, startedAt }) => [row, startedAt])));
    const inputs = this.inputs(ids);
    const models = this.models(ids);
    return rows.map(info => ({
      info,
      params: params.get(info.row) ?? EMPTY,
      tags: tags.get(info.row) ?? EMPTY,
      metrics: metrics.get(info.row) ?? [],
      inputs: inputs.get(info.row) ?? [],
      modelInputs: models.inputs.get(info.row) ?? [],
      modelOutputs: models.outputs.get(info.row) ?? [],
    }));
  }

  private pairs(table: 'param' | 'tag', ids: string): ReadonlyMap<number, string> {
    const rows = this.db
      .prepare(
        `SELECT run_id, json_group_array(json_object('key', key, 'value', value)) AS pairs FROM ${table}
         WHERE run_id IN ${IDS} GROUP BY run_id`,
      )
      .all([ids]);
    return new Map(rows.map(row => [integer(row, 'run_id'), text(row, 'pairs')]));
  }

  private metrics(ids: string, starts: ReadonlyMap<number, number>): ReadonlyMap<number, RunDocument['metrics']> {
    const rows = this.db
      .prepare(`SELECT run_id, key_id, step, time, value FROM latest_metric WHERE run_id IN ${IDS}`)
      .all([ids]);
    return grouped(rows, (row, run) => ({
      key: this.metricName(integer(row, 'key_id')),
      ...exactPoint(row, starts.get(run) ?? 0),
    }));
  }

  private inputs(ids: string): ReadonlyMap<number, RunDocument['inputs']> {
    return grouped(inputRows(this.db, ids), readInput);
  }

  private models(ids: string): {
    readonly inputs: ReadonlyMap<number, RunDocument['modelInputs']>;
    readonly outputs: ReadonlyMap<number, RunDocument['modelOutputs']>;
  } {
    const inputs = this.db.prepare(`SELECT run_id, model FROM run_model_input WHERE run_id IN ${IDS}`).all([ids]);
    const outputs = this.db
      .prepare(`SELECT run_id, model, step FROM run_model_output WHERE run_id IN ${IDS}`)
      .all([ids]);
    return {
      inputs: grouped(inputs, row => text(row, 'model')),
      outputs: grouped(outputs, row => ({ modelId: text(row, 'model'), step: int64(row, 'step') })),
    };
  }

  private metricName(id: number): string {
    let name = this.metricNames.get(id);
    if (name === undefined) {
      name = text(this.db.prepare('SELECT name FROM metric_key WHERE id = ?').get([id]) ?? {}, 'name');
      this.metricNames.set(id, name);
    }
    return name;
  }
}

function grouped<T>(rows: readonly Row[], read: (row: Row, run: number) => T): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const run = integer(row, 'run_id');
    const group = groups.get(run);
    if (group === undefined) groups.set(run, [read(row, run)]);
    else group.push(read(row, run));
  }
  return groups;
}

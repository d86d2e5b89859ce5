import type { ValueCount, ValueQuery } from '../../protocol/runTable';
import type { Sql } from '../../search/searchSql';
import type { Database } from '../../store/database';
import { integer, text } from '../../store/row';
import { DATASET_SQL, METRIC_KEY } from '../runConditions';

const MAX_LIMIT = 1_000;
/** Longer values nobody types; notes are among the tags. */
const MAX_LENGTH = 200;
const ATTRIBUTES: Readonly<Record<string, string>> = {
  run_id: 'run.uuid',
  run_name: 'run.name',
  status: 'run.status',
  user_id: 'run.user',
};

/** The values that active runs have under a key, the most frequent first. */
export function runValues(db: Database, query: ValueQuery): readonly ValueCount[] {
  const from = valuesSql(query);
  if (from === undefined) return [];
  const experiments = query.experimentIds?.map(Number);
  const rows = db
    .prepare(
      `SELECT v AS value, count(*) AS runs FROM (${from.text}) JOIN run ON run.id = r
       WHERE run.lifecycle = 'active' AND length(v) <= ${MAX_LENGTH} AND instr(lower(v), lower(?)) > 0
         ${experiments === undefined ? '' : 'AND run.experiment_id IN (SELECT value FROM json_each(?))'}
       GROUP BY v ORDER BY runs DESC, v LIMIT ?`,
    )
    .all([
      ...from.params,
      query.like ?? '',
      ...(experiments === undefined ? [] : [JSON.stringify(experiments)]),
      Math.min(query.limit ?? 50, MAX_LIMIT),
    ]);
  return rows.map(row => ({ value: text(row, 'value'), runs: integer(row, 'runs') }));
}

/** Rows of a run `r` and a text `v`. */
function valuesSql({ entity, key }: ValueQuery): Sql | undefined {
  switch (entity) {
    case 'param':
    case 'tag':
      return { text: `SELECT run_id AS r, value AS v FROM ${entity} WHERE key = ?`, params: [key] };
    case 'dataset': {
      const column = Object.hasOwn(DATASET_SQL, key) ? DATASET_SQL[key] : undefined;
      return column === undefined
        ? undefined
        : { text: `SELECT DISTINCT run_id AS r, ${column} AS v FROM run_input`, params: [] };
    }
    case 'attribute': {
      const column = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
      return column === undefined ? undefined : { text: `SELECT id AS r, ${column} AS v FROM run`, params: [] };
    }
    case 'metric':
      return {
        text: `SELECT run_id AS r, CAST(value AS TEXT) AS v FROM latest_metric WHERE key_id = ${METRIC_KEY} AND value IS NOT NULL`,
        params: [key],
      };
  }
}

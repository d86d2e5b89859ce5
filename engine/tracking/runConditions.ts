import type { RunQuery } from '../protocol/runTable';
import { parseFilter } from '../search/filterParser';
import type { Condition } from '../search/filterParser';
import { compare, joinAnd } from '../search/searchSql';
import type { Sql } from '../search/searchSql';
import type { Database, SqlValue } from '../store/database';
import { integer } from '../store/row';
import { runDialect } from './runDialect';
import { groupSql } from './table/groupField';

export const ATTRIBUTE_SQL: Readonly<Record<string, string>> = {
  run_id: 'run.uuid',
  run_name: 'run.name',
  status: 'run.status',
  user_id: 'run.user',
  artifact_uri: `ifnull(run.artifact_uri, 'mlflow-artifacts:/' || run.experiment_id || '/' || run.uuid || '/artifacts')`,
  start_time: 'run.started_at',
  end_time: 'run.ended_at',
};
export const DATASET_SQL: Readonly<Record<string, string>> = {
  name: 'dataset',
  digest: 'digest',
  context: 'context',
};
export const METRIC_KEY = '(SELECT id FROM metric_key WHERE name = ?)';

/**
 * What a row of the table `run` must fulfil.
 * @throws ModelyardError `params.invalid`: filter or group
 */
export function runConditions(db: Database, query: RunQuery): Sql {
  const lifecycle = query.lifecycle ?? 'active';
  const ids = query.experimentIds?.map(Number) ?? allExperiments(db);
  const experiments = JSON.stringify(ids);
  return joinAnd([
    // of one experiment the index has the runs in the order of their start: the newest page reads only itself
    ids.length === 1
      ? { text: 'run.experiment_id = ?', params: ids }
      : { text: 'run.experiment_id IN (SELECT value FROM json_each(?))', params: [experiments] },
    ...(lifecycle === 'all' ? [] : [{ text: 'run.lifecycle = ?', params: [lifecycle] }]),
    ...parseFilter(query.filter ?? '', runDialect).map(condition => conditionSql(condition, experiments)),
    ...(query.within ?? []).map(({ by, value }) => {
      const { text, params } = groupSql(by);
      return { text: `${text} IS ?`, params: [...params, value] };
    }),
  ]);
}

const allExperiments = (db: Database): readonly number[] =>
  db
    .prepare('SELECT id FROM experiment')
    .all()
    .map(row => integer(row, 'id'));

function conditionSql(condition: Condition, experiments: string): Sql {
  const { field, comparator } = condition;
  switch (field.entity) {
    case 'attribute':
      return compare(ATTRIBUTE_SQL[field.key] ?? 'NULL', condition);
    case 'metric': {
      // NaN is NULL: it differs from every number, and is neither less nor greater than any
      const value = compare('value', condition);
      const test = comparator === '!=' ? { ...value, text: 'value IS NOT ?' } : value;
      return inRuns(
        `latest_metric WHERE experiment_id IN (SELECT value FROM json_each(?)) AND key_id = ${METRIC_KEY} AND ${test.text}`,
        [experiments, field.key, ...test.params],
      );
    }
    case 'dataset': {
      const test = compare(DATASET_SQL[field.key] ?? 'NULL', condition);
      return inRuns(`run_input WHERE ${test.text}`, test.params);
    }
    case 'param':
    case 'tag': {
      if (comparator === 'IS NULL' || comparator === 'IS NOT NULL')
        return {
          text: `${comparator === 'IS NULL' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${field.entity} WHERE run_id = run.id AND key = ?)`,
          params: [field.key],
        };
      const test = compare('value', condition);
      return inRuns(`${field.entity} WHERE key = ? AND ${test.text}`, [field.key, ...test.params]);
    }
  }
}

const inRuns = (from: string, params: readonly SqlValue[]): Sql => ({
  text: `run.id IN (SELECT run_id FROM ${from})`,
  params,
});

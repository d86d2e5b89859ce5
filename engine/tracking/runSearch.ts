import type { Database, Row, SqlValue } from '../store/database';
import type { RunSearch } from '../protocol/methods';
import { integer } from '../store/row';
import { invalid } from './failures';
import { parseFilter, parseOrder } from '../search/filterParser';
import type { Condition, SortTerm } from '../search/filterParser';
import { pageToken, readPageToken } from '../search/pageToken';
import type { KeyPart } from '../search/pageToken';
import { runDialect } from './runDialect';
import { after, compare, joinAnd, orderBy } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';

export interface FoundRows {
  /** Row numbers, in order. */
  readonly rows: readonly number[];
  readonly nextPageToken?: string;
}

const MAX_LIMIT = 50_000;
const ATTRIBUTE_SQL: Readonly<Record<string, string>> = {
  run_id: 'run.uuid',
  run_name: 'run.name',
  status: 'run.status',
  user_id: 'run.user',
  artifact_uri: `ifnull(run.artifact_uri, 'mlflow-artifacts:/' || run.experiment_id || '/' || run.uuid || '/artifacts')`,
  start_time: 'run.started_at',
  end_time: 'run.ended_at',
};
const DATASET_SQL: Readonly<Record<string, string>> = { name: 'dataset', digest: 'digest', context: 'context' };
const METRIC_KEY = '(SELECT id FROM metric_key WHERE name = ?)';

/**
 * Searches runs with MLflow's filter and order.
 * @throws ModelyardError `params.invalid`: filter, order, page token or limit
 */
export function searchRuns(db: Database, search: RunSearch): FoundRows {
  const limit = search.limit ?? 1_000;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`The number of runs asked for must be between 1 and ${MAX_LIMIT}, not ${limit}.`);
  const lifecycle = search.lifecycle ?? 'active';
  const identity = [search.experimentIds ?? null, search.filter ?? '', search.orderBy ?? [], lifecycle];
  const ids = search.experimentIds?.map(Number) ?? allExperiments(db);
  const experiments = JSON.stringify(ids);
  const order = sortColumns(parseOrder(search.orderBy ?? [], runDialect));
  const where: Sql[] = [
    // of one experiment the index has the runs in the order of their start: the newest page reads only itself
    ids.length === 1
      ? { text: 'run.experiment_id = ?', params: ids }
      : { text: 'run.experiment_id IN (SELECT value FROM json_each(?))', params: [experiments] },
    ...(lifecycle === 'all' ? [] : [{ text: 'run.lifecycle = ?', params: [lifecycle] }]),
    ...parseFilter(search.filter ?? '', runDialect).map(condition => conditionSql(condition, experiments)),
  ];
  if (search.pageToken !== undefined)
    where.push(after(order.columns, readPageToken(identity, search.pageToken, order.columns.length)));
  const condition = joinAnd(where);
  const found = db
    .prepare(
      `SELECT run.id AS id FROM run ${order.joins.text} WHERE ${condition.text}
       ORDER BY ${orderBy(order.columns)} LIMIT ?`,
    )
    .all([...order.joins.params, ...condition.params, limit + 1])
    .map(row => integer(row, 'id'));
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, ...(last !== undefined && { nextPageToken: pageToken(identity, keyOf(db, last, order)) }) };
}

/** Where a run stands in an order: read of the last one of a page only. */
function keyOf(db: Database, run: number, { columns, joins }: Order): readonly KeyPart[] {
  const row = db
    .prepare(
      `SELECT ${columns.map(({ text }, index) => `${text} AS k${index}`).join(', ')} FROM run ${joins.text}
       WHERE run.id = ?`,
    )
    .get([...joins.params, run]);
  return columns.map((_, index) => keyPart(row ?? {}, `k${index}`));
}

function keyPart(row: Row, column: string): KeyPart {
  const value = row[column];
  if (value === undefined || value instanceof Uint8Array) throw new TypeError(`Column ${column} cannot be a key.`);
  return value;
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

interface Order {
  readonly columns: readonly SortColumn[];
  readonly joins: Sql;
}

/** Missing values come last in both directions, NaN before them; ties: newest first, then by id. */
function sortColumns(terms: readonly SortTerm[]): Order {
  const columns: SortColumn[] = [];
  const joins: Sql[] = [];
  const add = (text: string, descending: boolean): unknown => columns.push({ text, params: [], descending });
  for (const [index, { field, descending }] of terms.entries()) {
    const alias = `o${index}`;
    if (field.entity === 'attribute') {
      if (field.key === 'end_time') add('(run.ended_at IS NULL)', false);
      add(ATTRIBUTE_SQL[field.key] ?? 'NULL', descending);
      continue;
    }
    const isMetric = field.entity === 'metric';
    joins.push({
      text: isMetric
        ? `LEFT JOIN latest_metric ${alias} ON ${alias}.run_id = run.id AND ${alias}.key_id = ${METRIC_KEY}`
        : `LEFT JOIN ${field.entity} ${alias} ON ${alias}.run_id = run.id AND ${alias}.key = ?`,
      params: [field.key],
    });
    add(`(${alias}.run_id IS NULL)${isMetric ? ` + (${alias}.value IS NULL)` : ''}`, false);
    add(`${alias}.value`, descending);
  }
  const has = (key: string): boolean => terms.some(({ field }) => field.entity === 'attribute' && field.key === key);
  if (!has('start_time')) add('run.started_at', true);
  if (!has('run_id')) add('run.uuid', false);
  return {
    columns,
    joins: { text: joins.map(({ text }) => text).join(' '), params: joins.flatMap(one => one.params) },
  };
}

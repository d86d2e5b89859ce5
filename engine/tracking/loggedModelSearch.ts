import type { Database, SqlValue } from '../store/database';
import { invalid } from './failures';
import { parseFilter } from '../search/filterParser';
import type { Condition } from '../search/filterParser';
import { loggedModelDialect, modelAttribute } from './loggedModelDialect';
import type { LoggedModelSearch, ModelOrder } from './loggedModelRecords';
import { keysetPage } from './keysetPage';
import type { FoundRows } from './runSearch';
import { compare, joinAnd } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';

const MAX_LIMIT = 50_000;
const ATTRIBUTE_SQL: Readonly<Record<string, string>> = {
  name: 'm.name',
  model_id: 'm.uuid',
  model_type: 'm.model_type',
  status: 'm.status',
  source_run_id: 'm.source_run',
  creation_timestamp: 'm.created_at',
  last_updated_timestamp: 'm.updated_at',
};
const METRIC_KEY = '(SELECT id FROM metric_key WHERE name = ?)';

/**
 * Searches the logged models that are not deleted.
 * @throws ModelyardError `params.invalid`: filter, order, datasets, page token or limit
 */
export function searchLoggedModels(db: Database, search: LoggedModelSearch): FoundRows {
  const { experimentIds, filter = '', datasets = [], orderBy = [], limit = 100, pageToken } = search;
  const ids = JSON.stringify(experimentIds.map(Number));
  return keysetPage(db, {
    what: 'logged models',
    from: 'logged_model m',
    where: [
      { text: `m.lifecycle = 'active' AND m.experiment_id IN (SELECT value FROM json_each(?))`, params: [ids] },
      ...conditions(parseFilter(filter, loggedModelDialect), datasets),
    ],
    columns: sortColumns(orderBy),
    identity: ['models', experimentIds, filter, datasets, orderBy],
    limit,
    maxLimit: MAX_LIMIT,
    pageToken,
  });
}

type Datasets = NonNullable<LoggedModelSearch['datasets']>;

function conditions(filter: readonly Condition[], datasets: Datasets): readonly Sql[] {
  const measured = datasets.length > 0 ? onDatasets(datasets) : undefined;
  const found = filter.map(condition => conditionSql(condition, measured));
  const hasMetric = filter.some(({ field }) => field.entity === 'metric');
  if (measured && !hasMetric) found.push(inModels(`logged_model_metric WHERE ${measured.text}`, measured.params));
  return found;
}

function onDatasets(datasets: Datasets): Sql {
  const tests = datasets.map(({ name, digest }) => ({
    text: digest === undefined ? 'dataset = ?' : '(dataset = ? AND digest = ?)',
    params: digest === undefined ? [name] : [name, digest],
  }));
  return { text: `(${tests.map(({ text }) => text).join(' OR ')})`, params: tests.flatMap(({ params }) => params) };
}

function conditionSql(condition: Condition, measured: Sql | undefined): Sql {
  const { field, comparator } = condition;
  if (field.entity === 'attribute') return compare(ATTRIBUTE_SQL[field.key] ?? 'NULL', condition);
  const test = compare('value', condition);
  if (field.entity !== 'metric')
    return inModels(`logged_model_${field.entity} WHERE key = ? AND ${test.text}`, [field.key, ...test.params]);
  // NaN is NULL: it differs from every number, and is neither less nor greater than any
  const value = comparator === '!=' ? 'value IS NOT ?' : test.text;
  const on = measured === undefined ? '' : ` AND ${measured.text}`;
  return inModels(`logged_model_metric WHERE key_id = ${METRIC_KEY} AND ${value}${on}`, [
    field.key,
    ...test.params,
    ...(measured?.params ?? []),
  ]);
}

const inModels = (from: string, params: readonly SqlValue[]): Sql => ({
  text: `m.id IN (SELECT model_id FROM ${from})`,
  params,
});

/** Missing values and NaN come last in both directions; ties: newest first, then by id. */
function sortColumns(orders: readonly ModelOrder[]): readonly SortColumn[] {
  const columns: SortColumn[] = [];
  const fields = new Set<string>();
  for (const order of orders) {
    const descending = order.ascending === false;
    const attribute = modelAttribute(order.field);
    if (attribute !== undefined) {
      fields.add(attribute.key);
      columns.push({ text: ATTRIBUTE_SQL[attribute.key] ?? 'NULL', params: [], descending });
      continue;
    }
    const value = latestMetric(order);
    columns.push({ text: `(${value.text} IS NULL)`, params: value.params, descending: false });
    columns.push({ ...value, descending });
  }
  if (!fields.has('creation_timestamp')) columns.push({ text: 'm.created_at', params: [], descending: true });
  columns.push({ text: 'm.uuid', params: [], descending: false });
  return columns;
}

function latestMetric({ field, dataset, datasetDigest }: ModelOrder): Sql {
  const [entity, key] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  if (!field.includes('.')) throw invalid(`Invalid order by field name: ${field}`);
  if (entity !== 'metrics' || key === '')
    throw invalid(`Invalid order by field name: ${field}. Only metrics are supported.`);
  const tests = [
    { text: 'model_id = m.id', params: [] },
    { text: `key_id = ${METRIC_KEY}`, params: [key] },
    ...(dataset === undefined ? [] : [{ text: 'dataset = ?', params: [dataset] }]),
    ...(datasetDigest === undefined ? [] : [{ text: 'digest = ?', params: [datasetDigest] }]),
  ];
  const where = joinAnd(tests);
  return {
    text: `(SELECT value FROM logged_model_metric WHERE ${where.text} ORDER BY time DESC, step DESC, run_id LIMIT 1)`,
    params: where.params,
  };
}

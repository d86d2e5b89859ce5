import type { Database } from '../store/database';
import { integer, text } from '../store/row';
import { invalid } from './failures';
import { parseFilter, parseOrder } from '../search/filterParser';
import type { Condition } from '../search/filterParser';
import { pageToken, readPageToken } from '../search/pageToken';
import { experimentDialect } from './runDialect';
import type { FoundRows } from './runSearch';
import { after, compare, joinAnd, orderBy } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';

export interface ExperimentSearch {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly lifecycle?: 'active' | 'deleted' | 'all';
  readonly limit?: number;
  readonly pageToken?: string;
}

const MAX_LIMIT = 50_000;
const SQL: Readonly<Record<string, string>> = {
  name: 'e.name',
  experiment_id: 'CAST(e.id AS TEXT)',
  creation_time: 'e.created_at',
  last_update_time: 'e.updated_at',
};

/** @throws ModelyardError `params.invalid`: filter, order, page token or limit */
export function searchExperiments(db: Database, search: ExperimentSearch): FoundRows {
  const limit = search.limit ?? 1_000;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`The number of experiments asked for must be between 1 and ${MAX_LIMIT}, not ${limit}.`);
  const lifecycle = search.lifecycle ?? 'active';
  const identity = ['experiments', search.filter ?? '', search.orderBy ?? [], lifecycle];
  const columns = sortColumns(search.orderBy ?? []);
  const where: Sql[] = [
    lifecycle === 'all' ? { text: '1', params: [] } : { text: 'e.lifecycle = ?', params: [lifecycle] },
    ...parseFilter(search.filter ?? '', experimentDialect).map(conditionSql),
  ];
  if (search.pageToken !== undefined)
    where.push(after(columns, readPageToken(identity, search.pageToken, columns.length)));
  const condition = joinAnd(where);
  const rows = db
    .prepare(
      `SELECT e.id, e.name, e.updated_at, ${columns.map(({ text: sql }, index) => `${sql} AS k${index}`).join(', ')}
       FROM experiment e WHERE ${condition.text} ORDER BY ${orderBy(columns)} LIMIT ?`,
    )
    .all([...condition.params, limit + 1]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const key =
    last && columns.map((column, index) => (column.isText ? text(last, `k${index}`) : integer(last, `k${index}`)));
  return {
    rows: rows.slice(0, limit).map(row => integer(row, 'id')),
    ...(key && { nextPageToken: pageToken(identity, key) }),
  };
}

function conditionSql(condition: Condition): Sql {
  const { field, comparator } = condition;
  checkValue(condition);
  if (field.entity === 'attribute') return compare(SQL[field.key] ?? 'NULL', condition);
  const isNull = comparator === 'IS NULL';
  const test = comparator === 'IS NOT NULL' || isNull ? { text: '1', params: [] } : compare('value', condition);
  return {
    text: `${isNull ? 'NOT ' : ''}EXISTS (SELECT 1 FROM experiment_tag WHERE experiment_id = e.id AND key = ? AND ${test.text})`,
    params: [field.key, ...test.params],
  };
}

/** Ids and times are whole numbers. */
function checkValue({ field, value }: Condition): void {
  if (field.key === 'experiment_id' && field.entity === 'attribute')
    for (const id of typeof value === 'object' ? value : [value])
      if (typeof id === 'string' && !/^\s*[+-]?\d+\s*$/.test(id))
        throw invalid(`Invalid experiment ID '${id.slice(0, 300)}'. Experiment ID must be a valid integer.`);
  if (field.entity === 'attribute' && typeof value === 'number' && !Number.isInteger(value))
    throw invalid(`Invalid value for numeric attribute '${field.key}': '${value}'`);
}

function sortColumns(orders: readonly string[]): readonly (SortColumn & { readonly isText: boolean })[] {
  const terms = parseOrder(orders, experimentDialect);
  const columns = terms.map(({ field, descending }) => ({
    text: field.key === 'experiment_id' ? 'e.id' : (SQL[field.key] ?? 'NULL'),
    isText: field.key === 'name',
    params: [],
    descending,
  }));
  // unless asked for another order the newest come first, and those of the same moment by id
  if (terms.length === 0) columns.push({ text: 'e.created_at', isText: false, params: [], descending: true });
  if (!terms.some(({ field }) => field.key === 'experiment_id'))
    columns.push({ text: 'e.id', isText: false, params: [], descending: terms.length > 0 });
  return columns;
}

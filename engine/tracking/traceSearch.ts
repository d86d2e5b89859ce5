import type { Database } from '../store/database';
import { integer } from '../store/row';
import { invalid } from './failures';
import { parseFilter, parseOrder } from './filterParser';
import type { Condition, SortTerm } from './filterParser';
import { keyOf, pageToken, readPageToken } from './pageToken';
import type { FoundRows } from './runSearch';
import { after, compare, joinAnd, orderBy } from './searchSql';
import type { SortColumn, Sql } from './searchSql';
import { traceAttributeSql, traceDialect } from './traceDialect';
import type { TraceSearch } from './traceRecords';

const MAX_LIMIT = 500;

/** @throws ModelyardError `params.invalid`: filter, order, page token or limit */
export function searchTraces(db: Database, search: TraceSearch): FoundRows {
  const limit = search.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`The number of traces asked for must be between 1 and ${MAX_LIMIT}, not ${limit}.`);
  const { experimentIds, filter = '', orderBy: orders = [] } = search;
  const identity = ['traces', experimentIds, filter, orders];
  const columns = sortColumns(parseOrder(orders, traceDialect));
  const where: Sql[] = [
    {
      text: 't.experiment_id IN (SELECT value FROM json_each(?))',
      params: [JSON.stringify(experimentIds.map(Number))],
    },
    ...parseFilter(filter, traceDialect).map(conditionSql),
  ];
  if (search.pageToken !== undefined)
    where.push(after(columns, readPageToken(identity, search.pageToken, columns.length)));
  const condition = joinAnd(where);
  const rows = db
    .prepare(
      `SELECT t.id, ${columns.map(({ text }, index) => `${text} AS k${index}`).join(', ')}
       FROM trace t WHERE ${condition.text} ORDER BY ${orderBy(columns)} LIMIT ?`,
    )
    .all([...condition.params, limit + 1]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(row => integer(row, 'id')),
    ...(last && { nextPageToken: pageToken(identity, keyOf(last, columns.length)) }),
  };
}

function conditionSql(condition: Condition): Sql {
  const { field, comparator } = condition;
  if (field.entity === 'attribute') return compare(traceAttributeSql(field.key), condition);
  const table = field.entity === 'tag' ? 'trace_tag' : 'trace_metadata';
  const isNull = comparator === 'IS NULL';
  const test = isNull || comparator === 'IS NOT NULL' ? { text: '1', params: [] } : compare('value', condition);
  return {
    text: `${isNull ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${table} WHERE trace_id = t.id AND key = ? AND ${test.text})`,
    params: [field.key, ...test.params],
  };
}

/** Missing values come last in both directions; ties: newest first, then by id. */
function sortColumns(terms: readonly SortTerm[]): readonly SortColumn[] {
  const columns: SortColumn[] = [];
  for (const { field, descending } of terms) {
    const text = traceAttributeSql(field.key);
    columns.push({ text: `(${text} IS NULL)`, params: [], descending: false }, { text, params: [], descending });
  }
  const has = (key: string): boolean => terms.some(({ field }) => field.key === key);
  if (!has('timestamp_ms')) columns.push({ text: 't.requested_at', params: [], descending: true });
  columns.push({ text: 't.uuid', params: [], descending: false });
  return columns;
}

import type { Database } from '../store/database';
import { parseFilter, parseOrder } from '../search/filterParser';
import type { Condition, Field, SortTerm } from '../search/filterParser';
import { keysetPage } from './keysetPage';
import type { FoundRows } from './runSearch';
import { compare } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';
import { traceAttributeSql, traceDialect } from './traceDialect';
import type { TraceSearch } from './traceRecords';

/** @throws ModelyardError `params.invalid`: filter, order, page token or limit */
export function searchTraces(db: Database, search: TraceSearch): FoundRows {
  const { experimentIds, filter = '', orderBy = [], limit = 100, pageToken } = search;
  const ids = JSON.stringify(experimentIds.map(Number));
  return keysetPage(db, {
    what: 'traces',
    from: 'trace t',
    where: [
      { text: 't.experiment_id IN (SELECT value FROM json_each(?))', params: [ids] },
      ...parseFilter(filter, traceDialect).map(conditionSql),
    ],
    columns: sortColumns(parseOrder(orderBy, traceDialect)),
    identity: ['traces', experimentIds, filter, orderBy],
    limit,
    maxLimit: 500,
    pageToken,
  });
}

const tableOf = (field: Field): string => (field.entity === 'tag' ? 'trace_tag' : 'trace_metadata');

function conditionSql(condition: Condition): Sql {
  const { field, comparator } = condition;
  if (field.entity === 'attribute') return compare(traceAttributeSql(field.key), condition);
  const isNull = comparator === 'IS NULL';
  const test = isNull || comparator === 'IS NOT NULL' ? { text: '1', params: [] } : compare('value', condition);
  return {
    text: `${isNull ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${tableOf(field)} WHERE trace_id = t.id AND key = ? AND ${test.text})`,
    params: [field.key, ...test.params],
  };
}

/** Missing values come last in both directions; ties: newest first, then by id. */
function sortColumns(terms: readonly SortTerm[]): readonly SortColumn[] {
  const columns: SortColumn[] = [];
  for (const { field, descending } of terms) {
    const value: Sql =
      field.entity === 'attribute'
        ? { text: traceAttributeSql(field.key), params: [] }
        : { text: `(SELECT value FROM ${tableOf(field)} WHERE trace_id = t.id AND key = ?)`, params: [field.key] };
    columns.push(
      { text: `(${value.text} IS NULL)`, params: value.params, descending: false },
      { ...value, descending },
    );
  }
  const has = (key: string): boolean => terms.some(({ field }) => field.key === key);
  if (!has('timestamp_ms')) columns.push({ text: 't.requested_at', params: [], descending: true });
  columns.push({ text: 't.uuid', params: [], descending: false });
  return columns;
}

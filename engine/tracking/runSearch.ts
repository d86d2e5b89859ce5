import type { Database, Row } from '../store/database';
import type { RunSearch } from '../protocol/tracking';
import { runId } from '../ids';
import type { RunIds, RunQuery } from '../protocol/runTable';
import { integer, text } from '../store/row';
import { invalid } from './failures';
import { parseOrder } from '../search/filterParser';
import type { SortTerm } from '../search/filterParser';
import { pageToken, readPageToken } from '../search/pageToken';
import type { KeyPart } from '../search/pageToken';
import { ATTRIBUTE_SQL, METRIC_KEY, runConditions } from './runConditions';
import { runDialect } from './runDialect';
import { after, joinAnd, orderBy } from '../search/searchSql';
import type { SortColumn, Sql } from '../search/searchSql';

export interface FoundRows {
  /** Row numbers, in order. */
  readonly rows: readonly number[];
  readonly nextPageToken?: string;
}

const MAX_LIMIT = 50_000;
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
  const order = sortColumns(parseOrder(search.orderBy ?? [], runDialect));
  const where: Sql[] = [runConditions(db, search)];
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

/** The runs from the first to the last. @throws ModelyardError `params.invalid`: filter, order or group */
export function orderedRunIds(db: Database, query: RunQuery, orderTexts: readonly string[]): RunIds {
  const order = sortColumns(parseOrder(orderTexts, runDialect));
  const where = runConditions(db, query);
  const ids = db
    .prepare(
      `SELECT run.uuid AS uuid FROM run ${order.joins.text} WHERE ${where.text}
       ORDER BY ${orderBy(order.columns)} LIMIT ${MAX_LIMIT + 1}`,
    )
    .all([...order.joins.params, ...where.params])
    .map(row => runId(text(row, 'uuid')));
  return { ids: ids.slice(0, MAX_LIMIT), more: ids.length > MAX_LIMIT };
}

/** Where a run stands in an order: read of the last one of a page only. */
function keyOf(db: Database, run: number, { columns, joins }: Order): readonly KeyPart[] {
  const row = db
    .prepare(
      `SELECT ${columns.map((column, index) => `${column.text} AS k${index}`).join(', ')} FROM run ${joins.text}
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

interface Order {
  readonly columns: readonly SortColumn[];
  readonly joins: Sql;
}

/** Missing values come last in both directions, NaN before them; ties: newest first, then by id. */
function sortColumns(terms: readonly SortTerm[]): Order {
  const columns: SortColumn[] = [];
  const joins: Sql[] = [];
  const add = (expression: string, descending: boolean): unknown =>
    columns.push({ text: expression, params: [], descending });
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
    joins: { text: joins.map(join => join.text).join(' '), params: joins.flatMap(one => one.params) },
  };
}

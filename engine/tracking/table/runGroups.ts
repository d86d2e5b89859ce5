import type { GroupMetric, GroupQuery, RunGroup, RunGroups } from '../../protocol/runTable';
import { keyOf, pageToken, readPageToken } from '../../search/pageToken';
import { after, orderBy } from '../../search/searchSql';
import type { SortColumn, Sql } from '../../search/searchSql';
import type { Database, Row } from '../../store/database';
import { integer, optionalText, real, text } from '../../store/row';
import { invalid } from '../failures';
import { METRIC_KEY, runConditions } from '../runConditions';
import { groupSql } from './groupField';

const MAX_LIMIT = 1_000;
const MAX_METRICS = 100;
const FINITE = 'BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308';
/** The group as a text that is never NULL, so that it can be joined and be a place in a list of pages. */
const NAMED = `CASE WHEN found.value IS NULL THEN '-' ELSE '=' || found.value END`;
/** `10` comes after `9`: values that are written as numbers are ordered as such, before all others. */
const NUMBER = `CASE WHEN value GLOB '*[0-9]*' AND NOT value GLOB '*[^0-9.eE+-]*' THEN CAST(value AS REAL) END`;

/**
 * Runs by what they have in common, a page of groups at a time, with count, mean, deviation and range of metrics.
 * @throws ModelyardError `params.invalid`: filter, group, limit, page token
 */
export function runGroups(db: Database, query: GroupQuery): RunGroups {
  const { limit = 100, metrics = [] } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`The number of groups asked for must be between 1 and ${MAX_LIMIT}, not ${limit}.`);
  if (metrics.length > MAX_METRICS)
    throw invalid(`At most ${MAX_METRICS} metrics can be summarised, not ${metrics.length}.`);
  const found = foundRuns(db, query);
  const { columns, metric } = sortOf(query);
  const { experimentIds, filter, lifecycle, within, by, sort, descending, pageToken: token } = query;
  const identity = [experimentIds, filter, lifecycle, within, by, sort, descending];
  const place =
    token === undefined ? { text: '1', params: [] } : after(columns, readPageToken(identity, token, columns.length));
  const sorted =
    metric === undefined ? '' : `LEFT JOIN latest_metric s ON s.run_id = found.id AND s.key_id = ${METRIC_KEY}`;
  const mean = metric === undefined ? 'NULL' : `avg(CASE WHEN s.value ${FINITE} THEN s.value END)`;
  const rows = db
    .prepare(
      `WITH found AS (${found.text}),
       groups AS (SELECT ${NAMED} AS g, found.value AS value, count(*) AS runs, max(started_at) AS newest, ${mean} AS mean
         FROM found ${sorted} GROUP BY found.value),
       keyed AS (SELECT g, value, runs, newest, count(*) OVER () AS total,
         ${columns.map((column, index) => `${column.from} AS k${index}`).join(', ')} FROM groups)
       SELECT * FROM keyed WHERE ${place.text} ORDER BY ${orderBy(columns)} LIMIT ?`,
    )
    .all([...found.params, ...(metric === undefined ? [] : [metric]), ...place.params, limit + 1]);
  const shown = rows.slice(0, limit);
  const summaries: Summaries = metrics.length === 0 ? new Map() : metricsOf(db, { found, metrics, groups: shown });
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    groups: shown.map(row => group(row, summaries.get(text(row, 'g')) ?? {})),
    total: shown[0] === undefined ? 0 : integer(shown[0], 'total'),
    ...(last && { nextPageToken: pageToken(identity, keyOf(last, columns.length)) }),
  };
}

function foundRuns(db: Database, query: GroupQuery): Sql {
  const by = groupSql(query.by);
  const where = runConditions(db, query);
  return {
    text: `SELECT run.id AS id, run.started_at AS started_at, ${by.text} AS value FROM run WHERE ${where.text}`,
    params: [...by.params, ...where.params],
  };
}

interface GroupSort {
  readonly columns: readonly (SortColumn & { readonly from: string })[];
  readonly metric?: string;
}

/** Groups without a value, or without the metric, come last in both directions. */
function sortOf({ sort = 'newest', descending = sort === 'newest' }: GroupQuery): GroupSort {
  const by: readonly (readonly [expression: string, descending: boolean])[] =
    typeof sort === 'object'
      ? [
          ['mean IS NULL', false],
          ['mean', descending],
        ]
      : sort === 'value'
        ? [
            ['value IS NULL', false],
            [`${NUMBER} IS NULL`, false],
            [NUMBER, descending],
            ['value', descending],
          ]
        : [[sort === 'runs' ? 'runs' : 'newest', descending]];
  return {
    columns: [...by, ['g', false] as const].map(([from, isDown], index) => ({
      from,
      text: `k${index}`,
      params: [],
      descending: isDown,
    })),
    ...(typeof sort === 'object' && { metric: sort.metric }),
  };
}

type Summaries = ReadonlyMap<string, Readonly<Record<string, GroupMetric>>>;

/**
 * In one pass. Sums of squares alone would lose the digits that matter: they are taken around the value of a run of the
 * group, which is as near to the mean as the others are.
 */
function metricsOf(
  db: Database,
  { found, metrics, groups }: { found: Sql; metrics: readonly string[]; groups: readonly Row[] },
): Summaries {
  const rows = db
    .prepare(
      `WITH found AS MATERIALIZED (${found.text}),
       member AS MATERIALIZED (SELECT id, min(id) OVER (PARTITION BY value) AS g
         FROM found WHERE ${NAMED} IN (SELECT value FROM json_each(?))),
       wanted AS (SELECT id FROM metric_key WHERE name IN (SELECT value FROM json_each(?))),
       typical AS MATERIALIZED (SELECT key_id, avg(value) AS value FROM latest_metric
         WHERE key_id IN wanted AND value ${FINITE} GROUP BY key_id),
       point AS (SELECT g, m.key_id AS key_id, m.value AS x,
           CASE WHEN first.value ${FINITE} THEN first.value ELSE ifnull(typical.value, 0.0) END AS base
         FROM member JOIN latest_metric m ON m.run_id = member.id
         LEFT JOIN latest_metric first ON first.run_id = g AND first.key_id = m.key_id
         LEFT JOIN typical ON typical.key_id = m.key_id
         WHERE m.key_id IN wanted AND m.value ${FINITE}),
       spread AS (SELECT g, key_id, count(*) AS n, base, sum(x - base) AS sum, sum((x - base) * (x - base)) AS squares,
           min(x) AS low, max(x) AS high
         FROM point GROUP BY g, key_id)
       SELECT ${NAMED} AS g, name, n, base, sum, squares, low, high
       FROM spread JOIN found ON found.id = g JOIN metric_key ON metric_key.id = key_id`,
    )
    .all([...found.params, JSON.stringify(groups.map(row => text(row, 'g'))), JSON.stringify(metrics)]);
  const summaries = new Map<string, Record<string, GroupMetric>>();
  for (const row of rows) {
    const of = summaries.get(text(row, 'g')) ?? {};
    of[text(row, 'name')] = groupMetric(row);
    summaries.set(text(row, 'g'), of);
  }
  return summaries;
}

function groupMetric(row: Row): GroupMetric {
  const [n, sum] = [integer(row, 'n'), real(row, 'sum')];
  const sd = n > 1 ? Math.sqrt(Math.max(0, real(row, 'squares') - (sum * sum) / n) / (n - 1)) : undefined;
  return {
    n,
    mean: real(row, 'base') + sum / n,
    ...(sd !== undefined && Number.isFinite(sd) && { sd }),
    min: real(row, 'low'),
    max: real(row, 'high'),
  };
}

const group = (row: Row, metrics: Readonly<Record<string, GroupMetric>>): RunGroup => ({
  value: optionalText(row, 'value') ?? null,
  runs: integer(row, 'runs'),
  newest: integer(row, 'newest'),
  metrics,
});

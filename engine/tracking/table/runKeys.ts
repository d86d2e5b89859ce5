import type { KeySummary, MetricSummary, RunKeys, RunQuery } from '../../protocol/runTable';
import type { Database, Row } from '../../store/database';
import { integer, optionalReal, text } from '../../store/row';
import { runConditions } from '../runConditions';

/** The metrics, params and tags of the runs, whether they tell the runs apart, and where metrics lie. */
export function runKeys(db: Database, query: RunQuery): RunKeys {
  const where = runConditions(db, query);
  const found = `(SELECT run.id FROM run WHERE ${where.text})`;
  const ask = (sql: string): readonly Row[] => db.prepare(sql).all([...where.params]);
  const runs = integer(ask(`SELECT count(*) AS n FROM run WHERE ${where.text}`)[0] ?? {}, 'n');
  // the plus keeps the indexes by key: they have the rows in the order of the groups, nothing is sorted
  const keys = (table: 'param' | 'tag'): readonly KeySummary[] =>
    ask(
      `SELECT key, count(*) AS runs, min(value) IS max(value) AS same FROM ${table} WHERE +run_id IN ${found}
       GROUP BY key ORDER BY key`,
    ).map(row => summary(row, runs));
  const metrics = ask(
    `SELECT name AS key, n AS runs, low IS high AND (low IS NULL OR nans = 0) AS same, low, high FROM (
       SELECT key_id, sum(n) AS n, min(low) AS low, max(high) AS high, sum(nans) AS nans FROM (
         SELECT key_id, count(*) AS n, min(value) AS low, max(value) AS high, sum(value IS NULL) AS nans
         FROM latest_metric WHERE +run_id IN ${found} GROUP BY experiment_id, key_id
       ) GROUP BY key_id
     ) JOIN metric_key ON metric_key.id = key_id ORDER BY name`,
  ).map((row): MetricSummary => {
    const [min, max] = [optionalReal(row, 'low'), optionalReal(row, 'high')];
    return { ...summary(row, runs), ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  });
  return { runs, metrics, params: keys('param'), tags: keys('tag') };
}

function summary(row: Row, all: number): KeySummary {
  const runs = integer(row, 'runs');
  return { key: text(row, 'key'), runs, constant: runs === all && integer(row, 'same') === 1 };
}

import type { Database, Row } from '../store/database';
import { integer, realOrNaN, text } from '../store/row';
import { experimentId, runId } from '../ids';
import type { RunId } from '../protocol/ids';
import { SEQ } from './lead';
import { int64 } from './records';
import { joinAnd } from '../search/searchSql';
import type { Sql } from '../search/searchSql';
import { METRIC_KEY, runConditions } from './runConditions';

/** Which points are meant. */
export interface PointsQuery {
  readonly experiment: string;
  readonly key: string;
  /** MLflow's search grammar. */
  readonly runs?: string;
  /** Runs within other runs as well. */
  readonly nested: boolean;
}

/** Points of each series, by its number, that are known. */
export interface PointsCursor {
  readonly seen: Readonly<Record<string, number>>;
  /** Series up to that number which are not among them were there before. */
  readonly before: number;
}

export interface NewPoint {
  readonly run: RunId;
  /** `r-42` */
  readonly number: number;
  readonly value: number;
  /** ms since 1970 */
  readonly time: number;
  /** Its place among those of its run and key, from 0. */
  readonly seq: number;
}

export interface NewPointsPage {
  /** In the order of their time. */
  readonly points: readonly NewPoint[];
  readonly cursor: PointsCursor;
}

interface SeriesRow {
  readonly id: number;
  readonly points: number;
  readonly sorted: boolean;
  readonly run: RunId;
  readonly number: number;
  readonly startedAt: number;
}

/** The runs that fit and began last; later points of others are not looked for. */
const mostRuns = 1000;
/** Points of one page; the others come with the next. */
const mostPoints = 50_000;

/** Finds what was measured since the last look, whoever logged it, by the numbers of points that each series had then. */
export class NewPoints {
  constructor(private readonly db: Database) {}

  /** Everything that there is counts as known. @throws ModelyardError `params.invalid`: the filter */
  begin(query: PointsQuery): PointsCursor {
    const last = this.db.prepare('SELECT ifnull(max(id), 0) AS id FROM series').get() ?? {};
    const seen = Object.fromEntries(this.series(query).map(({ id, points }) => [String(id), points]));
    return { seen, before: integer(last, 'id') };
  }

  /** @throws ModelyardError `params.invalid`: the filter */
  since(query: PointsQuery, cursor: PointsCursor): NewPointsPage {
    const series = this.series(query);
    const points: NewPoint[] = [];
    const seen = new Map<string, number>();
    let room = mostPoints;
    for (const one of series) {
      const known = cursor.seen[one.id] ?? (one.id <= cursor.before ? one.points : 0);
      const page = this.read(one, known, room);
      room -= page.length;
      points.push(...page);
      seen.set(String(one.id), known + page.length);
    }
    // A run that is no longer among the newest does not come back with points that were dealt with.
    const pushedOut = Object.keys(cursor.seen).filter(id => !seen.has(id) && series.length === mostRuns);
    return {
      points: points.toSorted((a, b) => a.time - b.time || a.number - b.number || a.seq - b.seq),
      cursor: { seen: Object.fromEntries(seen), before: Math.max(cursor.before, ...pushedOut.map(Number)) },
    };
  }

  /** The names of all metrics that active runs of the experiment have logged. */
  keys(experiment: string): readonly string[] {
    return this.db
      .prepare(
        `SELECT k.name AS name FROM metric_key k WHERE EXISTS (
           SELECT 1 FROM latest_metric l JOIN experiment e ON e.id = l.experiment_id WHERE e.name = ? AND l.key_id = k.id)
         ORDER BY k.name`,
      )
      .all([experiment])
      .map(row => text(row, 'name'));
  }

  private series({ experiment, key, runs = '', nested }: PointsQuery): readonly SeriesRow[] {
    const found = this.db.prepare('SELECT id FROM experiment WHERE name = ?').get([experiment]);
    const experimentIds = found === undefined ? [] : [experimentId(String(integer(found, 'id')))];
    const where: Sql[] = [runConditions(this.db, { experimentIds, filter: runs })];
    if (!nested)
      where.push({
        text: `NOT EXISTS (SELECT 1 FROM tag WHERE run_id = run.id AND key = 'mlflow.parentRunId')`,
        params: [],
      });
    const condition = joinAnd(where);
    return this.db
      .prepare(
        `SELECT s.id, s.points, s.sorted, run.uuid, run.id AS number, run.started_at FROM run
         JOIN series s ON s.run_id = run.id AND s.key_id = ${METRIC_KEY}
         WHERE ${condition.text} ORDER BY run.started_at DESC, run.id DESC LIMIT ${mostRuns}`,
      )
      .all([key, ...condition.params])
      .map(row => ({
        id: integer(row, 'id'),
        points: integer(row, 'points'),
        sorted: integer(row, 'sorted') === 1,
        run: runId(text(row, 'uuid')),
        number: integer(row, 'number'),
        startedAt: integer(row, 'started_at'),
      }))
      .reverse();
  }

  /** From one seq on, in the order in which they came. */
  private read(series: SeriesRow, from: number, most: number): readonly NewPoint[] {
    const limit = Math.min(series.points - from, most);
    if (limit <= 0) return [];
    const point = (row: Row): NewPoint => ({
      run: series.run,
      number: series.number,
      value: realOrNaN(row, 'value'),
      time: Number(int64(row, 'time')) + series.startedAt,
      seq: integer(row, 'seq'),
    });
    const columns = `SELECT time, value, ${SEQ} AS seq FROM point WHERE series_id = ?`;
    // Of a series in order the seq is the place in the table: its end is read, not all of it.
    if (series.sorted && limit === series.points - from)
      return this.db
        .prepare(`${columns} ORDER BY step DESC, lead DESC LIMIT ?`)
        .all([series.id, limit])
        .map(point)
        .reverse();
    return this.db.prepare(`${columns} AND ${SEQ} >= ? ORDER BY seq LIMIT ?`).all([series.id, from, limit]).map(point);
  }
}

import type { Database, Row } from '../store/database';
import { integer, realOrNaN, text } from '../store/row';
import type { MetricPoint, MetricSeries } from '../protocol/tracking';
import { pageToken, readPageToken } from '../search/pageToken';
import { byTime, exactPoint } from './points';
import { int64 } from './records';
import type { ExactPoint } from './records';
import { BUCKET_POINTS } from './rollup';
import type { RunRow } from './runStore';

export interface HistoryPage {
  readonly points: readonly ExactPoint[];
  readonly nextPageToken?: string;
}

interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly points: number;
}

/** Up to so many points a series is read whole; beyond, its roll-up still has more than 60 points. */
const READ_WHOLE = 65_536;

/** Reads what `MetricWriter` wrote. */
export class MetricReader {
  constructor(private readonly db: Database) {}

  /** All points of a metric, by time, step and value (NaN counts as 0), as MLflow orders them. */
  history(run: RunRow, key: string, page: { maxResults?: number; pageToken?: string }): HistoryPage {
    const [series] = this.list(run, [key]);
    const query = ['history', run.id, key];
    const after = page.pageToken === undefined ? undefined : readPageToken(query, page.pageToken, 5);
    if (series === undefined) return { points: [] };
    if (after === undefined && page.maxResults === undefined) return { points: this.allByTime(series, run.startedAt) };
    const limit = page.maxResults ?? -1;
    const rows = this.db
      .prepare(
        `SELECT step, lead, time, value, ifnull(value, 0.0) AS rank, value IS NULL AS nan FROM point
         WHERE series_id = ? ${after ? 'AND (time, step, ifnull(value, 0.0), value IS NULL, lead) > (?, ?, ?, ?, ?)' : ''}
         ORDER BY time, step, rank, nan, lead LIMIT ?`,
      )
      .all([series.id, ...(after ?? []), limit < 0 ? -1 : limit + 1]);
    const points = (limit < 0 ? rows : rows.slice(0, limit)).map(row => exactPoint(row, run.startedAt));
    const last = limit >= 0 && rows.length > limit ? rows[limit - 1] : undefined;
    if (last === undefined) return { points };
    const [time, step, rank] = [int64(last, 'time'), int64(last, 'step'), realOrNaN(last, 'rank')];
    return { points, nextPageToken: pageToken(query, [time, step, rank, integer(last, 'nan'), integer(last, 'lead')]) };
  }

  /** Curves by step, each with at most `maxPoints` points. */
  series(run: RunRow, keys: readonly string[] | undefined, maxPoints: number): readonly MetricSeries[] {
    return this.list(run, keys).map(series => {
      const facts = { key: series.key, total: series.points };
      if (series.points <= maxPoints)
        return { ...facts, sampled: false, points: this.byStep(series, run.startedAt).map(rounded) };
      const points =
        series.points <= READ_WHOLE
          ? neighbours(this.byStep(series, run.startedAt), Math.ceil(series.points / maxPoints))
          : this.rolledUp(series, maxPoints).map(row => bucketPoint(row, run.startedAt));
      return { ...facts, sampled: true, points };
    });
  }

  private list(run: RunRow, keys: readonly string[] | undefined): readonly SeriesRow[] {
    const rows = this.db
      .prepare(
        `SELECT s.id, k.name, s.points FROM series s JOIN metric_key k ON k.id = s.key_id
         WHERE s.run_id = ?1 AND (?2 IS NULL OR k.name IN (SELECT value FROM json_each(?2))) ORDER BY k.name`,
      )
      .all([run.row, keys === undefined ? null : JSON.stringify(keys)]);
    return rows.map(row => ({ id: integer(row, 'id'), key: text(row, 'name'), points: integer(row, 'points') }));
  }

  /** In the order of the table, which needs no sorting. */
  private byStep(series: SeriesRow, startedAt: number): readonly ExactPoint[] {
    const points: ExactPoint[] = [];
    const rows = this.db.prepare('SELECT step, time, value FROM point WHERE series_id = ? ORDER BY step, lead');
    for (const row of rows.iterate([series.id])) points.push(exactPoint(row, startedAt));
    return points;
  }

  /** Steps nearly always come in the order of time: then there is nothing to sort. */
  private allByTime(series: SeriesRow, startedAt: number): readonly ExactPoint[] {
    const points = this.byStep(series, startedAt);
    const isSorted = points.every((point, index) => index === 0 || byTime(points[index - 1] ?? point, point) <= 0);
    return isSorted ? points : points.toSorted(byTime);
  }

  private rolledUp(series: SeriesRow, maxPoints: number): readonly Row[] {
    const buckets = Math.ceil(series.points / BUCKET_POINTS);
    return this.db
      .prepare(
        `SELECT last_step AS step, last_time AS time, last AS value, min, max FROM (
           SELECT max(bucket) AS bucket, min(min) AS min, max(max) AS max FROM rollup WHERE series_id = ?1 GROUP BY bucket / ?2
         ) g JOIN (SELECT bucket AS at, last, last_step, last_time FROM rollup WHERE series_id = ?1) r ON r.at = g.bucket
         ORDER BY last_step, g.bucket`,
      )
      .all([series.id, Math.max(1, Math.ceil(buckets / maxPoints))]);
  }
}

const rounded = ({ value, step, time }: ExactPoint): MetricPoint => ({
  value,
  step: Number(step),
  time: Number(time),
});

const withExtent = (point: ExactPoint, min: number, max: number): MetricSeries['points'][number] =>
  Number.isNaN(min) ? rounded(point) : { ...rounded(point), min, max };

/** Groups of `size` neighbours by step, each as its last point with the least and greatest value. */
function neighbours(points: readonly ExactPoint[], size: number): MetricSeries['points'] {
  const result: MetricSeries['points'][number][] = [];
  for (let from = 0; from < points.length; from += size) {
    const end = Math.min(from + size, points.length);
    let min = Number.NaN;
    let max = Number.NaN;
    for (const { value } of points.slice(from, end)) {
      if (!(value >= min)) min = Number.isNaN(value) ? min : value;
      if (!(value <= max)) max = Number.isNaN(value) ? max : value;
    }
    const last = points[end - 1];
    if (last !== undefined) result.push(withExtent(last, min, max));
  }
  return result;
}

const bucketPoint = (row: Row, startedAt: number): MetricSeries['points'][number] =>
  withExtent(exactPoint(row, startedAt), realOrNaN(row, 'min'), realOrNaN(row, 'max'));

import type { Database, Row } from '../store/database';
import { bigInteger, integer, realOrNaN, text } from '../store/row';
import type { MetricSeries } from '../protocol/tracking';
import { pageToken, readPageToken } from './pageToken';
import { addExact, narrow } from './records';
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
    const after = page.pageToken === undefined ? undefined : readPageToken(query, page.pageToken, 4);
    if (series === undefined) return { points: [] };
    const limit = page.maxResults ?? -1;
    const rows = this.db
      .prepare(
        `SELECT step, seq, time, value, ifnull(value, 0.0) AS rank FROM point
         WHERE series_id = ? ${after ? 'AND (time, step, ifnull(value, 0.0), seq) > (?, ?, ?, ?)' : ''}
         ORDER BY time, step, rank, seq LIMIT ?`,
      )
      .all([series.id, ...(after ?? []), limit < 0 ? -1 : limit + 1]);
    const points = (limit < 0 ? rows : rows.slice(0, limit)).map(row => exactPoint(row, run.startedAt));
    const last = limit >= 0 && rows.length > limit ? rows[limit - 1] : undefined;
    if (last === undefined) return { points };
    const position = [
      narrow(bigInteger(last, 'time')),
      narrow(bigInteger(last, 'step')),
      realOrNaN(last, 'rank'),
      integer(last, 'seq'),
    ];
    return { points, nextPageToken: pageToken(query, position) };
  }

  /** Curves by step, each with at most `maxPoints` points. */
  series(run: RunRow, keys: readonly string[] | undefined, maxPoints: number): readonly MetricSeries[] {
    return this.list(run, keys).map(series => {
      if (series.points <= maxPoints) return this.whole(series, run.startedAt);
      const points = series.points <= READ_WHOLE ? this.sampled(series, maxPoints) : this.rolledUp(series, maxPoints);
      return {
        key: series.key,
        total: series.points,
        sampled: true,
        points: points.map(row => summaryPoint(row, run.startedAt)),
      };
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

  private whole(series: SeriesRow, startedAt: number): MetricSeries {
    const rows = this.db
      .prepare('SELECT step, time, value FROM point WHERE series_id = ? ORDER BY step, seq')
      .all([series.id]);
    return {
      key: series.key,
      total: series.points,
      sampled: false,
      points: rows.map(row => {
        const { value, step, time } = exactPoint(row, startedAt);
        return { value, step: Number(step), time: Number(time) };
      }),
    };
  }

  /** Groups of neighbours by step. The value is the group's last: the bare column that goes with max(rank). */
  private sampled(series: SeriesRow, maxPoints: number): readonly Row[] {
    const size = Math.ceil(series.points / maxPoints);
    return this.db
      .prepare(
        `WITH ordered AS (
           SELECT step, time, value, row_number() OVER (ORDER BY step, seq) - 1 AS rank FROM point WHERE series_id = ?1
         ), groups AS (
           SELECT rank / ?2 AS bin, min(value) AS min, max(value) AS max, max(rank) AS last FROM ordered GROUP BY rank / ?2
         )
         SELECT o.step, o.time, o.value, g.min, g.max FROM groups g JOIN ordered o ON o.rank = g.last ORDER BY g.bin`,
      )
      .all([series.id, size]);
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

const exactPoint = (row: Row, startedAt: number): ExactPoint => ({
  value: realOrNaN(row, 'value'),
  step: narrow(bigInteger(row, 'step')),
  time: addExact(narrow(bigInteger(row, 'time')), startedAt),
});

function summaryPoint(row: Row, startedAt: number): MetricSeries['points'][number] {
  const { value, step, time } = exactPoint(row, startedAt);
  const min = realOrNaN(row, 'min');
  const max = realOrNaN(row, 'max');
  const point = { value, step: Number(step), time: Number(time) };
  return Number.isNaN(min) ? point : { ...point, min, max };
}

import type { Database, SqlValue } from '../store/database';
import { integer, optionalInteger, realOrNaN } from '../store/row';
import { leadOf } from './lead';
import { byStep } from './points';
import { addExact, int64 } from './records';
import type { ExactPoint, Int64 } from './records';
import { addToBucket, bucketOf, emptyBucket } from './rollup';
import type { Bucket } from './rollup';
import type { RunRow } from './runStore';

/** A checked measurement. */
export interface LoggedPoint {
  readonly key: string;
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
}

interface Series {
  readonly id: number;
  readonly run: RunRow;
  readonly key: string;
  readonly keyId: number;
  /** Points so far; the seq of the next. */
  points: number;
  maxStep: Int64 | undefined;
  maxTime: Int64 | undefined;
  latest: LoggedPoint | undefined;
  bucket: Bucket;
  /** Whether the points came in the order of step, time and value. */
  sorted: boolean;
  /** The one that came last; its time counts from the start of the run. */
  last: ExactPoint | undefined;
}

/** 100 rows a statement is where SQLite stops gaining; the rest goes in powers of two, so that few texts are compiled. */
const SIZES = [100, 64, 32, 16, 8, 4, 2, 1];
const COLUMNS = 5;
/** Series whose state is kept in memory; others are read again when written to. */
const KEPT = 10_000;

const insertOf = (rows: number): string =>
  `INSERT INTO point (series_id, step, lead, time, value) VALUES ${Array(rows).fill('(?,?,?,?,?)').join(',')}`;
const INSERTS = new Map(SIZES.map(size => [size, insertOf(size)]));

const stored = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The latest point is the greatest by step, then time, then value, where NaN counts as 0. */
function isLater(a: LoggedPoint, b: LoggedPoint): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.time !== b.time) return a.time > b.time;
  return (Number.isNaN(a.value) ? 0 : a.value) > (Number.isNaN(b.value) ? 0 : b.value);
}

/** What is beyond the greatest step or the greatest time cannot be there yet: nearly always no query is needed. */
const isBeyond = ({ maxStep, maxTime }: Series, step: Int64, time: Int64): boolean =>
  maxStep === undefined || maxTime === undefined || step > maxStep || time > maxTime;

/**
 * Writes points, their roll-up and the latest values: `point`, `series`, `rollup`, `latest_metric`, `metric_key`.
 * All calls belong into a transaction that ends with `finish`; after a rollback `forget` must be called.
 */
export class MetricWriter {
  private readonly keys = new Map<string, number>();
  private readonly series = new Map<string, Series>();
  private readonly touched = new Set<Series>();
  private pending: SqlValue[] = [];
  /** The one written to last: points of one metric often come in a row. */
  private last: Series | undefined;

  constructor(private readonly db: Database) {}

  /** Adds a point. The same point (step, time, value) a second time changes nothing, as MLflow has it. */
  add(run: RunRow, point: LoggedPoint): boolean {
    const series = this.find(run, point.key);
    const { step, value } = point;
    const time = addExact(point.time, run.startedAt, -1);
    if (!isBeyond(series, step, time) && this.isStored(series, [step, time, stored(value)])) return false;
    const bucket = bucketOf(series.points);
    if (bucket !== series.bucket.index) {
      this.writeBucket(series);
      series.bucket = emptyBucket(bucket);
    }
    addToBucket(series.bucket, step, time, value);
    const added = { step, time, value };
    series.sorted &&= series.last === undefined || byStep(series.last, added) <= 0;
    series.last = added;
    this.pending.push(series.id, step, leadOf(step, series.points), time, stored(value));
    series.points++;
    if (series.maxStep === undefined || step > series.maxStep) series.maxStep = step;
    if (series.maxTime === undefined || time > series.maxTime) series.maxTime = time;
    if (series.latest === undefined || isLater(point, series.latest)) series.latest = point;
    this.touched.add(series);
    if (this.pending.length >= 100 * COLUMNS) this.flushPoints();
    return true;
  }

  /** Writes what is still in memory. */
  finish(): void {
    this.flushPoints();
    for (const series of this.touched) {
      this.writeBucket(series);
      this.db
        .prepare('UPDATE series SET points = ?, sorted = ? WHERE id = ?')
        .run([series.points, Number(series.sorted), series.id]);
      if (series.latest !== undefined) this.writeLatest(series, series.latest);
    }
    this.touched.clear();
    if (this.series.size > KEPT) {
      this.series.clear();
      this.last = undefined;
    }
  }

  forget(): void {
    this.keys.clear();
    this.series.clear();
    this.last = undefined;
    this.touched.clear();
    this.pending = [];
  }

  private isStored(series: Series, [step, time, value]: readonly [Int64, Int64, number | null]): boolean {
    for (let at = 0; at < this.pending.length; at += COLUMNS)
      if (
        this.pending[at] === series.id &&
        this.pending[at + 1] === step &&
        this.pending[at + 3] === time &&
        this.pending[at + 4] === value
      )
        return true;
    return (
      this.db
        .prepare('SELECT 1 FROM point WHERE series_id = ? AND step = ? AND time = ? AND value IS ? LIMIT 1')
        .get([series.id, step, time, value]) !== undefined
    );
  }

  private flushPoints(): void {
    let from = 0;
    for (const size of SIZES) {
      const sql = INSERTS.get(size) ?? insertOf(size);
      for (; this.pending.length - from >= size * COLUMNS; from += size * COLUMNS)
        this.db
          .prepare(sql)
          .run(
            from === 0 && size * COLUMNS === this.pending.length
              ? this.pending
              : this.pending.slice(from, from + size * COLUMNS),
          );
    }
    this.pending = [];
  }

  private writeBucket(series: Series): void {
    const bucket = series.bucket;
    if (bucket.n === 0) return;
    this.db
      .prepare(
        `INSERT INTO rollup (series_id, bucket, n, nans, min, max, sum, last, first_step, last_step, last_time)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET n = excluded.n, nans = excluded.nans, min = excluded.min, max = excluded.max,
           sum = excluded.sum, last = excluded.last, last_step = excluded.last_step, last_time = excluded.last_time`,
      )
      .run([
        series.id,
        bucket.index,
        bucket.n,
        bucket.nans,
        stored(bucket.min),
        stored(bucket.max),
        stored(bucket.sum),
        stored(bucket.last),
        bucket.firstStep,
        bucket.lastStep,
        bucket.lastTime,
      ]);
  }

  private writeLatest(series: Series, latest: LoggedPoint): void {
    this.db
      .prepare(
        `INSERT INTO latest_metric (run_id, key_id, experiment_id, step, time, value) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET step = excluded.step, time = excluded.time, value = excluded.value`,
      )
      .run([
        series.run.row,
        series.keyId,
        Number(series.run.experimentId),
        latest.step,
        addExact(latest.time, series.run.startedAt, -1),
        stored(latest.value),
      ]);
  }

  private keyId(key: string): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const row =
      this.db.prepare('SELECT id FROM metric_key WHERE name = ?').get([key]) ??
      this.db.prepare('INSERT INTO metric_key (name) VALUES (?) RETURNING id').all([key])[0];
    const id = integer(row ?? {}, 'id');
    this.keys.set(key, id);
    return id;
  }

  private find(run: RunRow, key: string): Series {
    const last = this.last;
    if (last?.run.row === run.row && last.key === key) return last;
    const name = `${run.row}/${key}`;
    let series = this.series.get(name);
    if (series === undefined) {
      series = this.load(run, key);
      this.series.set(name, series);
    }
    this.last = series;
    return series;
  }

  private load(run: RunRow, key: string): Series {
    const keyId = this.keyId(key);
    const row = this.db
      .prepare('SELECT id, points, sorted FROM series WHERE run_id = ? AND key_id = ?')
      .get([run.row, keyId]);
    const none = { maxStep: undefined, maxTime: undefined, latest: undefined, last: undefined };
    const fresh = { run, key, keyId, points: 0, sorted: true, ...none };
    if (row === undefined) {
      const made = this.db
        .prepare('INSERT INTO series (run_id, key_id, sorted) VALUES (?, ?, 1) RETURNING id')
        .all([run.row, keyId])[0];
      return { ...fresh, id: integer(made ?? {}, 'id'), bucket: emptyBucket(0) };
    }
    const id = integer(row, 'id');
    const points = integer(row, 'points');
    const extent = this.db
      .prepare('SELECT max(step) AS step, max(time) AS time FROM point WHERE series_id = ?')
      .get([id]);
    const latest = this.db
      .prepare('SELECT step, time, value FROM latest_metric WHERE run_id = ? AND key_id = ?')
      .get([run.row, keyId]);
    const bucket = this.loadBucket(id, bucketOf(Math.max(0, points - 1)));
    return {
      ...fresh,
      id,
      points,
      sorted: integer(row, 'sorted') === 1,
      ...(bucket.n > 0 && { last: { step: bucket.lastStep, time: bucket.lastTime, value: bucket.last } }),
      ...(extent?.['step'] != null && {
        maxStep: int64(extent, 'step'),
        maxTime: int64(extent, 'time'),
      }),
      ...(latest !== undefined && {
        latest: {
          key,
          step: int64(latest, 'step'),
          time: addExact(int64(latest, 'time'), run.startedAt),
          value: realOrNaN(latest, 'value'),
        },
      }),
      bucket,
    };
  }

  private loadBucket(series: number, index: number): Bucket {
    const row = this.db.prepare('SELECT * FROM rollup WHERE series_id = ? AND bucket = ?').get([series, index]);
    if (row === undefined) return emptyBucket(index);
    return {
      index,
      n: integer(row, 'n'),
      nans: optionalInteger(row, 'nans') ?? 0,
      min: realOrNaN(row, 'min'),
      max: realOrNaN(row, 'max'),
      sum: realOrNaN(row, 'sum'),
      last: realOrNaN(row, 'last'),
      firstStep: int64(row, 'first_step'),
      lastStep: int64(row, 'last_step'),
      lastTime: int64(row, 'last_time'),
    };
  }
}

import type { Database, Row } from '../store/database';
import { integer } from '../store/row';
import { leadOf, SEQ } from './lead';
import { byStep, exactPoint } from './points';
import { addExact, int64 } from './records';
import type { ExactPoint, Int64 } from './records';
import { BUCKET_POINTS, bucketOf } from './rollup';
import type { RunRow } from './runStore';

export interface SampleRange {
  readonly maxPoints: number;
  /** The first and the last step that count. */
  readonly steps?: readonly [Int64, Int64];
}

interface Series {
  readonly id: number;
  readonly startedAt: number;
}

/** Where a point stands in the order of the table. */
interface Place {
  readonly step: Int64;
  readonly seq: number;
}

/** A series that is not in order is read whole up to so many points, and sorted by step alone beyond. */
const READ_WHOLE = 65_536;
/** Up to so many points for each one asked for, reading all of them is cheaper than finding those. */
const READ_ALL_FACTOR = 4;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Picks as many points as a chart can show, evenly spread over all of them, as MLflow does: the first of each of
 * `maxPoints` parts, in the order of step, time and value, and the very last one. What is read is what is shown, not
 * the millions in between.
 */
export class MetricSamples {
  constructor(private readonly db: Database) {}

  of(run: RunRow, key: string, { maxPoints, steps = [INT64_MIN, INT64_MAX] }: SampleRange): readonly ExactPoint[] {
    const row = this.db
      .prepare(
        `SELECT s.id, s.sorted FROM series s JOIN metric_key k ON k.id = s.key_id WHERE s.run_id = ? AND k.name = ?`,
      )
      .get([run.row, key]);
    if (row === undefined) return [];
    const series = { id: integer(row, 'id'), startedAt: run.startedAt };
    const first = this.end(series, steps, 'ASC');
    const last = this.end(series, steps, 'DESC');
    if (first === undefined || last === undefined) return [];
    const points =
      integer(row, 'sorted') === 1
        ? this.ofSorted(series, { first, last, maxPoints })
        : this.ofUnsorted(series, { first, last, maxPoints });
    return points.toSorted(byStep);
  }

  /** The place of a point is its seq. */
  private ofSorted(
    series: Series,
    { first, last, maxPoints }: { first: Place; last: Place; maxPoints: number },
  ): readonly ExactPoint[] {
    const count = last.seq - first.seq + 1;
    const indices = sampleIndices(count, maxPoints);
    if (count <= maxPoints * READ_ALL_FACTOR) {
      const all = this.between(series, first, last);
      return indices.map(index => all[index]).filter(point => point !== undefined);
    }
    return this.bySeq(
      series,
      { first, last },
      indices.map(index => first.seq + index),
    );
  }

  private ofUnsorted(
    series: Series,
    { first, last, maxPoints }: { first: Place; last: Place; maxPoints: number },
  ): readonly ExactPoint[] {
    const count = integer(
      this.db
        .prepare('SELECT count(*) AS n FROM point WHERE series_id = ? AND step BETWEEN ? AND ?')
        .get([series.id, first.step, last.step]) ?? {},
      'n',
    );
    const indices = sampleIndices(count, maxPoints);
    if (count <= READ_WHOLE) {
      const all = this.between(series, first, last).toSorted(byStep);
      return indices.map(index => all[index]).filter(point => point !== undefined);
    }
    const points: ExactPoint[] = [];
    let place = first;
    let at = 0;
    for (const index of indices) {
      const row = this.skip(series, place, index - at);
      if (row === undefined) break;
      points.push(exactPoint(row, series.startedAt));
      place = { step: int64(row, 'step'), seq: integer(row, 'seq') };
      at = index;
    }
    return points;
  }

  /**
   * Steps nearly always grow evenly: then the step that belongs to a seq is known, and all points are found in one go.
   * The others are counted off within the 1,024 that their seq is among.
   */
  private bySeq(
    series: Series,
    { first, last }: { first: Place; last: Place },
    seqs: readonly number[],
  ): readonly ExactPoint[] {
    const found = new Map<number, ExactPoint>();
    const pace = evenPace(first, last);
    if (pace !== undefined)
      for (const row of this.db
        .prepare(
          `SELECT j.value AS seq, step, time, p.value FROM json_each(?) j CROSS JOIN point p ON series_id = ?
           AND step = CAST(? AS INTEGER) + (j.value - CAST(? AS INTEGER)) * CAST(? AS INTEGER) AND ${SEQ} = j.value`,
        )
        .all([JSON.stringify(seqs), series.id, first.step, first.seq, pace]))
        found.set(integer(row, 'seq'), exactPoint(row, series.startedAt));
    const missing = seqs.filter(seq => !found.has(seq));
    const steps = this.firstSteps(series, missing);
    for (const seq of missing) {
      const bucket = bucketOf(seq);
      const step = steps.get(bucket);
      const row =
        step === undefined
          ? undefined
          : this.skip(series, { step, seq: bucket * BUCKET_POINTS }, seq - bucket * BUCKET_POINTS);
      if (row !== undefined) found.set(seq, exactPoint(row, series.startedAt));
    }
    return [...found.values()];
  }

  private firstSteps(series: Series, seqs: readonly number[]): ReadonlyMap<number, Int64> {
    if (seqs.length === 0) return new Map();
    const rows = this.db
      .prepare(
        `SELECT bucket, first_step FROM rollup WHERE series_id = ? AND bucket IN (SELECT value FROM json_each(?))`,
      )
      .all([series.id, JSON.stringify([...new Set(seqs.map(bucketOf))])]);
    return new Map(rows.map(row => [integer(row, 'bucket'), int64(row, 'first_step')]));
  }

  private end(series: Series, [from, to]: readonly [Int64, Int64], order: 'ASC' | 'DESC'): Place | undefined {
    const row = this.db
      .prepare(
        `SELECT step, ${SEQ} AS seq FROM point WHERE series_id = ? AND step BETWEEN ? AND ? ORDER BY step ${order}, lead ${order} LIMIT 1`,
      )
      .get([series.id, from, to]);
    return row && { step: int64(row, 'step'), seq: integer(row, 'seq') };
  }

  /** The point so many behind another in the order of the table. */
  private skip(series: Series, { step, seq }: Place, count: number): Row | undefined {
    return this.db
      .prepare(
        `SELECT step, ${SEQ} AS seq, time, value FROM point WHERE series_id = ? AND (step, lead) >= (?, ?)
         ORDER BY step, lead LIMIT 1 OFFSET ?`,
      )
      .get([series.id, step, leadOf(step, seq), count]);
  }

  private between(series: Series, first: Place, last: Place): readonly ExactPoint[] {
    return this.db
      .prepare('SELECT step, time, value FROM point WHERE series_id = ? AND step BETWEEN ? AND ? ORDER BY step, lead')
      .all([series.id, first.step, last.step])
      .map(row => exactPoint(row, series.startedAt));
  }
}

/** Steps from one point to the next, when it is the same whole number from the first to the last. */
function evenPace(first: Place, last: Place): number | undefined {
  const distance = addExact(last.step, first.step, -1);
  if (typeof distance !== 'number' || typeof first.step !== 'number') return undefined;
  const pace = distance / (last.seq - first.seq);
  return Number.isSafeInteger(pace) ? pace : undefined;
}

/**
 * Of `count` things, `wanted` (or all) that are evenly spread: the first of each of `wanted` parts whose sizes differ
 * by one at most, the larger ones first; and the last thing in place of the last of them.
 */
export function sampleIndices(count: number, wanted: number): readonly number[] {
  if (count <= wanted) return Array.from({ length: count }, (_, index) => index);
  const size = Math.floor(count / wanted);
  const larger = count % wanted;
  return Array.from({ length: wanted }, (_, part) =>
    part === wanted - 1 ? count - 1 : part * size + Math.min(part, larger),
  );
}

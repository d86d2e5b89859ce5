import { setImmediate } from 'node:timers/promises';
import type { CurveKey, CurvesQuery, CurveX, RunCurve, RunCurves } from '../../protocol/curves';
import type { Database, Row, SqlValue } from '../../store/database';
import { integer, real, realOrNaN, text } from '../../store/row';
import { SEQ } from '../lead';
import { int64 } from '../records';
import { BUCKET_POINTS } from '../rollup';
import type { RunRow } from '../runStore';
import { CurveBuckets, exactColumns, ODD_PLACES } from './curveBuckets';
import type { CurveColumns, Extent, XValue } from './curveBuckets';

/** Up to so many points of a run are read; of more, the roll-up has at least 48 parts within what is looked at. */
const READ_WHOLE = 49_152;
/** Up to so many points of all runs are read, whatever one of them has; beyond the other number no long run is. */
const FEW = 131_072;
const MANY = 524_288;
/** All numbers but the infinities. */
const FINITE = 'value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308';
const DEFAULT_BUCKETS = 400;

interface Series {
  readonly id: number;
  readonly points: number;
  /** By step and time: the place of a point is its seq. */
  readonly sorted: boolean;
  readonly run: RunRow;
}

/** 1,024 points. Times count from the start of the run. */
interface Part {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly row: Row;
}

/** How a series is read: from those parts, or all of the points in them. */
interface Reading {
  readonly parts: readonly Part[] | undefined;
  readonly isWhole: boolean;
}

interface Selection {
  readonly where: string;
  readonly values: readonly SqlValue[];
}

interface View {
  readonly x: CurveX;
  readonly extent: Extent;
  readonly buckets: number;
}

/** Reads one metric of many runs, down-sampled to what a chart can show. */
export class CurveReader {
  constructor(private readonly db: Database) {}

  /** The metrics of these runs, by name. */
  keys(runs: readonly RunRow[]): readonly CurveKey[] {
    return this.db
      .prepare(
        `SELECT k.name, count(*) AS runs, max(s.points) AS points FROM series s JOIN metric_key k ON k.id = s.key_id
         WHERE s.run_id IN (SELECT value FROM json_each(?)) GROUP BY k.name ORDER BY k.name`,
      )
      .all([JSON.stringify(runs.map(({ row }) => row))])
      .map(row => ({ key: text(row, 'name'), runs: integer(row, 'runs'), points: integer(row, 'points') }));
  }

  /** Lets others have the engine's thread between two runs. */
  async curves(runs: readonly RunRow[], query: Omit<CurvesQuery, 'runIds'>, signal: AbortSignal): Promise<RunCurves> {
    const { key, x = 'step', buckets = DEFAULT_BUCKETS } = query;
    const list = runs.flatMap(run => this.seriesOf(run, key) ?? []);
    const whole = union(list.map(series => this.extentOf(series, x)));
    if (whole === undefined) return { key, x, extent: null, curves: [] };
    const view = { x, extent: { from: query.from ?? whole.from, to: query.to ?? whole.to }, buckets };
    const parts = list.map(series => (series.points <= READ_WHOLE ? undefined : this.partsWithin(series, view)));
    const sizes = list.map(({ points }, at) => (parts[at]?.length ?? points / BUCKET_POINTS) * BUCKET_POINTS);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const most = total <= FEW ? Infinity : total <= MANY ? READ_WHOLE : 0;
    const curves: RunCurve[] = [];
    for (const [at, series] of list.entries()) {
      signal.throwIfAborted();
      const isWhole = parts[at] === undefined || (series.sorted && (sizes[at] ?? 0) <= most);
      curves.push(this.curve(series, view, { parts: parts[at], isWhole }));
      await setImmediate();
    }
    return { key, x, extent: [whole.from, whole.to], curves };
  }

  private seriesOf(run: RunRow, key: string): Series | undefined {
    const row = this.db
      .prepare(
        'SELECT s.id, s.points, s.sorted FROM series s JOIN metric_key k ON k.id = s.key_id WHERE s.run_id = ? AND k.name = ?',
      )
      .get([run.row, key]);
    if (row === undefined || integer(row, 'points') === 0) return undefined;
    return { id: integer(row, 'id'), points: integer(row, 'points'), sorted: integer(row, 'sorted') === 1, run };
  }

  /** Times of a long series are those of its first point and of the parts of its roll-up: their order is that of arrival. */
  private extentOf({ id, points, run }: Series, x: CurveX): Extent {
    const by = (sql: string): Row => this.db.prepare(sql).get([id]) ?? {};
    const first = by('SELECT step, time FROM point WHERE series_id = ? ORDER BY step, lead LIMIT 1');
    if (x === 'step') {
      const last = by('SELECT step FROM point WHERE series_id = ? ORDER BY step DESC, lead DESC LIMIT 1');
      return { from: Number(int64(first, 'step')), to: Number(int64(last, 'step')) };
    }
    const offset = x === 'time' ? run.startedAt : 0;
    const ends =
      points <= READ_WHOLE
        ? by('SELECT min(time) AS first, max(time) AS last FROM point WHERE series_id = ?')
        : {
            first: first['time'] ?? 0,
            last: by('SELECT max(last_time) AS last FROM rollup WHERE series_id = ?')['last'] ?? 0,
          };
    return { from: Number(int64(ends, 'first')) + offset, to: Number(int64(ends, 'last')) + offset };
  }

  private curve(series: Series, view: View, { parts, isWhole }: Reading): RunCurve {
    const facts = { runId: series.run.id, total: series.points };
    if (parts !== undefined && !isWhole) {
      const buckets = new CurveBuckets(view.extent, view.buckets);
      for (const part of parts) this.addPart(series, part, { buckets, view });
      return { ...facts, sampled: true, ...buckets.columns() };
    }
    const grouped = this.grouped(series, parts, view);
    if (grouped.inRange > view.buckets) return { ...facts, sampled: true, ...grouped };
    return { ...facts, sampled: false, ...exactColumns(this.points(series, parts, view)) };
  }

  /** The parts of the roll-up that reach into what is looked at. */
  private partsWithin({ id, run }: Series, { x, extent }: View): readonly Part[] {
    const rows = this.db
      .prepare(
        `SELECT bucket, n, nans, min, max, sum, last, first_step, last_step, last_time,
           lag(last_time) OVER (ORDER BY bucket) AS before FROM rollup WHERE series_id = ? ORDER BY bucket`,
      )
      .all([id]);
    const offset = x === 'time' ? run.startedAt : 0;
    return rows
      .map(row => {
        const index = integer(row, 'bucket');
        if (x === 'step')
          return { index, row, from: Number(int64(row, 'first_step')), to: Number(int64(row, 'last_step')) };
        const to = Number(int64(row, 'last_time')) + offset;
        return { index, row, from: row['before'] == null ? offset : Number(int64(row, 'before')) + offset, to };
      })
      .filter(({ from, to }) => Math.max(from, to) >= extent.from && Math.min(from, to) <= extent.to);
  }

  private addPart(
    series: Series,
    part: Part,
    { buckets, view }: { readonly buckets: CurveBuckets; readonly view: View },
  ): void {
    const { row, from, to } = part;
    const middle = (from + to) / 2;
    if (middle < view.extent.from || middle > view.extent.to) return;
    const nans = integer(row, 'nans');
    const n = integer(row, 'n') - nans;
    const [min, max, sum] = [realOrNaN(row, 'min'), realOrNaN(row, 'max'), realOrNaN(row, 'sum')];
    if (n === 0 || Number.isFinite(sum)) buckets.addSummary(middle, { n, nans, min, max, mean: sum / n });
    // an infinity hides the others: these few are read
    else for (const { x, value } of this.points(series, [part], view)) buckets.add(x, value);
  }

  /** Parts of equal width, made in SQL. */
  private grouped(series: Series, parts: readonly Part[] | undefined, view: View): CurveColumns {
    const { extent, x, buckets } = view;
    const found = this.select(series, parts, view);
    if (found === undefined) return exactColumns([]);
    const width = extent.to - extent.from;
    const column = x === 'step' ? 'step' : `time + ${x === 'time' ? series.run.startedAt : 0}`;
    const rows = this.db
      .prepare(
        `SELECT max(0, min(?, CAST((x - ?) * ? AS INTEGER))) AS at, count(*) AS n, avg(x) AS x, min(value) AS min,
           max(value) AS max, avg(value) AS mean
         FROM (SELECT ${column} AS x, value FROM point WHERE ${found.where} AND ${FINITE}) WHERE x BETWEEN ? AND ?
         GROUP BY at ORDER BY at`,
      )
      .all([buckets - 1, extent.from, width > 0 ? buckets / width : 0, ...found.values, extent.from, extent.to]);
    const isPlain = parts?.every(({ row }) => integer(row, 'nans') === 0 && Number.isFinite(realOrNaN(row, 'sum')));
    const odd =
      isPlain === true
        ? []
        : this.db
            .prepare(
              `SELECT count(*) OVER () AS n, x FROM (SELECT ${column} AS x, value FROM point WHERE ${found.where})
         WHERE x BETWEEN ? AND ? AND (value IS NULL OR NOT ${FINITE}) ORDER BY x LIMIT ${ODD_PLACES}`,
            )
            .all([...found.values, extent.from, extent.to]);
    const n = rows.map(row => integer(row, 'n'));
    const notNumbers = odd[0] === undefined ? 0 : integer(odd[0], 'n');
    return {
      inRange: n.reduce((sum, count) => sum + count, notNumbers),
      notNumbers,
      notNumbersAt: [...new Set(odd.map(row => real(row, 'x')))],
      x: rows.map(row => real(row, 'x')),
      n,
      min: rows.map(row => real(row, 'min')),
      max: rows.map(row => real(row, 'max')),
      mean: rows.map(row => real(row, 'mean')),
    };
  }

  /** The points themselves, by step and arrival. */
  private points(series: Series, parts: readonly Part[] | undefined, view: View): readonly XValue[] {
    const { x, extent } = view;
    const found = this.select(series, parts, view);
    if (found === undefined) return [];
    const offset = x === 'time' ? series.run.startedAt : 0;
    return this.db
      .prepare(`SELECT step, time, value FROM point WHERE ${found.where} ORDER BY step, lead`)
      .all(found.values)
      .map(row => ({
        x: x === 'step' ? Number(int64(row, 'step')) : Number(int64(row, 'time')) + offset,
        value: realOrNaN(row, 'value'),
      }))
      .filter(point => point.x >= extent.from && point.x <= extent.to);
  }

  /** Which rows may be within what is looked at; undefined: none. */
  private select(series: Series, parts: readonly Part[] | undefined, { x, extent }: View): Selection | undefined {
    const [first, last] = [parts?.[0], parts?.at(-1)];
    if (parts !== undefined && (first === undefined || last === undefined)) return undefined;
    const between: [string, SqlValue, SqlValue][] = [];
    if (x === 'step') between.push(['step', extent.from, extent.to]);
    if (first !== undefined && last !== undefined) {
      between.push([SEQ, first.index * BUCKET_POINTS, (last.index + 1) * BUCKET_POINTS - 1]);
      if (series.sorted) between.push(['step', int64(first.row, 'first_step'), int64(last.row, 'last_step')]);
    }
    return {
      where: ['series_id = ?', ...between.map(([column]) => `${column} BETWEEN ? AND ?`)].join(' AND '),
      values: [series.id, ...between.flatMap(([, from, to]) => [from, to])],
    };
  }
}

function union(extents: readonly Extent[]): Extent | undefined {
  if (extents.length === 0) return undefined;
  return {
    from: extents.reduce((least, { from }) => Math.min(least, from), Infinity),
    to: extents.reduce((most, { to }) => Math.max(most, to), -Infinity),
  };
}

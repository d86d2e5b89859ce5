/** Tracking: what a point costs to log and to keep, and how fast long histories, curves and searches are (ms: of CPU). */
import { fsyncSync, mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createMlflowHandler } from '../../engine/mlflow/handler';
import type { RunId } from '../../engine/protocol/ids';
import { type Store, openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';

type Report = (line: string) => void;

const wasmDir = path.resolve('node_modules/sql.js/dist');
const POINTS = 1_000_000;
const RUNS = 10_000;

export async function bench(report: Report): Promise<void> {
  await withTracking(async (store, tracking) => logging(store, tracking, report));
  await withTracking(async (store, tracking) => writers(store, tracking, report));
  await withTracking(async (_store, tracking) => curves(tracking, report));
  await withTracking(async (_store, tracking) => searching(tracking, report));
}

async function logging(store: Store, tracking: TrackingService, report: Report): Promise<void> {
  const id = newRun(tracking);
  const before = statSync(store.path).size;
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let from = 0; from < POINTS; from += 10_000) {
    const points = Array.from({ length: 10_000 }, (_, index) => {
      const step = from + index;
      return { key: 'loss', value: Math.sin(step / 9_000) + Math.random(), step, time: 1_700_000_000_000 + step * 10 };
    });
    await tracking.logMetrics(id, points);
  }
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  const bytes = (statSync(store.path).size - before) / POINTS;
  const bare = bareInserts(store);
  report(`tracking: log ${count(POINTS)} points of one metric, 10,000 a call, acknowledged on the disk`);
  report(`  ${count(POINTS / cpuSeconds)} points per CPU second, ${count((POINTS / wall) * 1000)} per second`);
  report(
    `  bare inserts of the same rows: ${count(bare)} per CPU second, ratio ${(POINTS / cpuSeconds / bare).toFixed(2)}`,
  );
  report(`  ${bytes.toFixed(1)} bytes a point in the file (points, roll-up, latest value)`);
  reading(tracking, id, report);
  const short = newRun(tracking);
  const points = Array.from({ length: 100_000 }, (_, step) => ({
    key: 'm',
    value: step / 7,
    step,
    time: 1_700_000_000_000 + step,
  }));
  await tracking.logMetrics(short, points);
  report(
    `  history of 100,000 points: ${ms(() => tracking.history(short, 'm'))} ms whole,` +
      ` ${ms(() => tracking.history(short, 'm', { maxResults: 25_000 }))} ms a page of 25,000`,
  );
  report(`  curve of 100,000 points in 1,000: ${ms(() => tracking.series(short, ['m'], 1_000))} ms`);
}

function reading(tracking: TrackingService, id: RunId, report: Report): void {
  const whole = ms(() => tracking.history(id, 'loss'), 1);
  const curve = ms(() => tracking.series(id, ['loss'], 1_000));
  report(
    `  curve of ${count(POINTS)} points in 1,000: ${curve} ms; all its points: ${whole} ms, ratio ${(Number(whole) / Number(curve)).toFixed(0)}`,
  );
}

/** Points a CPU second into the same table without anything around it: the limit. */
function bareInserts(store: Store): number {
  const rows = 100;
  const insert = store.db.prepare(
    `INSERT INTO point (series_id, step, lead, time, value) VALUES ${Array(rows).fill('(?,?,?,?,?)').join(',')}`,
  );
  const cpu = process.cpuUsage();
  for (let from = 0; from < 200_000; from += 10_000)
    store.db.transaction(() => {
      for (let at = from; at < from + 10_000; at += rows) {
        const values: number[] = [];
        for (let step = at; step < at + rows; step++) values.push(999_999, step, 0, step * 10, Math.random());
        insert.run(values);
      }
    });
  const { user, system } = process.cpuUsage(cpu);
  store.db.exec('DELETE FROM point WHERE series_id = 999999');
  return 200_000 / ((user + system) / 1e6);
}

async function writers(store: Store, tracking: TrackingService, report: Report): Promise<void> {
  const handler = createMlflowHandler({ tracking });
  const id = newRun(tracking);
  const call = async (step: number, key: string): Promise<void> => {
    const body = Buffer.from(
      JSON.stringify({ run_id: id, metrics: [{ key, value: step / 3, timestamp: 1_700_000_000_000 + step, step }] }),
    );
    await handler({ method: 'POST', path: '/api/2.0/mlflow/runs/log-batch', query: new URLSearchParams(), body });
  };
  let commits = 0;
  store.db.onCommit(() => commits++);
  report(
    `tracking: log-batch requests of one point through the REST handler (one fsync here: ${fsyncMs().toFixed(2)} ms)`,
  );
  for (const clients of [1, 8, 64]) {
    const each = Math.ceil(2_000 / clients);
    commits = 0;
    const start = performance.now();
    const one = async (_: unknown, client: number): Promise<void> => {
      for (let step = 0; step < each; step++) await call(step, `m${clients}-${client}`);
    };
    await Promise.all(Array.from({ length: clients }, one));
    const wall = performance.now() - start;
    report(
      `  ${String(clients).padStart(2)} clients: ${count((each * clients * 1000) / wall)} requests/s, ` +
        `${(wall / each).toFixed(2)} ms each (one commit: ${(wall / commits).toFixed(2)} ms), ` +
        `${((each * clients) / commits).toFixed(1)} requests a commit`,
    );
  }
}

/** What the comparison asks for when ten long runs are ticked, against reading the points themselves. */
async function curves(tracking: TrackingService, report: Report): Promise<void> {
  const each = 100_000;
  const runIds = Array.from({ length: 10 }, () => newRun(tracking));
  for (const [index, id] of runIds.entries())
    for (let from = 0; from < each; from += 10_000)
      await tracking.logMetrics(
        id,
        Array.from({ length: 10_000 }, (_, at) => ({
          key: 'loss',
          value: Math.exp(-(from + at) / 30_000) + Math.sin(at * (index + 3)) / 20,
          step: from + at,
          time: 1_700_000_000_000 + (from + at) * 10,
        })),
      );
  const { signal } = new AbortController();
  const asked = { runIds, key: 'loss', buckets: 400 };
  const took = async (view: { from?: number; to?: number; x?: 'step' | 'relative' }): Promise<string> => {
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      const result = await tracking.curves({ ...asked, ...view }, signal);
      times.push(performance.now() - start);
      bytes = JSON.stringify(result).length;
    }
    return `${times.sort((a, b) => a - b)[2]?.toFixed(1) ?? ''} ms, ${(bytes / 1000).toFixed(0)} KB`;
  };
  report(`tracking: curves of 10 runs with ${count(each)} points each in one request, 400 buckets (median of 5)`);
  report(`  all of them: ${await took({})}; by time: ${await took({ x: 'relative' })}`);
  report(
    `  zoomed to 10 %: ${await took({ from: 40_000, to: 50_000 })}; to 60 %: ${await took({ from: 20_000, to: 80_000 })}`,
  );
  report(`  to 0.3 %, every point: ${await took({ from: 40_000, to: 40_300 })}`);
  const start = performance.now();
  for (const id of runIds) tracking.history(id, 'loss');
  report(`  every point of the ten histories: ${(performance.now() - start).toFixed(0)} ms`);
}

async function searching(tracking: TrackingService, report: Report): Promise<void> {
  const experimentId = tracking.ensureExperiment('many').id;
  const waiting: Promise<void>[] = [];
  for (let index = 0; index < RUNS; index++) {
    const { id } = tracking.createRun({
      experimentId,
      user: 'ada',
      startedAt: index,
      tags: { kind: `k${index % 10}` },
    });
    const metrics = Array.from({ length: 5 }, (_, key) => ({ key: `m${key}`, value: Math.random() }));
    waiting.push(tracking.logBatch(id, { metrics, params: { lr: String(index % 100), depth: String(index % 7) } }));
    if (waiting.length === 500) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  const experimentIds = [experimentId];
  const search =
    (filter: string, orderBy: readonly string[], limit = 100) =>
    (): unknown =>
      tracking.search({ experimentIds, filter, orderBy, limit });
  report(`tracking: search of ${count(RUNS)} runs (5 metrics, 2 params, 3 tags each), first 100`);
  report(`  newest: ${ms(search('', []))} ms; one page of 1,000: ${ms(search('', [], 1_000))} ms`);
  report(`  metrics.m0 > 0.99 by metrics.m1: ${ms(search('metrics.m0 > 0.99', ['metrics.m1 DESC']))} ms`);
  report(`  metrics.m0 > 0.1 by metrics.m0: ${ms(search('metrics.m0 > 0.1', ['metrics.m0 DESC']))} ms`);
  report(
    `  param, tag and metric by param: ${ms(search("params.lr = '7' AND tags.kind = 'k7' AND metrics.m2 < 0.9", ['params.depth']))} ms`,
  );
  report(`  tags.kind LIKE '%3%' by name: ${ms(search("tags.kind LIKE '%3%'", ['run_name']))} ms`);
  let pageToken: string | undefined;
  const times: number[] = [];
  do {
    const start = process.cpuUsage();
    pageToken = tracking.search({
      experimentIds,
      orderBy: ['metrics.m0'],
      limit: 500,
      ...(pageToken && { pageToken }),
    }).nextPageToken;
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1_000);
  } while (pageToken !== undefined);
  report(
    `  pages of 500 by metric: first ${times[0]!.toFixed(1)} ms, last of ${times.length} ${times.at(-1)!.toFixed(1)} ms`,
  );
}

const newRun = (tracking: TrackingService): RunId =>
  tracking.createRun({ experimentId: tracking.experimentByName('Default').id, user: '', startedAt: 1_700_000_000_000 })
    .id;

const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** CPU time, the median of a few: other programs on the machine do not count. */
function ms(work: () => unknown, times = 5): string {
  const taken = Array.from({ length: times }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  }).sort((a, b) => a - b);
  return taken[Math.floor(times / 2)]!.toFixed(1);
}

function fsyncMs(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const fd = openSync(path.join(folder, 'x'), 'w');
  const start = performance.now();
  for (let index = 0; index < 50; index++) {
    writeSync(fd, Buffer.alloc(4096), 0, 4096, 0);
    fsyncSync(fd);
  }
  const taken = (performance.now() - start) / 50;
  closeSync(fd);
  rmSync(folder, { recursive: true });
  return taken;
}

async function withTracking(work: (store: Store, tracking: TrackingService) => Promise<void>): Promise<void> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const store = await openStore({ root, wasmDir });
  const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
  try {
    await work(store, tracking);
  } finally {
    tracking.close();
    store.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** What the table of runs asks of the engine: 10,000 runs with 10 params, 10 metrics and 2 tags each (ms: of CPU). */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Store } from '../../engine/store/store';
import { openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';

const RUNS = 10_000;
const ten = Array.from({ length: 10 }, (_, at) => at);

export async function bench(report: (line: string) => void): Promise<void> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const store = await openStore({ root, wasmDir: path.resolve('node_modules/sql.js/dist') });
  try {
    const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
    await fill(store, tracking);
    measure(tracking, report);
  } finally {
    store.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function fill({ db }: Store, tracking: TrackingService): Promise<void> {
  const experimentId = tracking.ensureExperiment('table').id;
  for (let from = 0; from < RUNS; from += 500) {
    const made = db.transaction(() =>
      Array.from({ length: 500 }, (_, at) => {
        const index = from + at;
        const { id } = tracking.createRun({
          experimentId,
          user: 'ada',
          startedAt: index,
          tags: { team: `t${index % 5}` },
        });
        tracking.logParams(
          id,
          Object.fromEntries(ten.map(key => [`p${key}`, String((index * (key + 1)) % 10 ** (key % 4))])),
        );
        return id;
      }),
    );
    await Promise.all(
      made.map(id =>
        tracking.logMetrics(
          id,
          ten.map(key => ({ key: `m${key}`, value: Math.random() })),
        ),
      ),
    );
  }
}

function measure(tracking: TrackingService, report: (line: string) => void): void {
  const { table } = tracking;
  const metrics = ten.map(key => `m${key}`);
  const { ids } = table.ids({}, ['metrics.m0 DESC']);
  const say = (what: string, work: () => unknown): void => report(`  ${what}: ${ms(work)} ms`);
  report(`the table of ${ids.length.toLocaleString('en-US')} runs (10 params, 10 metrics, 2 tags each)`);
  say('order, newest first', () => table.ids({}));
  say('order by a metric', () => table.ids({}, ['metrics.m0 DESC']));
  say('order by a param and a metric', () => table.ids({}, ['params.p3', 'metrics.m1']));
  say('order of those with metrics.m0 > 0.5', () => table.ids({ filter: 'metrics.m0 > 0.5' }));
  say('60 rows, as on a screen', () => table.list(ids.slice(5_000, 5_060)));
  say('all rows', () => table.list(ids));
  say('keys and ranges of all', () => table.keys({}));
  say('keys and ranges of those with metrics.m0 > 0.5', () => table.keys({ filter: 'metrics.m0 > 0.5' }));
  say('groups by a param of 10 values', () => table.groups({ by: 'params.p1' }));
  say('the same with 10 metrics', () => table.groups({ by: 'params.p1', metrics }));
  say('100 of 1,000 groups with 10 metrics, by a mean', () =>
    table.groups({ by: 'params.p3', metrics, sort: { metric: 'm0' } }),
  );
  say('the runs of one of 10 groups', () => table.ids({ within: [{ by: 'params.p1', value: '4' }] }));
  say('proposals for a name', () => table.complete({ filter: 'met', offset: 3 }));
  say('proposals for a value', () => table.complete({ filter: 'params.p3 = ', offset: 12 }));
  say('a tag for 1,000 runs', () => tracking.changeRuns({ runIds: ids.slice(0, 1_000), tags: { star: 'true' } }));
}

/** The median of a few. */
function ms(work: () => unknown): string {
  const taken = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  }).sort((a, b) => a - b);
  return taken[1]!.toFixed(1);
}

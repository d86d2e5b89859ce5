import type { Database, SqlValue } from '../../engine/store/database';
import { openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';
import { wasmDir } from './store';

const ROWS = 400;

function insertAll(db: Database, into: string, width: number, values: readonly SqlValue[]): void {
  const one = `(${Array(width).fill('?').join(',')})`;
  for (let from = 0; from < values.length; from += ROWS * width) {
    const some = values.slice(from, from + ROWS * width);
    db.prepare(
      `INSERT INTO ${into} VALUES ${Array(some.length / width)
        .fill(one)
        .join(',')}`,
    ).run(some);
  }
}

/** Fills the store of a folder with finished runs that have 20 params and 20 metrics each, all of them told by their number. */
export async function writeManyRuns(root: string, runs: number): Promise<void> {
  const store = await openStore({ root, wasmDir });
  const { db } = store;
  // makes the experiment that the runs are of
  new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } }).close();
  const twenty = Array.from({ length: 20 }, (_, at) => at);
  const numbers = Array.from({ length: runs }, (_, at) => at + 1);
  const start = Date.UTC(2026, 0, 1);
  db.transaction(() => {
    insertAll(
      db,
      'metric_key (id, name)',
      2,
      twenty.flatMap(key => [key + 1, key === 0 ? 'auc' : `metric_${key}`]),
    );
    insertAll(
      db,
      'run (id, uuid, experiment_id, name, status, user, started_at, ended_at)',
      8,
      numbers.flatMap(n => [
        n,
        n.toString(16).padStart(32, '0'),
        0,
        `run ${n}`,
        n % 50 === 0 ? 'FAILED' : 'FINISHED',
        n % 2 ? 'ada' : 'bob',
        start + n * 60_000,
        start + n * 60_000 + 5_000,
      ]),
    );
    insertAll(
      db,
      'param (run_id, key, value)',
      3,
      numbers.flatMap(n =>
        twenty.flatMap(key => [
          n,
          `param_${key}`,
          key === 0 ? ['forest', 'linear', 'network'][n % 3]! : String((n * (key + 1)) % 97),
        ]),
      ),
    );
    insertAll(
      db,
      'latest_metric (run_id, key_id, experiment_id, step, time, value)',
      6,
      numbers.flatMap(n => twenty.flatMap(key => [n, key + 1, 0, 0, 0, ((n * 7919 * (key + 1)) % 10_007) / 10_007])),
    );
  });
  store.close();
}

import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../../engine/store/database';
import { nodeFiles } from '../../../engine/store/hostFiles';
import { migrate, migrations } from '../../../engine/store/migrations';
import { openConnection } from '../../../engine/store/openConnection';
import { integer } from '../../../engine/store/row';
import { sqliteRuntime } from '../../../engine/store/sqlite/sharedRuntime';
import { leadOf, SEQ } from '../../../engine/tracking/lead';
import { temporaryFolder, wasmDir } from '../../support/store';
import { openTestTracking } from '../../support/tracking';

const FAR = 2n ** 52n;
const STEPS = [0n, 0n, 1n, 7n, -5n, FAR, FAR + 1n, -FAR, -FAR - 1n, 2n ** 63n - 1n, -(2n ** 63n)];

const seqsOf = (db: Database): readonly unknown[] =>
  db
    .prepare(`SELECT CAST(step AS TEXT) AS step, ${SEQ} AS seq, time, value FROM point ORDER BY series_id, step, lead`)
    .all();

test('points of before keep their order, their seq and all else', async () => {
  const file = path.join(temporaryFolder(), 'old.db');
  const db = openConnection(await sqliteRuntime(wasmDir), { file, files: nodeFiles, cacheKiB: 1024 });
  onTestFinished(() => db.close());
  migrate(
    db,
    file,
    migrations.slice(
      0,
      migrations.findIndex(sql => sql.includes('CREATE TABLE new_point')),
    ),
  );
  db.exec(`
    INSERT INTO experiment (id, name, created_at, updated_at) VALUES (3, 'e', 1, 1);
    INSERT INTO run (id, uuid, experiment_id, name, status, user, started_at) VALUES (7, 'abc', 3, 'r', 'FINISHED', 'ann', 1);
    INSERT INTO metric_key (id, name) VALUES (1, 'm');
    INSERT INTO series (id, run_id, key_id, points) VALUES (9, 7, 1, ${STEPS.length})`);
  const insert = db.prepare('INSERT INTO point (series_id, step, seq, time, value) VALUES (9, ?, ?, ?, ?)');
  for (const [seq, step] of STEPS.entries()) insert.run([step, seq, seq * 10, seq === 3 ? null : seq / 2]);
  const before = db
    .prepare('SELECT CAST(step AS TEXT) AS step, seq, time, value FROM point ORDER BY series_id, step, seq')
    .all();
  expect(migrate(db, file)).toBe(migrations.length);
  expect(seqsOf(db)).toEqual(before);
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
});

test('what is written is what a migration would have made of it', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const id = newRun();
  await tracking.logMetrics(
    id,
    STEPS.map((step, index) => ({ key: 'm', value: index, step })),
  );
  const found = seqsOf(store.db);
  expect(found).toHaveLength(STEPS.length);
  for (const row of found) expect(row).toMatchObject({ seq: Reflect.get(Object(row), 'value') });
  expect(STEPS.slice(0, 3).map((step, seq) => leadOf(step, seq))).toEqual([0, 1, 1]);
});

test('a point takes less than 28 bytes of the file, also in a series with a large number', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const size = (): number => integer(store.db.prepare('PRAGMA page_count').get() ?? {}, 'page_count') * 4096;
  const log = async (key: string, from: number, count: number): Promise<void> =>
    tracking.logMetrics(
      id,
      Array.from({ length: count }, (_, index) => ({
        ...{ key, value: Math.sin(from + index), step: from + index },
        time: 1_700_000_000_000 + (from + index) * 70,
      })),
    );
  const id = newRun();
  for (let series = 0; series < 130; series++) await log(`other${series}`, 0, 1);
  const before = size();
  for (let from = 0; from < 20_000; from += 1_000) await log('loss', from, 1_000);
  expect((size() - before) / 20_000).toBeLessThan(28);
});

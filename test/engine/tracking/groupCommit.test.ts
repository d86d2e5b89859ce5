import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { Database } from '../../../engine/store/database';
import type { RunId } from '../../../engine/protocol/ids';
import { TrackingService } from '../../../engine/tracking/service';
import { openTestStore } from '../../support/store';
import { openTestTracking } from '../../support/tracking';

test('64 writers: every acknowledged point is there, in far fewer commits', async () => {
  const { tracking, store, points, newRun } = await openTestTracking();
  const runs = Array.from({ length: 4 }, () => newRun());
  let commits = 0;
  store.db.onCommit(() => commits++);
  await Promise.all(
    Array.from({ length: 64 }, async (_, writer) => {
      for (let step = 0; step < 40; step++)
        await tracking.logMetrics(runs[writer % 4]!, [{ key: `m${writer}`, value: writer + step / 100, step }]);
    }),
  );
  for (let writer = 0; writer < 64; writer++) {
    const history = tracking.history(runs[writer % 4]!, `m${writer}`).points;
    expect(history.map(({ step, value }) => [step, value])).toEqual(
      Array.from({ length: 40 }, (_, step) => [step, writer + step / 100]),
    );
  }
  expect(points.flatMap(one => one.points)).toHaveLength(64 * 40);
  expect(commits).toBeLessThan(64 * 40 * 0.25);
});

test('a bad caller fails alone', async () => {
  const { tracking, newRun } = await openTestTracking();
  const [good, deleted] = [newRun(), newRun()];
  tracking.logParams(good, { p: '1' });
  tracking.deleteRun(deleted);
  const results = await Promise.allSettled([
    tracking.logMetrics(good, [{ key: 'a', value: 1 }]),
    tracking.logMetrics(deleted, [{ key: 'a', value: 1 }]),
    tracking.logBatch(good, { params: { p: '2' }, metrics: [{ key: 'bad', value: 1 }] }),
    tracking.logBatch(good, { params: { q: '1' } }),
    tracking.logBatch(good, { params: { q: '2' } }), // sees the change before it, in the same commit
    tracking.logMetrics(good, [{ key: 'b', value: 2 }]),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  const run = tracking.getRun(good);
  expect(run.params).toEqual({ p: '1', q: '1' });
  expect(Object.keys(run.metrics)).toEqual(['a', 'b']);
});

/** A database whose transactions fail as the test says. */
function failing(db: Database, shouldFail: () => Error | undefined): Database {
  return {
    exec: sql => db.exec(sql),
    prepare: sql => db.prepare(sql),
    onCommit: listener => db.onCommit(listener),
    transaction: work =>
      db.transaction(() => {
        const result = work();
        const error = shouldFail();
        if (error) throw error;
        return result;
      }),
  };
}

test('nothing is acknowledged or told that is not committed, and later commits are right', async () => {
  const store = await openTestStore();
  let failure: Error | undefined;
  const told: unknown[] = [];
  const tracking = new TrackingService({
    store: { db: failing(store.db, () => failure), objects: store.objects },
    events: { runsChanged: () => undefined, points: (_id, points) => void told.push(...points) },
  });
  const { id } = tracking.createRun({ experimentId: tracking.experimentByName('Default').id, user: '' });
  await tracking.logMetrics(id, [{ key: 'm', value: 0, step: 0 }]);
  failure = new ModelyardError('store.full', 'No room.');
  const refused = await Promise.allSettled(
    [1, 2].map(step => tracking.logMetrics(id, [{ key: 'm', value: step, step }, { key: 'new', value: 1 }])), // prettier-ignore
  );
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(() => tracking.setTags(id, { a: 'b' })).toThrow('No room.');
  failure = undefined;
  await tracking.logMetrics(id, [{ key: 'm', value: 3, step: 3 }, { key: 'new', value: 4 }]); // prettier-ignore
  expect(tracking.history(id, 'm').points.map(({ value }) => value)).toEqual([0, 3]);
  expect(tracking.getRun(id).metrics).toMatchObject({ m: { value: 3 }, new: { value: 4 } });
  expect(tracking.series(id, ['m'])[0]?.total).toBe(2);
  expect(told).toHaveLength(3);
});

test('a change that breaks the commit of others is written alone and fails alone', async () => {
  const store = await openTestStore();
  const tracking = new TrackingService({
    store: {
      db: failing(store.db, () => {
        const bad = store.db.prepare(`SELECT 1 FROM tag WHERE key = 'poison'`).get();
        return bad && new Error('poisoned');
      }),
      objects: store.objects,
    },
    events: { runsChanged: () => undefined, points: () => undefined },
  });
  const { id } = tracking.createRun({ experimentId: tracking.experimentByName('Default').id, user: '' });
  const results = await Promise.allSettled([
    tracking.logMetrics(id, [{ key: 'm', value: 1, step: 1 }]),
    tracking.logBatch(id, { tags: { poison: 'x' } }),
    tracking.logMetrics(id, [{ key: 'm', value: 2, step: 2 }]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(tracking.history(id, 'm').points.map(({ value }) => value)).toEqual([1, 2]);
});

test('a change of many runs is told once, not run by run', async () => {
  const store = await openTestStore();
  const told: RunId[][] = [];
  const tracking = new TrackingService({
    store,
    events: { runsChanged: runs => void told.push(runs.map(({ runId }) => runId)), points: () => undefined },
  });
  const experimentId = tracking.experimentByName('Default').id;
  const runIds = Array.from({ length: 50 }, () => tracking.createRun({ experimentId, user: '' }).id);
  told.length = 0;
  tracking.changeRuns({ runIds, lifecycle: 'deleted' });
  expect(told).toEqual([runIds]);
});

test('a write that answers at once comes behind all that waits', async () => {
  const { tracking, changes, points, newRun } = await openTestTracking();
  const id = newRun();
  const waiting = tracking.logMetrics(id, [{ key: 'm', value: 1 }]);
  changes.length = 0;
  tracking.updateRun(id, { status: 'FINISHED' });
  expect(points).toHaveLength(1);
  expect(changes).toHaveLength(1);
  await waiting;
});

test('many points in one call are all there, and others are not kept waiting for all of them', async () => {
  const { tracking, newRun } = await openTestTracking();
  const [big, small] = [newRun(), newRun()];
  const order: string[] = [];
  const many = Array.from({ length: 60_000 }, (_, step) => ({ key: 'm', value: step, step }));
  await Promise.all([
    tracking.logMetrics(big, many).then(() => order.push('big')),
    new Promise(resolve => setImmediate(resolve))
      .then(() => tracking.logMetrics(small, [{ key: 'm', value: 1 }]))
      .then(() => order.push('small')),
  ]);
  expect(order).toEqual(['small', 'big']);
  expect(tracking.series(big, ['m'])[0]?.total).toBe(60_000);
});

import { describe, expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import type { RunId } from '../../../engine/protocol/ids';
import type { ImportReport } from '../../../engine/protocol/transfer';
import path from 'node:path';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

/** Two workspaces that give each other bundles. */
async function pair() {
  const [here, there] = [await openTestTransfer(), await openTestTransfer()];
  let bundles = 0;
  const give = async (from: TestTransfer, to: TestTransfer): Promise<ImportReport> => {
    const file = path.join(from.workspace, `${++bundles}.tar.gz`);
    const signal = new AbortController().signal;
    await from.transfer.export({ to: { kind: 'bundle', file }, deleted: true }, () => undefined, signal);
    return to.import(file);
  };
  /** A finished run that both have. */
  const shared = async (): Promise<RunId> => {
    const id = here.newRun('shared');
    await here.tracking.logMetrics(id, [{ key: 'loss', value: 1, step: 0, time: 1 }]);
    here.tracking.logParams(id, { lr: '0.1' });
    here.tracking.logArtifactBytes(id, 'notes.txt', Buffer.from('one'));
    here.tracking.endRun(id, 'FINISHED');
    expect((await give(here, there)).runs.imported).toBe(1);
    return id;
  };
  return { here, there, give, shared };
}

const nothing = { imported: 0, updated: 0, unchanged: 0, conflicting: 0, broken: 0, incomplete: 0 };

describe('the same run twice is one run', () => {
  test('unchanged on both sides', async () => {
    const { here, there, give, shared } = await pair();
    await shared();
    expect((await give(here, there)).runs).toEqual({ ...nothing, unchanged: 1 });
    expect((await give(there, here)).runs).toEqual({ ...nothing, unchanged: 1 }); // made here, never imported
  });

  test('grown in the source: points, params, tags and artifacts are added', async () => {
    const { here, there, give, shared } = await pair();
    const id = await shared();
    await here.tracking.logMetrics(id, [
      { key: 'loss', value: 0.5, step: 1, time: 2 },
      { key: 'auc', value: 0.9, step: 0, time: 3 },
    ]);
    here.tracking.logParams(id, { depth: '3' });
    here.tracking.setTags(id, { team: 'risk' });
    here.tracking.logArtifactBytes(id, 'more.txt', Buffer.from('two'));
    const report = await give(here, there);
    expect(report).toMatchObject({ runs: { ...nothing, updated: 1 }, points: 2 });
    expect(there.tracking.record(id)).toEqual({
      ...here.tracking.record(id),
      number: there.tracking.record(id).number,
    });
    expect(there.tracking.history(id, 'loss')).toEqual(here.tracking.history(id, 'loss'));
    expect(there.tracking.artifacts(id)).toEqual(here.tracking.artifacts(id));
    expect((await give(here, there)).runs).toEqual({ ...nothing, unchanged: 1 });
  });

  test('still running there, finished in the source', async () => {
    const { here, there, give } = await pair();
    const id = here.newRun('shared');
    await give(here, there);
    expect(there.tracking.record(id).status).toBe('RUNNING');
    here.clock.now += 1000;
    here.tracking.endRun(id, 'FINISHED');
    there.tracking.setTags(id, { seen: 'yes' }); // it changed here as well
    expect((await give(here, there)).runs).toEqual({ ...nothing, updated: 1 });
    expect(there.tracking.record(id)).toMatchObject({
      status: 'FINISHED',
      endedAt: here.clock.now,
      tags: { seen: 'yes' },
    });
    expect((await give(here, there)).runs.unchanged).toBe(1);
    here.tracking.setTags(id, { seen: 'yes' });
    expect((await give(there, here)).runs.unchanged).toBe(1);
  });

  test('renamed, tagged and deleted in the source: so here, as long as nobody changed it here', async () => {
    const { here, there, give, shared } = await pair();
    const id = await shared();
    here.tracking.updateRun(id, { name: 'better' });
    here.tracking.logArtifactBytes(id, 'notes.txt', Buffer.from('another'));
    here.tracking.deleteRun(id);
    expect((await give(here, there)).runs).toEqual({ ...nothing, updated: 1 });
    expect(there.tracking.record(id)).toMatchObject({ name: 'better', lifecycle: 'deleted' });
    expect(there.tracking.artifact(id, 'notes.txt').size).toBe('another'.length);
  });

  test('changed here only: it stays so', async () => {
    const { here, there, give, shared } = await pair();
    const id = await shared();
    there.tracking.updateRun(id, { name: 'ours' });
    await there.tracking.logMetrics(id, [{ key: 'loss', value: 0.1, step: 9, time: 9 }]);
    expect((await give(here, there)).runs).toEqual({ ...nothing, unchanged: 1 });
    expect(there.tracking.record(id).name).toBe('ours');
  });

  test('each side added something else: both have both', async () => {
    const { here, there, give, shared } = await pair();
    const id = await shared();
    here.tracking.setTags(id, { a: '1' });
    there.tracking.setTags(id, { b: '2' });
    await there.tracking.logMetrics(id, [{ key: 'auc', value: 0.5, step: 0, time: 1 }]);
    expect((await give(here, there)).runs.updated).toBe(1);
    expect(there.tracking.record(id).tags).toMatchObject({ a: '1', b: '2' });
    expect((await give(there, here)).runs.updated).toBe(1);
    expect(here.tracking.record(id).tags).toMatchObject({ a: '1', b: '2' });
    expect((await give(here, there)).runs.unchanged).toBe(1);
  });
});

describe('two truths are reported, and nothing is changed', () => {
  test.each<[string, (t: TestTransfer, id: RunId, value: string) => unknown, RegExp]>([
    ['names', (t, id, value) => t.tracking.updateRun(id, { name: value }), /its name is ours here and theirs there/],
    ['tags', (t, id, value) => t.tracking.setTags(id, { team: value }), /the tag team is ours here and theirs there/],
    ['params', (t, id, value) => t.tracking.logParams(id, { depth: value }), /the parameter depth is ours here/],
    ['artifacts', (t, id, value) => t.tracking.logArtifactBytes(id, 'x', Buffer.from(value)), /the artifact x has another content/],
    ['points', (t, id, value) => t.tracking.logMetrics(id, [{ key: 'loss', value: value.length, step: 5, time: 5 }]), /loss went on in two ways/],
  ])('%s', async (_, change, why) => {
    const { here, there, give, shared } = await pair();
    const id = await shared();
    await change(here, id, 'theirs');
    await change(there, id, 'ours');
    const before = [there.tracking.record(id), there.tracking.history(id, 'loss'), there.tracking.artifacts(id)];
    const report = await give(here, there);
    expect(report.runs).toEqual({ ...nothing, conflicting: 1 });
    expect(report.problems).toMatchObject([{ message: expect.stringMatching(why), run: id, fix: expect.any(String) }]);
    expect([there.tracking.record(id), there.tracking.history(id, 'loss'), there.tracking.artifacts(id)]).toEqual(before);
  }); // prettier-ignore

  test('an experiment that has been deleted here', async () => {
    const { here, there, give } = await pair();
    const experimentId = here.tracking.createExperiment('credit').id;
    here.tracking.createRun({ experimentId, user: 'ada', name: 'one' });
    there.tracking.deleteExperiment(there.tracking.createExperiment('credit').id);
    const report = await give(here, there);
    expect(report.runs).toEqual({ ...nothing, conflicting: 1 });
    expect(report.problems[0]!.message).toMatch(/experiment credit has been deleted here/);
  });
});

test('a file of MLflow that goes on growing is continued with each import', async () => {
  const t = await openTestTransfer();
  const store = copyOf('mlruns-3.17');
  await t.import(store);
  const { appendFileSync, readdirSync } = await import('node:fs');
  const metric = readdirSync(store, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('metrics/m'))!;
  appendFileSync(path.join(store, metric), '1700000000001 2.5 1\n');
  expect(await t.import(store)).toMatchObject({ runs: { updated: 1, unchanged: 4 }, points: 1 });
  const id = runId(path.basename(path.dirname(path.dirname(metric))));
  expect(t.tracking.history(id, 'm').points.map(({ value }) => value)).toEqual([1.5, 2.5]);
  // a client of this engine goes on where the import ended
  await t.tracking.logMetrics(id, [{ key: 'm', value: 3.5, step: 1, time: 1700000000002 }]);
  expect(t.tracking.history(id, 'm').points.map(({ value }) => value)).toEqual([1.5, 2.5, 3.5]);
  expect(t.tracking.record(id).metrics['m']).toMatchObject({ value: 3.5 });
});

test('a client logs to a run while the import continues it: no point is lost or mixed up', async () => {
  const { here, there, give, shared } = await pair();
  const id = await shared();
  // both remember where the series stands
  await there.tracking.logMetrics(id, [{ key: 'loss', value: 7, step: 0, time: 70 }]);
  await here.tracking.logMetrics(id, [
    { key: 'loss', value: 7, step: 0, time: 70 },
    { key: 'loss', value: 0.5, step: 1, time: 2 },
  ]);
  expect((await give(here, there)).runs.updated).toBe(1);
  await there.tracking.logMetrics(id, [{ key: 'loss', value: 0.25, step: 1, time: 3 }]);
  await here.tracking.logMetrics(id, [
    { key: 'loss', value: 0.25, step: 1, time: 3 },
    { key: 'loss', value: 0.2, step: 1, time: 4 },
  ]);
  expect((await give(here, there)).runs.updated).toBe(1);
  expect(there.tracking.history(id, 'loss').points.map(({ value }) => value)).toEqual([1, 0.5, 0.25, 0.2, 7]);
});

test('a metric that was another one before becomes what it is now, and no other changes', async () => {
  const { here, there, give } = await pair();
  const id = here.newRun('shared');
  const log = (key: string, value: number) => here.tracking.logMetrics(id, [{ key, value, step: 0, time: 1 }]);
  await log('best', 1);
  await log('loss', 2);
  await give(here, there);
  // as if the source had been made anew
  here.store.db.exec('UPDATE point SET value = 5 WHERE value = 1; UPDATE latest_metric SET value = 5 WHERE value = 1');
  await log('more', 3);
  expect((await give(here, there)).runs.updated).toBe(1);
  const { metrics } = there.tracking.record(id);
  expect(Object.entries(metrics).map(([key, { value }]) => [key, value])).toEqual(
    expect.arrayContaining([['best', 5], ['loss', 2], ['more', 3]]),
  ); // prettier-ignore
  for (const key of ['best', 'loss', 'more']) expect(there.tracking.history(id, key).points).toHaveLength(1);
});

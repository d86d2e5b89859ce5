import { expect, test } from 'vitest';
import type { RunId } from '../../../engine/protocol/ids';
import type { RunDocument } from '../../../engine/tracking/runDocuments';
import { RunTexts } from '../../../engine/tracking/runTexts';
import { openTestTracking } from '../../support/tracking';
import type { TestTracking } from '../../support/tracking';

const write = (run: RunDocument): string =>
  JSON.stringify(run, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

type Change = (tracking: TestTracking['tracking'], run: RunId, other: RunId) => unknown;

const experimentOf = (tracking: TestTracking['tracking'], run: RunId) => tracking.getRun(run).experimentId;

/** In this order, on the same two runs. */
const changes: readonly (readonly [string, Change])[] = [
  ['a metric', (tracking, run) => tracking.logMetrics(run, [{ key: 'auc', value: 0.5, step: 1 }])],
  ['its next value', (tracking, run) => tracking.logMetrics(run, [{ key: 'auc', value: 0.6, step: 2 }])],
  ['a batch', (tracking, run) => tracking.logBatch(run, { params: { a: '1' }, tags: { t: 'x' }, metrics: [{ key: 'm', value: 1 }] })], // prettier-ignore
  ['params', (tracking, run) => tracking.logParams(run, { b: '2' })],
  ['tags', (tracking, run) => tracking.setTags(run, { t: 'y', 'mlflow.user': 'bob' })],
  ['a tag that goes', (tracking, run) => tracking.deleteTag(run, 't')],
  ['a name', (tracking, run) => tracking.updateRun(run, { name: 'other' })],
  ['a dataset', (tracking, run) => tracking.logInputs(run, [{ dataset: 'd', digest: 'x', context: 'train' }])],
  ['many runs', (tracking, run, other) => tracking.changeRuns({ runIds: [run, other], tags: { star: '1' } })],
  ['an end', (tracking, run) => tracking.endRun(run, 'FINISHED')],
  ['an exact status', (tracking, run) => tracking.updateInfo(run, { status: 'RUNNING' })],
  ['a deletion', (tracking, run) => tracking.deleteRun(run)],
  ['a restoration', (tracking, run) => tracking.restoreRun(run)],
  ['the experiment deleted', (tracking, run) => tracking.deleteExperiment(experimentOf(tracking, run))],
  ['the experiment restored', (tracking, run) => tracking.restoreExperiment(experimentOf(tracking, run))],
  ['a logged model', (tracking, run) => {
    const model = tracking.models.create({ experimentId: experimentOf(tracking, run), sourceRun: run });
    tracking.logModels(run, { outputs: [{ modelId: model.id, step: 1 }], inputs: [model.id] });
  }],
  ['silence', (tracking, run) => {
    tracking.heartbeat(run);
    return tracking.recover();
  }],
]; // prettier-ignore

test('what is kept is what would be read now, whatever changes', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const [run, other] = [newRun('first'), newRun('second')];
  const now = (): readonly string[] => [...tracking.searchTexts({ lifecycle: 'all' }, write).texts].sort();
  const read = (): readonly string[] => [...new RunTexts(store.db).each([1, 2], write)].sort();
  let before = now();
  expect(before).toEqual(read());
  for (const [name, change] of changes) {
    await change(tracking, run, other);
    const after = now();
    expect(after, name).toEqual(read());
    if (name !== 'silence') expect(after, name).not.toEqual(before); // or the change would show nothing
    before = after;
  }
});

test('a run that has not changed is not read again', async () => {
  const { tracking, newRun } = await openTestTracking();
  const [run, other] = [newRun('first'), newRun('second')];
  const written: string[] = [];
  const count = (document: RunDocument): string => {
    written.push(document.info.name);
    return document.info.name;
  };
  const search = (): readonly string[] => [...tracking.searchTexts({ orderBy: ['run_name'] }, count).texts];
  expect(search()).toEqual(['first', 'second']);
  expect(search()).toEqual(['first', 'second']);
  expect(written).toEqual(['first', 'second']);
  await tracking.logMetrics(other, [{ key: 'm', value: 1 }]);
  search();
  expect(written).toEqual(['first', 'second', 'second']);
  tracking.setTags(run, { a: 'b' });
  search();
  expect(written).toEqual(['first', 'second', 'second', 'first']);
});

test('the signs of life of one run do not have the others read again', async () => {
  const { tracking, newRun } = await openTestTracking();
  newRun('first');
  const experimentId = tracking.experimentByName('Default').id;
  const alive = tracking.createRun({ experimentId, user: '', heartbeat: true });
  let written = 0;
  const count = (): string => String(++written);
  const search = (): readonly string[] => [...tracking.searchTexts({}, count).texts];
  search();
  tracking.heartbeat(alive.id);
  search();
  expect(written).toBe(2);
});

test('a change that fails changes nothing, and is not shown', async () => {
  const { tracking, newRun } = await openTestTracking();
  const run = newRun('first');
  tracking.logParams(run, { a: '1' });
  const now = (): readonly string[] => [...tracking.searchTexts({}, write).texts];
  const before = now();
  await expect(tracking.logBatch(run, { params: { a: '2' }, tags: { t: 'x' } })).rejects.toThrow();
  expect(now()).toEqual(before);
});

test('the oldest are given up when there are too many, and all come in order', async () => {
  const { store, newRun } = await openTestTracking();
  const numbers = Array.from({ length: 500 }, (_, index) => {
    newRun(`run-${index + 1}`);
    return index + 1;
  });
  const texts = new RunTexts(store.db, 1_000);
  const name = (document: RunDocument): string => document.info.name;
  const names = numbers.map(number => `run-${number}`);
  expect([...texts.each(numbers, name)]).toEqual(names);
  expect([...texts.each([...numbers, 9_999].reverse(), name)]).toEqual([...names].reverse());
});

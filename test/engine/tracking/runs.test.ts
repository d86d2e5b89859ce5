import { expect, test } from 'vitest';
import { experimentId, runId } from '../../../engine/ids';
import type { RunStatus } from '../../../engine/protocol/tracking';
import { openTestTracking } from '../../support/tracking';

test('a run has a name, a number, its tags in step with its row, and is found in four ways', async () => {
  const { tracking, changes } = await openTestTracking();
  const run = tracking.createRun({
    experimentId: experimentId('0'),
    user: 'ada',
    startedAt: 1_600_000_000_123,
    tags: { colour: 'blue' },
  });
  expect(run).toMatchObject({ number: 1, status: 'RUNNING', user: 'ada', startedAt: 1_600_000_000_123 });
  expect(run.id).toMatch(/^[0-9a-f]{32}$/);
  expect(run.name).toMatch(/^[a-z]+-[a-z]+-\d{1,3}$/);
  expect(run.tags).toEqual({ colour: 'blue', 'mlflow.runName': run.name, 'mlflow.user': 'ada' });
  expect(changes).toEqual([{ runId: run.id, experimentId: '0' }]);
  for (const name of [run.id, 'r-1', '1', run.id.slice(0, 8)]) expect(tracking.getRun(name).id).toBe(run.id);
  expect(() => tracking.getRun('r-2')).toThrow('Run with id=r-2 not found');
  expect(() => tracking.getRun(run.id.slice(0, 3))).toThrow('not found');
  expect(() => tracking.getRun("' OR 1=1 --")).toThrow('not found');
});

test('the beginning of an id that two runs share is refused', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const [one, two] = [newRun(), newRun()];
  store.db.prepare('UPDATE run SET uuid = ? WHERE uuid = ?').run(['abcd1111', one]);
  store.db.prepare('UPDATE run SET uuid = ? WHERE uuid = ?').run(['abcd11112222', two]);
  expect(() => tracking.getRun('abcd')).toThrow('2 runs have an id that begins with abcd.');
  expect(tracking.getRun('abcd1111').number).toBe(1);
  expect(tracking.getRun('abcd11112').number).toBe(2);
});

test('renaming a run renames its tag and the other way round', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun('first');
  expect(tracking.updateRun(id, { name: 'second' }).tags['mlflow.runName']).toBe('second');
  tracking.setTags(id, { 'mlflow.runName': 'third', 'mlflow.user': 'grace' });
  expect(tracking.getRun(id)).toMatchObject({ name: 'third', user: 'grace' });
});

test('two different names for a new run are refused', async () => {
  const { tracking } = await openTestTracking();
  const create = (): unknown =>
    tracking.createRun({ experimentId: experimentId('0'), user: '', name: 'a', tags: { 'mlflow.runName': 'b' } });
  expect(create).toThrow(
    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', mlflow.runName='b').",
  );
});

test('a run ends now unless told when, and can go on again', async () => {
  const { tracking, clock, newRun } = await openTestTracking();
  const id = newRun();
  clock.now += 5_000;
  expect(tracking.updateRun(id, { status: 'FINISHED' }).endedAt).toBe(clock.now);
  expect(tracking.updateRun(id, { status: 'RUNNING' }).endedAt).toBeUndefined();
  expect(tracking.updateRun(id, { status: 'KILLED', endedAt: 12 })).toMatchObject({ status: 'KILLED', endedAt: 12 });
  expect(tracking.updateRun(id, { name: 'x' })).toMatchObject({ status: 'KILLED', endedAt: 12 });
});

test('a deleted run refuses changes, hides from searches and comes back', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.deleteRun(id);
  tracking.deleteRun(id);
  const refusal = `The run ${id} must be in the 'active' state. Current state is deleted.`;
  expect(() => tracking.logParams(id, { a: '1' })).toThrow(refusal);
  expect(() => tracking.updateRun(id, { name: 'x' })).toThrow(refusal);
  await expect(tracking.logMetrics(id, [{ key: 'm', value: 1 }])).rejects.toThrow(refusal);
  await expect(tracking.logMetrics(id, [])).rejects.toThrow(refusal);
  expect(tracking.search({}).runs).toEqual([]);
  expect(tracking.search({ lifecycle: 'deleted' }).runs.map(run => run.id)).toEqual([id]);
  tracking.restoreRun(id);
  expect(tracking.search({}).runs.map(run => run.id)).toEqual([id]);
});

test('params are immutable, and a refused batch leaves nothing', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.logParams(id, { p: '1' });
  tracking.logParams(id, { p: '1', q: '' });
  expect(() => tracking.logParams(id, { p: '2' })).toThrow(
    `Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='${id}'. Attempted logging new value '2'.`,
  );
  await expect(
    tracking.logBatch(id, { params: { p: '9', r: '3' }, tags: { t: 'x' }, metrics: [{ key: 'm', value: 1 }] }),
  ).rejects.toThrow(
    `Params were already logged='[{'key': 'p', 'old_value': '1', 'new_value': '9'}]' for run ID='${id}'.`,
  );
  const run = tracking.getRun(id);
  expect(run.params).toEqual({ p: '1', q: '' });
  expect(run.metrics).toEqual({});
  expect(run.tags['t']).toBeUndefined();
});

test('keys follow the rules of MLflow', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.logParams(id, { 'größe/a b-c.d:e_1': 'x', __proto__x: '1' });
  tracking.setTags(id, Object.fromEntries([['__proto__', 'kept']]));
  expect(Object.entries(tracking.getRun(id).tags)).toContainEqual(['__proto__', 'kept']);
  for (const [key, message] of [
    ['', 'is empty'],
    ['a'.repeat(251), 'has 251 characters; 250 are allowed'],
    ['a,b', 'may only contain letters'],
    ['a\nb', 'may only contain letters'],
    ['../a', 'must not resolve to other names'],
    ['a//b', 'must not resolve to other names'],
    ['/a', 'must not resolve to other names'],
    ['.', 'must not resolve to other names'],
  ] as const)
    expect(() => tracking.logParams(id, { [key]: '1' }), key).toThrow(message);
});

test('a tag can be deleted once', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.setTags(id, { a: '1', b: '2' });
  tracking.setTags(id, { a: '3' });
  tracking.deleteTag(id, 'a');
  expect(tracking.getRun(id).tags).toMatchObject({ b: '2' });
  expect(tracking.getRun(id).tags['a']).toBeUndefined();
  expect(() => tracking.deleteTag(id, 'a')).toThrow(`No tag with name: a in run with id ${id}`);
});

test('inputs are kept once', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  const input = { dataset: 'applications', digest: 'abc', context: 'training' };
  tracking.logInputs(id, [input, input]);
  tracking.logInputs(id, [{ ...input, detail: '{"source":"x"}' }]);
  tracking.logInputs(id, [input]);
  expect(tracking.getRun(id).inputs).toEqual([input]);
  expect(tracking.record(id).inputs).toEqual([{ ...input, detail: '{"source":"x"}' }]);
  expect(() => tracking.logInputs(id, [{ ...input, digest: '' }])).toThrow('needs the name and digest');
});

test('a parent must exist', async () => {
  const { tracking, newRun } = await openTestTracking();
  const parentRunId = newRun();
  const child = tracking.createRun({ experimentId: experimentId('0'), user: '', parentRunId });
  expect(child.parentRunId).toBe(parentRunId);
  expect(child.tags['mlflow.parentRunId']).toBe(parentRunId);
  const orphan = { experimentId: experimentId('0'), user: '', parentRunId: runId('feed') };
  expect(() => tracking.createRun(orphan)).toThrow('Run with id=feed not found');
  expect(() => tracking.createRun({ experimentId: experimentId('7'), user: '' })).toThrow(
    'No Experiment with id=7 exists',
  );
});

test('a run that stops its heartbeat has failed, one without a promise has not', async () => {
  const { tracking, clock, newRun } = await openTestTracking();
  const quiet = newRun();
  const start = (): ReturnType<typeof newRun> =>
    tracking.createRun({ experimentId: experimentId('0'), user: '', heartbeat: true }).id;
  const [dead, alive, done] = [start(), start(), start()];
  tracking.endRun(done, 'FINISHED');
  const diedAt = clock.now;
  for (let second = 0; second < 60; second += 20) {
    clock.now += 20_000;
    tracking.heartbeat(alive);
    expect(tracking.sweep()).toEqual([]);
  }
  clock.now += 20_000;
  expect(tracking.sweep()).toEqual([dead]);
  const run = tracking.getRun(dead);
  expect(run).toMatchObject({ status: 'FAILED', endedAt: diedAt });
  expect(run.tags['modelyard.failure']).toBe(
    'No sign of life since 2023-11-14T22:13:20.000Z: the process of this run is gone.',
  );
  expect(tracking.getRun(alive).status).toBe('RUNNING');
  expect(tracking.getRun(quiet).status).toBe('RUNNING');
  expect(tracking.getRun(done).status).toBe('FINISHED');
});

test('who promised a heartbeat says when the run ends, not a client that logs to it', async () => {
  const { tracking, clock } = await openTestTracking();
  const { id } = tracking.createRun({ experimentId: experimentId('0'), user: '', heartbeat: true });
  const client = (status: RunStatus): unknown =>
    tracking.updateRun(id, { status, endedAt: clock.now, name: 'by the client' });
  for (const status of ['RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'SCHEDULED'] as const) {
    client(status);
    expect(tracking.getRun(id)).toMatchObject({ status: 'RUNNING', name: 'by the client' });
    expect(tracking.getRun(id)).not.toHaveProperty('endedAt');
  }
  clock.now += 1000;
  tracking.endRun(id, 'FAILED');
  expect(tracking.getRun(id)).toMatchObject({ status: 'FAILED', endedAt: clock.now });
});

test('a run that has ended is anybody’s: a client that goes on with it gives no sign of life', async () => {
  const { tracking, clock } = await openTestTracking();
  const { id } = tracking.createRun({ experimentId: experimentId('0'), user: '', heartbeat: true });
  tracking.endRun(id, 'FINISHED');
  tracking.updateRun(id, { status: 'RUNNING' });
  clock.now += 30_000;
  tracking.sweep();
  clock.now += 40_000;
  expect(tracking.sweep()).toEqual([]);
  expect(tracking.getRun(id).status).toBe('RUNNING');
  tracking.updateRun(id, { status: 'FINISHED' });
  expect(tracking.getRun(id)).toMatchObject({ status: 'FINISHED', endedAt: clock.now });
});

test('a machine that slept does not fail its runs', async () => {
  const { tracking, clock } = await openTestTracking();
  const { id } = tracking.createRun({ experimentId: experimentId('0'), user: '', heartbeat: true });
  tracking.sweep();
  clock.now += 8 * 3600 * 1000;
  expect(tracking.sweep()).toEqual([]);
  tracking.heartbeat(id);
  clock.now += 10_000;
  expect(tracking.sweep()).toEqual([]);
  expect(tracking.getRun(id).status).toBe('RUNNING');
});

test('an engine that starts marks what the last one left behind', async () => {
  const { tracking, store } = await openTestTracking();
  const { id } = tracking.createRun({ experimentId: experimentId('0'), user: '', heartbeat: true });
  const next = await openTestTracking({ store });
  expect(next.tracking.recover()).toEqual([id]);
  expect(next.changes).toEqual([{ runId: id, experimentId: '0' }]);
  expect(next.tracking.getRun(id).tags['modelyard.failure']).toBe('The engine ended while this run was under way.');
  expect(next.tracking.recover()).toEqual([]);
});

test('a run that was deleted while it was under way can end, and be restored as what it was', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.deleteRun(id);
  expect(() => tracking.updateRun(id, { status: 'FINISHED' })).toThrow("must be in the 'active' state");
  tracking.endRun(id, 'FAILED');
  expect(tracking.getRun(id)).toMatchObject({ status: 'FAILED', lifecycle: 'deleted' });
  tracking.restoreRun(id);
  expect(tracking.getRun(id)).toMatchObject({ status: 'FAILED', lifecycle: 'active' });
});

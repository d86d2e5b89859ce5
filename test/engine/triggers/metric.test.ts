import { expect, test } from 'vitest';
import { TriggerWorld } from '../../support/triggers';

const config = (metric: string, more = '') => `
name: t
pipelines:
  a:
    on: {metric: {${metric}}${more}}
    steps: {s: {run: echo}}
`;

async function watched(metric: string, more = ''): Promise<TriggerWorld> {
  const world = await TriggerWorld.open(config(metric, more));
  world.service.watch();
  await world.service.look();
  return world;
}
const causes = (it: TriggerWorld): readonly (string | undefined)[] =>
  it.started.map(({ tags }) => tags['modelyard.trigger.cause']);
const state = (it: TriggerWorld) => it.state('a', 'metric');

test('a metric that crosses its bound starts a run once, and once more after it has come back', async () => {
  const it = await watched('key: auc, condition: "< 0.75"');
  const run = it.newRun();
  await it.log(run, 'auc', 0.8);
  await it.look();
  expect(it.names()).toEqual([]);
  await it.log(run, 'auc', 0.7412345, 0.7);
  await it.look();
  expect(causes(it)).toEqual(['auc of r-1 was 0.7412 (`auc < 0.75`)']);
  await it.end('a');
  await it.log(run, 'auc', 0.69, 0.6);
  await it.look();
  expect(it.names()).toHaveLength(1);
  await it.log(run, 'auc', 0.75, 0.749);
  await it.look();
  expect(it.names()).toHaveLength(2);
  expect(await state(it)).toMatchObject({ fired: 2, skipped: 0, watches: 'auc < 0.75' });
});

test('`until` keeps a metric that swings about its bound from starting runs', async () => {
  const it = await watched('key: auc, condition: "< 0.75", until: ">= 0.8"');
  const run = it.newRun();
  await it.log(run, 'auc', 0.74, 0.76, 0.74, 0.79, 0.7);
  await it.look();
  await it.end('a');
  await it.log(run, 'auc', 0.76, 0.74);
  await it.look();
  expect(it.names()).toHaveLength(1);
  await it.log(run, 'auc', 0.8, 0.74);
  await it.look();
  expect(it.names()).toHaveLength(2);
});

test.each([
  [
    'aggregate: mean, over: 3',
    [0.9, 0.9, 0.3, 0.3],
    'the mean of the last 3 values of m was 0.5 at r-1 (`mean of 3 m < 0.6`)',
  ],
  [
    'aggregate: median, over: 4',
    [0.1, 0.5, 0.6, 0.9],
    'the median of the last 4 values of m was 0.55 at r-1 (`median of 4 m < 0.6`)',
  ],
  [
    'aggregate: max, over: 2',
    [0.7, 0.5, 0.4],
    'the greatest of the last 2 values of m was 0.5 at r-1 (`max of 2 m < 0.6`)',
  ],
  [
    'aggregate: min, over: 2',
    [0.7, 0.8, 0.5],
    'the least of the last 2 values of m was 0.5 at r-1 (`min of 2 m < 0.6`)',
  ],
] as const)('%s of %j', async (how, values, says) => {
  const it = await watched(`key: m, condition: "< 0.6", ${how}`);
  const run = it.newRun();
  for (const [i, value] of values.entries()) {
    await it.log(run, 'm', value);
    await it.look();
    expect(it.names(), `after ${i + 1}`).toHaveLength(i === values.length - 1 ? 1 : 0);
  }
  expect(causes(it)).toEqual([says]);
});

test('only what is new counts, of runs that fit: what was there before, other experiments, trials and NaN do not', async () => {
  const it = await TriggerWorld.open(config(`key: auc, condition: "< 0.75", runs: "tags.stage = 'live'"`));
  const live = it.newRun('t', { stage: 'live' });
  await it.log(live, 'auc', 0.1);
  it.service.watch();
  await it.look();
  await it.log(it.newRun('t', { stage: 'test' }), 'auc', 0.1);
  await it.log(it.newRun('other', { stage: 'live' }), 'auc', 0.1);
  await it.log(it.newRun('t', { stage: 'live', 'mlflow.parentRunId': live }), 'auc', 0.1);
  await it.log(live, 'auc', Number.NaN);
  await it.log(live, 'ks', 0.1);
  await it.look();
  expect(it.names()).toEqual([]);
  await it.log(it.newRun('t', { stage: 'live' }), 'auc', 0.2);
  await it.look();
  expect(causes(it)).toEqual(['auc of r-5 was 0.2 (`auc < 0.75`)']);
});

test('what was logged while nothing watched is found, by another engine too, and nothing twice', async () => {
  const it = await watched('key: auc, condition: "<= 0.5", nested: true, experiment: live');
  it.service.close();
  const run = it.newRun('live', { 'mlflow.parentRunId': 'f'.repeat(32) });
  await it.log(run, 'auc', 0.9, 0.5);
  it.restart();
  await it.look();
  expect(it.names()).toEqual(['a']);
  it.restart();
  await it.look();
  expect(it.names()).toEqual(['a']);
  expect((await state(it)).queued).toBe(0);
});

test('a cool-down holds a crossing as long as the metric stays beyond its bound', async () => {
  const it = await watched('key: auc, condition: "< 0.75", cool_down: 1h');
  const run = it.newRun();
  await it.log(run, 'auc', 0.7);
  await it.look();
  await it.end('a');
  await it.log(run, 'auc', 0.8, 0.71);
  await it.look();
  expect(await state(it)).toMatchObject({ fired: 1, lastSkip: { reason: 'cool-down' } });
  await it.log(run, 'auc', 0.8); // it has come back by itself
  it.now += 2 * 3_600_000;
  await it.look();
  expect(it.names()).toHaveLength(1);
  await it.log(run, 'auc', 0.7);
  await it.look();
  await it.end('a');
  await it.log(run, 'auc', 0.8, 0.6);
  await it.look();
  it.restart();
  await it.look();
  expect(it.names()).toHaveLength(2);
  it.now += 2 * 3_600_000;
  await it.look();
  expect(causes(it)[2]).toBe('auc of r-1 was 0.6 (`auc < 0.75`)');
});

test('a budget and `overlap: skip` hold it as well', async () => {
  const it = await watched('key: auc, condition: "< 0.75", budget: {runs: 2, per: day}', ', overlap: skip');
  const run = it.newRun();
  await it.log(run, 'auc', 0.7);
  await it.look();
  await it.log(run, 'auc', 0.8, 0.7);
  await it.look();
  expect(await state(it)).toMatchObject({ fired: 1, skipped: 1, lastSkip: { reason: 'running' } });
  await it.end('a');
  for (let i = 0; i < 2; i++) {
    await it.log(run, 'auc', 0.8, 0.7);
    await it.look();
    if (i === 0) await it.end('a');
  }
  expect(await state(it)).toMatchObject({
    fired: 2,
    lastSkip: { reason: 'budget', message: expect.stringContaining('The budget of 2 runs a day of a is spent until') },
  });
});

test('a pipeline that makes its own metric worse is stopped after two rounds', async () => {
  const it = await watched('key: auc, condition: "< 0.75", experiment: triggers');
  await it.log(it.newRun('triggers'), 'auc', 0.7);
  await it.look();
  for (let i = 0; i < 2; i++) {
    await it.log(it.lastRunId(), 'auc', 0.8, 0.7);
    await it.look();
    await it.end('a');
  }
  expect(it.started.map(({ tags }) => tags['modelyard.trigger.chain'])).toEqual(['a', 'a > a']);
  expect(await state(it)).toMatchObject({
    lastSkip: { reason: 'loop', message: expect.stringContaining('a → a → a:') },
  });
});

test('a metric that nobody logs, but one like it, and a filter that cannot be read', async () => {
  const it = await watched('key: aucc, condition: "< 0.75"');
  expect((await state(it)).problem).toBeUndefined();
  await it.log(it.newRun(), 'auc', 0.7);
  expect((await state(it)).problem).toBe('No run of t has logged `aucc`. Did you mean `auc`?');
  it.config(config('key: auc, condition: "< 0.75", runs: "tags.stage"'));
  await it.look();
  expect(it.events.at(-1)).toMatchObject({ reason: 'unreadable' });
  it.config(config('key: auc, condition: "< 0.7", runs: "tags.stage = \'x\'"'));
  await it.look();
  expect((await state(it)).lastSkip, 'another definition begins anew').toBeUndefined();
});

test('many points are taken a page at a time, each once', async () => {
  const it = await watched('key: loss, condition: "> 10"');
  const run = it.newRun();
  const points = Array.from({ length: 60_000 }, (_, step) => ({ key: 'loss', value: step === 59_000 ? 11 : 1, step }));
  await it.tracking.logMetrics(run, points);
  await it.service.look();
  expect(it.names()).toEqual([]);
  await it.service.look();
  expect(causes(it)).toEqual(['loss of r-1 was 11 (`loss > 10`)']);
});

test('points that come out of order are those that came last', async () => {
  const it = await watched('key: loss, condition: "> 10"');
  const run = it.newRun();
  const log = (step: number, value: number) =>
    it.tracking.logMetrics(run, [{ key: 'loss', value, step, time: it.now++ }]);
  for (const step of [5, 3, 9]) await log(step, 1);
  await it.look();
  await log(4, 12);
  await it.look();
  expect(causes(it)).toEqual(['loss of r-1 was 12 (`loss > 10`)']);
});

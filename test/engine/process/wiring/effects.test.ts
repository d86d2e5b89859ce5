import { expect, test } from 'vitest';
import { ConfigService } from '../../../../engine/config/service';
import { Effects } from '../../../../engine/process/wiring/effects';
import type { RunId } from '../../../../engine/protocol/ids';
import { openTestTracking } from '../../../support/tracking';

const config = `name: x
pipelines:
  train:
    steps:
      split: {uses: split, with: {test: 0.3, seed: 7}}
      train:
        uses: train
        needs: split
        with:
          learner: logistic
          C: 0.10
          class_weight: balanced
      evaluate: {uses: evaluate, needs: train, with: {cost: {false_negative: 5, false_positive: 1}}}
      extra: {run: python x.py, env: {LR: "0.5", OTHER: "1"}}
      register: {uses: register, needs: evaluate, with: {model: m}}
  two:
    steps:
      a: {uses: train, with: {learner: logistic, C: 1}}
      b: {uses: train, with: {learner: neural-network, epochs: 5}}
models:
  m:
    gates:
      staging:
        - {metric: auc, slice: "age <= 25", at_least: 0.5}
        - {metric: expected_cost, at_most: 0.65}
        - {metric: auc, at_least: 0.7}
`;

async function world() {
  const it = await openTestTracking();
  const service = new ConfigService({ root: '/nowhere', configFile: 'modelyard.yaml', columns: async () => [] });
  const clock = { now: 0 };
  const effects = new Effects({ config: service, reader: it.tracking.effects, db: it.store.db, now: () => clock.now });
  const run = async (
    params: Readonly<Record<string, string>>,
    metrics: Readonly<Record<string, number>>,
    { pipeline = 'train', name = 'r', status = 'FINISHED' as 'FINISHED' | 'FAILED' } = {},
  ): Promise<RunId> => {
    const { id } = it.tracking.createRun({
      experimentId: it.tracking.ensureExperiment('e').id,
      user: 'ada',
      name,
      tags: { 'modelyard.pipeline': pipeline },
    });
    it.tracking.logParams(id, params);
    await it.tracking.logMetrics(
      id,
      Object.entries(metrics).map(([key, value]) => ({ key, value })),
    );
    it.tracking.endRun(id, status);
    return id;
  };
  return { ...it, effects, run, clock };
}

test('each written value is held against what finished runs of its pipeline came to', async () => {
  const it = await world();
  await it.run({ C: '0.1', 'split.split_test': '0.3', lr: '0.5' }, { expected_cost: 0.6, auc: 0.7 });
  await it.run({ C: '0.1', 'split.split_test': '0.3', lr: '0.1' }, { expected_cost: 0.64, auc: 0.9 });
  const best = await it.run({ C: '1', 'split.split_test': '0.2', lr: '0.5' }, { expected_cost: 0.55, auc: 0.6 });
  await it.run({ C: '10' }, { expected_cost: 0.1 }, { status: 'FAILED' });
  await it.run({ C: '10' }, { expected_cost: Number.NaN });
  await it.run({ C: '100' }, { expected_cost: 0.01 }, { pipeline: 'other' });
  const gone = await it.run({ C: '1000' }, { expected_cost: 0.01 });
  it.tracking.deleteRun(gone);
  const found = await it.effects.of(config);
  expect(found.map(({ key, param }) => [key, param])).toEqual([
    ['pipelines.train.steps.split.with.test', 'split.split_test'],
    ['pipelines.train.steps.train.with.C', 'C'],
    ['pipelines.train.steps.extra.env.LR', 'lr'],
  ]);
  const [, c] = found;
  expect(c).toMatchObject({
    range: { startLine: 11, startColumn: 11, endLine: 11, endColumn: 12 },
    name: 'C',
    metric: 'expected_cost', // of the gates, whose slices are not all rows
    higherIsBetter: false,
    runs: 3,
    now: '0.1',
    different: 2,
    values: [
      { value: '1', runs: 1, mean: 0.55, best: 0.55, bestRun: { id: best, number: 3 } },
      { value: '0.1', runs: 2, best: 0.6 },
    ],
  });
  expect(c?.gain).toBeCloseTo(0.07, 12);
  const [changed] = (await it.effects.of(config.replace('C: 0.10', 'C: 7'))).filter(({ name }) => name === 'C');
  expect(changed).toMatchObject({ now: '7' });
  expect(changed).not.toHaveProperty('gain');
});

test('each of several train steps is judged by the runs of its own', async () => {
  const it = await world();
  for (const [c, auc] of [['1', 0.7], ['2', 0.8]] as const) await it.run({ C: c, epochs: '5' }, { auc }, { pipeline: 'two', name: 'two/a' }); // prettier-ignore
  const found = await it.effects.of(config);
  expect(found.map(({ key, metric, gain }) => [key, metric, gain?.toFixed(3)])).toEqual([
    ['pipelines.two.steps.a.with.C', 'auc', '0.100'],
  ]);
});

test('an answer is kept while nothing is written, and a few seconds while something is', async () => {
  const it = await world();
  await it.run({ C: '0.1' }, { auc: 0.7 });
  await it.run({ C: '1' }, { auc: 0.8 });
  expect((await it.effects.of(config))[0]?.runs).toBe(2);
  await it.run({ C: '2' }, { auc: 0.9 });
  expect((await it.effects.of(config))[0]?.runs).toBe(2);
  it.clock.now = 5_001;
  expect((await it.effects.of(config))[0]?.runs).toBe(3);
});

test('a text that is broken, empty or without runs has none', async () => {
  const it = await world();
  for (const text of ['', ': [', 'name: x\n', config]) expect(await it.effects.of(text)).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { digest } from '../../../../engine/ids';
import { ancestors, topologicalOrder } from '../../../../engine/pipelines/graph/graph';
import { pickBest } from '../../../../engine/pipelines/graph/pick';
import { schedule, type Outcome } from '../../../../engine/pipelines/graph/scheduler';
import type { StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World } from '../../../support/pipelineWorld';
import { act, command, go, never, statuses, world } from '../../../support/pipelineWorld';

/** `train (C=1)` … as the config room makes them. */
const instances = (
  step: string,
  values: readonly number[],
  make: (value: number) => StepConfig,
  from?: string,
): Record<string, StepConfig> =>
  Object.fromEntries(
    values.map(C => [`${step} (C=${C})`, { ...make(C), matrix: { step, values: { C }, ...(from && { from }) } }]),
  );

const models = (auc: Readonly<Record<number, number>>): Record<string, StepConfig> => {
  const values = Object.keys(auc).map(Number);
  return {
    split: act('split', { dataset: 'applications' }),
    ...instances('train', values, C => act('train', { kind: 'model', C }, 'split')),
    ...instances('judge', values, C => act('evaluate', { kind: 'evaluation', auc: auc[C] }, `train (C=${C})`), 'train'),
  };
};
const pick = { metric: 'auc', best: 'highest', step: 'judge' } as const;
const take = (...needs: string[]): StepConfig => ({ ...act('evaluate', { kind: 'evaluation' }, ...needs), pick });

describe('the steps of a matrix', () => {
  test('each have a run of their own, and what follows goes on with the best of them alone', async () => {
    const steps = {
      ...models({ 1: 0.7, 2: 0.9, 3: 0.8 }),
      best: take('judge (C=1)', 'judge (C=2)', 'judge (C=3)'),
      last: act('evaluate', {}, 'best'),
    };
    const it = await world({ p: steps });
    const run = await go(it);
    expect(run.status).toBe('succeeded');
    const runIds = new Map(run.steps.map(step => [step.name, step.runId]));
    expect(new Set(runIds.values()).size).toBe(4);
    for (const name of ['best', 'last', 'judge (C=2)']) expect(runIds.get(name)).toBe(runIds.get('train (C=2)'));
    const nested = it.tracking.getRun(runIds.get('train (C=2)')!);
    expect(nested).toMatchObject({
      name: 'p/train (C=2)',
      tags: { 'modelyard.matrix.C': '2' },
      params: { 'judge.C': '0.1' },
    });
    expect(it.service.log(run.id, 'best', { offset: 0, limit: 200 }).text).toContain(
      'Goes on with judge (C=2): its auc of 0.9 is the highest of 3.',
    );
    const { bytes } = await it.tracking.readArtifact(nested.id, 'last.txt');
    expect(Buffer.from(bytes).toString()).toContain('train (C=2):model');
    expect(Buffer.from(bytes).toString()).not.toMatch(/C=[13]/);
  });

  test('without the metric end the step that picks with a sentence at its place', async () => {
    const steps = {
      ...models({ 1: 0.7, 2: 0.9 }),
      best: { ...take('judge (C=1)', 'judge (C=2)'), pick: { ...pick, metric: 'f1' } },
    };
    const run = await go(await world({ p: steps }));
    expect(run).toMatchObject({
      status: 'failed',
      error: {
        code: 'config.invalid',
        message: 'None of the 2 steps of judge has a value of the metric f1 in its run.',
        place: { key: 'pipelines.p.steps.best.pick' },
        fix: 'They have auc, loss.',
      },
    });
  });

  test('run alone by the name of the step, or each by its own', async () => {
    const it = await world({ p: { ...models({ 1: 0.7, 2: 0.9 }), best: take('judge (C=1)', 'judge (C=2)') } });
    await go(it);
    expect(Object.keys(statuses(await go(it, { pipeline: 'p', only: 'train' })))).toEqual([
      'train (C=1)',
      'train (C=2)',
    ]);
    expect(statuses(await go(it, { pipeline: 'p', only: 'train (C=2)' }))).toEqual({ 'train (C=2)': 'succeeded' });
    const rest = await go(it, { pipeline: 'p', startAt: 'judge' });
    expect(Object.keys(statuses(rest))).toEqual(['judge (C=1)', 'judge (C=2)', 'best']);
    const alone = await go(it, { pipeline: 'p', only: 'best' });
    expect(alone.status).toBe('succeeded');
    expect(it.service.log(alone.id, 'best', { offset: 0, limit: 200 }).text).toContain('Goes on with judge (C=2)');
    await expect(go(it, { pipeline: 'p', only: 'trian' })).rejects.toMatchObject({
      fix: 'Its steps are split, train, judge, best.',
    });
  });

  test('are taken from earlier runs one by one, and the plan knows what will be picked', async () => {
    const options = {
      cache: true,
      dataDigest: async () => digest('a'.repeat(64)),
      more: { datasets: { applications: { path: 'a.csv', format: 'csv', missing: [], expect: [] } } },
    } as const;
    const of = (auc: Record<number, number>, before?: World): Promise<World> =>
      world(
        { p: { ...models(auc), best: take(...Object.keys(auc).map(C => `judge (C=${C})`)) } },
        before?.store,
        options,
      );
    const it = await of({ 1: 0.7, 2: 0.9 });
    await go(it);
    const plan = (one: World) => one.service.plan({ pipeline: 'p' }, never);
    expect((await plan(it)).steps.map(({ decision }) => decision)).toEqual(Array.from({ length: 6 }, () => 'cached'));
    expect(statuses(await go(it))).toMatchObject({ 'judge (C=2)': 'cached', best: 'cached' });
    // one more combination: only that runs, and what picks cannot know yet
    const more = await of({ 1: 0.7, 2: 0.9, 3: 0.95 }, it);
    const planned = await plan(more);
    expect(planned.steps.filter(({ decision }) => decision !== 'cached').map(({ name }) => name)).toEqual([
      'train (C=3)',
      'judge (C=3)',
      'best',
    ]);
    expect(planned.steps.at(-1)).toMatchObject({ reason: 'judge (C=3) runs', unless: 'judge (C=3)' });
    const run = await go(more);
    expect(statuses(run)).toMatchObject({ 'train (C=1)': 'cached', 'train (C=3)': 'succeeded', best: 'succeeded' });
  });
});

test('a plan picks by what the restored steps have measured, not by what else the runs have that they are from', async () => {
  const options = {
    cache: true,
    dataDigest: async () => digest('a'.repeat(64)),
    more: { datasets: { applications: { path: 'a.csv', format: 'csv', missing: [], expect: [] } } },
  } as const;
  const { split, ...rest } = models({ 1: 0.7, 2: 0.9 });
  const trains = Object.entries(rest).filter(([name]) => name.startsWith('train'));
  const by = (metric: string): Record<string, StepConfig> => ({
    ...(split && { split }),
    ...Object.fromEntries(trains),
    best: {
      ...act('evaluate', { kind: 'evaluation' }, 'train (C=1)', 'train (C=2)'),
      pick: { metric, best: 'highest', step: 'train' },
    },
  });
  const pipelines = { whole: { ...(split && { split }), ...rest }, auc: by('auc'), f1: by('f1') };
  const it = await world(pipelines, undefined, options);
  await go(it, { pipeline: 'whole' });
  const last = async (pipeline: string) => (await it.service.plan({ pipeline }, never)).steps.at(-1);

  // In the runs that they are from `judge` has put 0.7 and 0.9 over what `train` had found.
  expect(await last('auc')).toMatchObject({ decision: 'runs', reason: 'no earlier run' });
  const run = await go(it, { pipeline: 'auc' });
  expect(it.service.log(run.id, 'best', { offset: 0, limit: 200 }).text).toContain('Goes on with train (C=1): its auc');
  expect(statuses(run)).toMatchObject({ 'train (C=1)': 'cached', 'train (C=2)': 'cached', best: 'succeeded' });
  expect(await last('auc')).toMatchObject({ decision: 'cached' });

  const none = 'None of the 2 steps of train has a value of the metric f1 in its run';
  expect(await last('f1')).toMatchObject({ decision: 'runs', reason: none });
  expect((await go(it, { pipeline: 'f1' })).error?.message).toBe(`${none}.`);
});

describe('when one fails', () => {
  const steps = (): Record<string, StepConfig> => ({
    ...instances('s', [1, 2, 3, 4], C => command(C === 1 ? 'sleep 0.3; exit 3' : 'sleep 5')),
    other: command('sleep 0.5'),
    after: command('true', { needs: ['s (C=1)', 's (C=2)', 's (C=3)', 's (C=4)'] }),
    tell: command('true', { needs: ['s (C=4)'], if: 'failure()' }),
  });

  test('the others end or do not begin, and the rest goes on', async () => {
    const run = await go(await world({ p: steps() }));
    expect(run.status).toBe('failed');
    expect(statuses(run)).toEqual({
      's (C=1)': 'failed',
      's (C=2)': 'cancelled',
      's (C=3)': 'skipped',
      's (C=4)': 'skipped',
      other: 'succeeded',
      after: 'skipped',
      tell: 'succeeded',
    });
    expect(run.steps[1]?.message).toBe('ended: another step of its matrix has failed');
    expect(run.steps[2]?.message).toBe('because of s (C=1)');
  });

  test('all run with `fail-fast: false`', async () => {
    const all = instances('s', [1, 2, 3], C => command(C === 1 ? 'exit 3' : 'true', { 'fail-fast': false }));
    const run = await go(await world({ p: all }));
    expect(statuses(run)).toEqual({ 's (C=1)': 'failed', 's (C=2)': 'succeeded', 's (C=3)': 'succeeded' });
  });
});

test('no more than `max-parallel` run at a time, and other steps beside them', async () => {
  const steps: Record<string, StepConfig> = {
    ...instances('s', [1, 2, 3, 4, 5], () => command('true', { 'max-parallel': 2 })),
    other: command('true'),
  };
  let now = 0;
  let most = 0;
  const beside: number[] = [];
  await schedule({
    steps,
    order: topologicalOrder(steps),
    limit: 10,
    execute: async (name): Promise<Outcome> => {
      if (name === 'other') beside.push(now);
      else most = Math.max(most, ++now);
      await new Promise(resolve => setTimeout(resolve, 5));
      if (name !== 'other') now--;
      return 'succeeded';
    },
    skip: () => undefined,
    abort: () => undefined,
  });
  expect(most).toBe(2);
  expect(beside).toEqual([2]);
});

test('what is needed by many ways is looked at once', () => {
  // Each of 60 levels needs both of the one before: by every way there would be 2^60.
  const steps: Record<string, StepConfig> = {};
  for (let level = 0; level < 60; level++)
    for (const side of ['a', 'b'])
      steps[`${side}${level}`] = command('true', { needs: level === 0 ? [] : [`a${level - 1}`, `b${level - 1}`] });
  expect(ancestors(steps, 'a59')).toHaveLength(118);
});

test('of equal ones the first is picked, the lowest where that is best, and no number never', () => {
  const of = (...values: number[]) => values.map((loss, i) => ({ name: `s${i}`, metrics: { loss } }));
  expect(pickBest({ metric: 'loss', best: 'lowest', step: 's' }, of(NaN, 2, 1, 1))).toEqual({
    name: 's2',
    value: 1,
    of: 3,
  });
  expect(pickBest({ metric: 'loss', best: 'highest', step: 's' }, of(NaN, 2, 1, 2))).toMatchObject({ name: 's1' });
});

test.each([
  ['as the pipeline says', 1, undefined, 1],
  ['as the run was asked to', 1, 3, 3],
  ['else as the engine can', undefined, undefined, 2],
])('so many steps run at a time: %s', async (_, own, asked, expected) => {
  const steps = Object.fromEntries(['a', 'b', 'c'].map(name => [name, command('sleep 0.2')]));
  const pipeline = { steps, ...(own !== undefined && { parallel: own }) };
  const it = await world({}, undefined, { more: { pipelines: { p: pipeline } } });
  await go(it, { pipeline: 'p', ...(asked !== undefined && { parallel: asked }) });
  const atOnce = it.changes.map(run => run.steps.filter(({ status }) => status === 'running').length);
  expect(Math.max(...atOnce)).toBe(expected);
});

import { expect, test, vi } from 'vitest';
import type { TriggerState } from '../../../engine/protocol/triggers';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';
import { until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = `name: drift
tracking: {system_metrics: false}
datasets:
  people: {path: people.csv}
  arriving: {path: arriving.csv}
models:
  m: {stages: [dev]}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes'}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      register: {uses: register, needs: train, with: {model: m}}
  again:
    on: {drift: {dataset: arriving, trained_on: people, model: m}}
    steps: {say: {run: echo again}}
`;
/** Everybody so many years older. */
const older = (years: number): string =>
  peopleCsv()
    .split('\n')
    .map((line, i) =>
      i === 0 || line === '' ? line : line.replace(/^(\d+),(\d+)/, (_, id, age) => `${id},${Number(age) + years}`),
    )
    .join('\n');

test('data that has drifted from what the best version was trained on starts a pipeline; data that has only changed does not', async () => {
  at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv(), 'arriving.csv': peopleCsv() });
  await at.client.call('triggers/watch', { on: true });
  const state = async (): Promise<TriggerState> => (await at.client.call('triggers/list', {})).triggers[0]!;
  await until(async () => (await state()).lastSkip?.reason === 'unreadable', 30_000);
  expect((await state()).lastSkip?.message).toBe('No version of m is in a stage: there is nothing to compare with.');

  expect((await at.run('train')).pipelineRun.status).toBe('succeeded');
  await until(async () => (await state()).lastSkip?.reason === 'quiet', 30_000);
  expect((await state()).lastSkip?.message).toBe(
    'Dataset arriving has changed, and has not drifted from what version 1 of m was trained on.',
  );
  at.write({ 'arriving.csv': older(30) });
  await until(async () => (await state()).lastFired?.run !== undefined, 30_000);
  expect((await state()).lastFired?.cause).toMatch(
    /^dataset arriving has drifted from what version 1 of m was trained on: age \(PSI \d/,
  );
  const ended = async () =>
    (await at.client.call('pipelines/runs', { pipeline: 'again', limit: 2 })).map(run => run.status);
  await until(async () => (await ended())[0] === 'succeeded', 30_000);
  await at.client.call('triggers/watch', { on: false });
  expect(await ended()).toEqual(['succeeded']);

  const { nodes, edges } = await at.client.call('lineage/graph', { node: 'r-2', down: false });
  const kinds = edges.map(({ from, to, relation }) => `${from.split('@')[0]} ${relation} ${to.split('@')[0]}`);
  expect(kinds).toEqual(
    expect.arrayContaining([
      ...['trigger:1 started run:2', 'version:m watched trigger:1', 'data:arriving watched trigger:1'],
      ...['data:people watched trigger:1', 'run:1 made version:m', 'data:people read run:1'],
    ]),
  );
  const trigger = nodes.find(({ kind }) => kind === 'trigger');
  expect(trigger?.places).toMatchObject([{ what: 'config', place: { file: 'modelyard.yaml', line: 16 } }]);
  const affected = await at.client.call('lineage/affected', { node: 'arriving' });
  expect([affected.runCount, affected.started.map(({ number }) => number)]).toEqual([0, [2]]);
});

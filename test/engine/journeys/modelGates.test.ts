import { expect, test, vi } from 'vitest';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = (learner: string, group = 'city'): string => `name: judged
datasets:
  people: {path: people.csv}
models:
  m:
    stages: [dev, live]
    gates:
      live:
        - {metric: log_loss, not_worse_than: champion, margin: 0.05, confidence: 0.9}
        - {metric: log_loss, better_than: live, confidence: 0.95, severity: warn}
        - {check: fairness, group: ${group}, min_rows: 3, measure: selection_rate_difference, severity: warn}
        - {check: beats-trivial, model: linear, at_least: -5}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: ${learner}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 100}}
      register: {uses: register, needs: evaluate, with: {model: m}}
`;
const judged = async (version: number) =>
  (await at.client.call('models/gates', { name: 'm', version, stage: 'live' })).results;

test('a gate has the version that it names measured on the same rows, and says when that is gone', async () => {
  at.write({ 'modelyard.yaml': config('{learner: logistic}'), 'people.csv': peopleCsv() });
  const first = await at.run('train');
  expect(first.pipelineRun.status, JSON.stringify(first.error)).toBe('succeeded');
  const [champion, live, fairness, trivial] = await judged(1);
  expect(champion).toMatchObject({
    verdict: 'passed',
    sentence: expect.stringContaining('no version holds champion yet'),
  });
  expect(live).toMatchObject({ verdict: 'passed', sentence: expect.stringContaining('no version holds live yet') });
  // the model does not see the column
  expect(fairness!.sentence).toMatch(/^Between the \d groups of city, selection_rate_difference is /);
  expect(trivial!.sentence).toContain('that of a plain linear model');
  await at.client.call('models/promote', { name: 'm', version: 1, to: 'live', reason: 'first' });
  await at.client.call('models/setAlias', { name: 'm', alias: 'champion', version: 1 });

  at.write({ 'modelyard.yaml': config('{learner: logistic, C: 0.0001}') });
  const second = await at.run('train');
  expect(second.pipelineRun.status, JSON.stringify(second.error)).toBe('succeeded');
  const { text } = await at.client.call('runs/artifact', {
    runId: second.pipelineRun.runId!,
    path: 'evaluation.json',
    maxBytes: 1 << 20,
  });
  const evaluation = JSON.parse(text ?? '') as Evaluation;
  expect(evaluation.rivals).toMatchObject([{ model: 'm', version: 1, rows: evaluation.rows, seen: 0 }]);
  const [low, high] = evaluation.rivals![0]!.intervals['0.9']!['log_loss']!;
  const difference = evaluation.metrics['log_loss']! - evaluation.rivals![0]!.metrics['log_loss']!;
  expect(low).toBeLessThan(difference);
  expect(high).toBeGreaterThan(difference);
  const [beside, better] = await judged(2);
  expect(beside).toMatchObject({
    verdict: high > 0.05 ? 'failed' : 'passed',
    bound: evaluation.rivals![0]!.metrics['log_loss'],
    sentence: expect.stringContaining(`that of version 1 with the alias champion`),
  });
  expect(beside!.sentence).toContain(`on the same ${evaluation.rows} rows`);
  expect(better).toMatchObject({ verdict: 'warned', sentence: expect.stringContaining('not surely better') });

  const plan = await at.client.call('pipelines/plan', { pipeline: 'train' });
  expect(plan.steps.find(({ name }) => name === 'evaluate')).toMatchObject({
    decision: 'always',
    reason: 'it is measured against the version of m in champion, whichever that is now',
  });
});

test('a group that the data does not have is told at the gate that asks for it', async () => {
  at.write({ 'modelyard.yaml': config('{learner: logistic}', 'towns = 3'), 'people.csv': peopleCsv() });
  const { pipelineRun } = await at.run('train', '--fresh');
  const failed = pipelineRun.steps.find(({ status }) => status === 'failed');
  expect(failed?.name).toBe('evaluate');
  expect(failed?.error).toMatchObject({ place: { key: 'models.m.gates.live.2.group' } });
});

import { expect, test, vi } from 'vitest';
import type { CrossValidation } from '../../../engine/protocol/crossValidation';
import type { ChampionComparison, Evaluation } from '../../../engine/protocol/evaluation';
import type { RunId } from '../../../engine/protocol/ids';
import type { LearningCurve } from '../../../engine/protocol/learningCurve';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = `name: judged
datasets:
  people: {path: people.csv}
models:
  m: {stages: [dev, live]}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      compare:
        uses: cross-validate
        needs: prepare
        with: {folds: 3, against: previous, learners: {weak: {learner: logistic, C: 0.001}, strong: {learner: logistic}}}
      more: {uses: learning-curve, needs: prepare, with: {points: 3, repeats: 2, smallest: 0.4, learners: {one: {learner: logistic}}}}
      train: {uses: train, needs: prepare, with: {learner: logistic, calibrate: platt, calibrate_folds: 3}}
      evaluate: {uses: evaluate, needs: train, with: {champion: m, importance: 0, dependence: 0, bootstrap: 50}}
      register: {uses: register, needs: evaluate, with: {model: m}}
`;

const file = async <T>(runId: RunId | undefined, path: string): Promise<T> => {
  const { text } = await at.client.call('runs/artifact', { runId: runId!, path, maxBytes: 1 << 20 });
  return JSON.parse(text ?? '');
};

test('folds, learning curve and calibration in a pipeline, then the model beside the one that is registered', async () => {
  at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv() });
  const { pipelineRun, error } = await at.run('train');
  expect(pipelineRun.status, JSON.stringify(error)).toBe('succeeded');
  const { runId } = pipelineRun;
  const folds = await file<CrossValidation>(runId, 'cross_validation.json');
  expect(folds.learners.map(({ name, values }) => [name, values['auc']?.length])).toEqual([
    ['weak', 3],
    ['strong', 3],
  ]);
  expect((await file<LearningCurve>(runId, 'learning_curve.json')).sizes.at(-1)).toBeGreaterThan(30);
  const evaluation = await file<Evaluation>(runId, 'evaluation.json');
  expect(evaluation.binary!.uncalibrated!.metrics).toHaveProperty('brier');
  const run = await at.client.call('runs/get', { run: runId! });
  expect(run.metrics['cv_auc/strong']!.value).toBe(folds.learners[1]!.metrics['auc']!.mean);
  expect(run.params).toMatchObject({ calibrate: 'platt', 'compare.folds': '3', 'more.points': '3' });
  const names = (await at.client.call('runs/artifacts', { runId: runId! })).map(({ path }) => path);
  expect(names).toContain('out_of_fold.csv');
  expect(names).not.toContain('champion.json');

  const folded = await at.run('train', '--only', 'compare');
  expect(folded.pipelineRun.status, JSON.stringify(folded.error)).toBe('succeeded');
  const twice = await file<CrossValidation>(folded.pipelineRun.runId, 'cross_validation.json');
  expect(twice.digest).toBe(folds.digest);
  const pairs = twice.comparisons.filter(({ metric }) => metric === 'auc');
  expect(pairs.map(({ first, second, difference }) => [first, second, difference])).toEqual([
    ['weak', 'strong', expect.any(Number)],
    ['weak', 'weak (r-1)', 0],
    ['strong', 'strong (r-1)', 0],
  ]);

  const again = await at.run('train', '--only', 'evaluate');
  expect(again.pipelineRun.status, JSON.stringify(again.error)).toBe('succeeded');
  const beside = await file<ChampionComparison>(again.pipelineRun.runId, 'champion.json');
  expect(beside).toMatchObject({ model: 'm', modelVersion: 1, stage: 'dev', rows: 18, seen: 0 });
  expect(beside.metrics['log_loss']).toMatchObject({ difference: 0, interval: [0, 0], higher: 0.5 });
  expect(beside.delong).toMatchObject({ difference: 0, p: 1 });
  const { edges } = await at.client.call('lineage/graph', { node: again.pipelineRun.runId, down: false });
  expect(edges).toContainEqual({ from: 'version:m@1', to: 'run:3', relation: 'compared' });
});

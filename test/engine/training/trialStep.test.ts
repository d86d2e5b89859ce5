import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { TrialOptions } from '../../../engine/protocol/jobs';
import { temporaryFolder } from '../../support/store';
import { germanPath } from './csvFrame';
import { boostedOptions, crossValidateOptions, logisticOptions, prepareOptions } from './options';
import { FoldSteps } from './foldSteps';

const german = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });
const trial = (given: Partial<TrialOptions> = {}): TrialOptions => ({
  options: { ...logisticOptions, C: 0.1 },
  folds: 4,
  seed: 3,
  ...given,
});

async function steps(csv = germanPath): Promise<FoldSteps> {
  const all = new FoldSteps(temporaryFolder(), csv);
  await all.split({ test: 0.4 });
  await all.prepare(german);
  return all;
}

test('a trial measures what a cross-validation of the training part does, fold by fold', async () => {
  const all = await steps();
  await all.crossValidate(crossValidateOptions({ learners: { linear: trial().options }, folds: 4, seed: 3 }));
  const file = JSON.parse(readFileSync(all.path('cross-validate', 'cross_validation.json'), 'utf8')) as {
    learners: [{ values: Record<string, number[]>; metrics: Record<string, { mean: number; sd: number }> }];
  };
  const [{ values, metrics }] = file.learners;
  all.said.points.length = 0;
  const result = await all.trial(trial());
  for (const metric of ['auc', 'log_loss', 'f1']) {
    const points = all.said.points.filter(({ key }) => key === metric);
    expect(points.map(({ value }) => value)).toEqual(values[metric]);
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(result.metrics[metric]).toBeCloseTo(metrics[metric]!.mean, 12);
    expect(result.metrics[`${metric}_std`]).toBeCloseTo(metrics[metric]!.sd, 12);
  }
  expect(result.metrics['fit_seconds']).toBeGreaterThan(0);
  expect(result.metrics['fit_seconds_std']).toBeUndefined();
});

test('the test part is not looked at', async () => {
  const before = await steps();
  const csv = path.join(temporaryFolder(), 'other.csv');
  const split = JSON.parse(readFileSync(before.path('split', 'split.json'), 'utf8')) as { test: number[] };
  const [head = '', ...rows] = readFileSync(germanPath, 'utf8').trimEnd().split('\n');
  for (const row of split.test)
    rows[row] = rows[row]!.replace(/(good|bad)(\r?)$/, (_, label: string, end: string) =>
      label === 'good' ? `bad${end}` : `good${end}`,
    );
  writeFileSync(csv, [head, ...rows, ''].join('\n'));
  const after = await steps(csv);
  expect(readFileSync(csv, 'utf8')).not.toBe(readFileSync(germanPath, 'utf8'));
  const metrics = await Promise.all([before, after].map(async one => (await one.trial(trial())).metrics));
  expect(metrics[1]?.['auc']).toBe(metrics[0]?.['auc']);
  expect(metrics[1]?.['log_loss']).toBe(metrics[0]?.['log_loss']);
});

test('costs give the threshold and the expected cost', async () => {
  const all = await steps();
  const { metrics } = await all.trial(trial({ cost: { false_negative: 5, false_positive: 1 } }));
  expect(metrics['expected_cost']).toBeGreaterThan(0.4);
  expect(metrics['expected_cost']).toBeLessThan(0.8);
});

test('with a held-out part the curve of a learner is told as it grows, with folds it is not', async () => {
  const all = await steps();
  const options = boostedOptions({ trees: 12, leaves: 4 });
  await all.trial(trial({ options }));
  expect(all.said.points.filter(({ key }) => key === 'val_loss')).toEqual([]);
  await all.trial(trial({ options, holdout: 0.25 }));
  const curve = all.said.points.filter(({ key }) => key === 'val_loss');
  expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
});

test('a held-out part is measured once', async () => {
  const all = await steps();
  const { metrics } = await all.trial(trial({ holdout: 0.25 }));
  const points = all.said.points.filter(({ key }) => key === 'auc');
  expect(points).toEqual([{ key: 'auc', value: metrics['auc'], step: 1 }]);
  expect(metrics['auc_std']).toBeUndefined();
});

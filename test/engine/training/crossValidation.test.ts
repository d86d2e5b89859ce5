import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricSet } from '../../../engine/training/evaluation/metricSet';
import { evaluateSlice } from '../../../engine/training/evaluation/slices';
import type { Scored } from '../../../engine/training/evaluation/scored';
import { predict } from '../../../engine/training/model';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import { fitLogistic } from '../../../engine/training/logistic';
import { targetValues, transformRows } from '../../../engine/training/transform';
import { germanPath, readCsvFrame } from './csvFrame';
import { prepareOptions } from './options';

const reference: { anchors: Record<string, Record<string, number>>; folds: number[][] } = JSON.parse(
  readFileSync('test/fixtures/training/german_credit_folds.json', 'utf8'),
);
const exact: Record<string, Record<string, number>> = JSON.parse(
  readFileSync('test/fixtures/training/cross_validation.json', 'utf8'),
);
const frame = readCsvFrame(germanPath);
const progress = { signal: new AbortController().signal, metric: () => {}, progress: () => {} };
const cost = { falseNegative: 5, falsePositive: 1 };
const decision = { threshold: 1 / 6, reason: '', cost, favourable: 0 };

/** Prepares and fits on all rows but `test`, scores these. */
async function outOfFold(test: readonly number[], C: number): Promise<Scored> {
  const inTest = new Set(test);
  const train = Array.from({ length: frame.rows }, (_, row) => row).filter(row => !inTest.has(row));
  const options = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });
  const { preparation } = learnPreparation({ frame, rows: train, options }, progress.signal);
  const { model } = await fitLogistic(
    {
      x: transformRows(preparation, frame, train),
      y: targetValues(preparation, frame, train),
      task: 'binary',
      classes: 2,
      features: preparation.features,
    },
    { learner: 'logistic', C, class_weight: 'none', max_iterations: 100, tolerance: 1e-8, seed: 0 },
    progress,
  );
  const scores = predict(model, transformRows(preparation, frame, test));
  return { task: 'binary', width: 2, y: targetValues(preparation, frame, test), scores };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test.each([
  ['logistic_C0.1', 0.1],
  ['logistic_C1', 1],
])('25 folds of German Credit: %s reaches what scikit-learn does', async (name, C) => {
  const atCost = [];
  const atHalf = [];
  for (const fold of reference.folds) {
    const scored = await outOfFold(fold, C);
    atCost.push(metricSet(scored, decision));
    atHalf.push(metricSet(scored, { ...decision, threshold: 0.5 }));
  }
  const found: Record<string, number> = {};
  for (const key of Object.keys(exact[name]!)) {
    const [set, metric] = key.endsWith('_half') ? [atHalf, key.slice(0, -5)] : [atCost, key];
    found[key] = mean(set.map(each => each[metric]!));
    expect(Math.abs(found[key] - exact[name]![key]!), `${key}: ${found[key]}`).toBeLessThan(1e-6);
  }
  // The anchors stopped at lbfgs's default tolerance, where single rows still change their rank or side.
  const anchor = reference.anchors[name]!;
  const pairs = {
    auc: 'auc',
    logloss: 'log_loss',
    brier: 'brier',
    ks: 'ks',
    ap: 'average_precision',
    ece10: 'calibration_error',
    cost_t1_6: 'expected_cost',
    cost_t0_5: 'expected_cost_half',
    acc: 'accuracy_half',
  };
  for (const [key, metric] of Object.entries(pairs))
    expect(Math.abs(found[metric]! - anchor[key]!), key).toBeLessThan(2e-3);
  if (C === 0.1) expect(found['auc']).toBeGreaterThanOrEqual(0.785);
});

test('at the threshold that minimises the cost the model fails four fifths for people up to 25', async () => {
  const parts = await Promise.all(reference.folds.slice(0, 5).map(fold => outOfFold(fold, 0.1)));
  const rows = reference.folds.slice(0, 5).flat();
  const scored: Scored = {
    task: 'binary',
    width: 2,
    y: Float64Array.from(parts.flatMap(part => [...part.y])),
    scores: Float64Array.from(parts.flatMap(part => [...part.scores])),
  };
  const age = frame.columns.find(column => column.name === 'age_in_years');
  const young = (i: number): boolean => age?.kind === 'number' && age.values[rows[i]!]! <= 25;
  const slice = evaluateSlice('age_in_years <= 25', scored, { decision, inside: young });
  expect(slice.rows).toBe(190);
  expect(slice.rest.rows).toBe(810);
  expect(slice.metrics['selection_rate_ratio']).toBeCloseTo(0.48722, 4);
  expect(slice.metrics['equal_opportunity_difference']).toBeCloseTo(0.20293, 4);
  const atHalf = evaluateSlice('', scored, { decision: { ...decision, threshold: 0.5 }, inside: young });
  expect(atHalf.metrics['selection_rate_ratio']).toBeCloseTo(0.81567, 4);
});

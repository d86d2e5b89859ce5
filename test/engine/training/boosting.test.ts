import { expect, test } from 'vitest';
import { boostingOf } from '../../../engine/training/evaluation/details';
import { metricSet } from '../../../engine/training/evaluation/metricSet';
import { scoreRows } from '../../../engine/training/evaluation/scored';
import { fitLearner, trainingData } from '../../../engine/training/fitLearner';
import { predict } from '../../../engine/training/model';
import type { ScoringModel } from '../../../engine/training/scoringModel';
import { transformRows } from '../../../engine/training/transform';
import { germanPath, readCsvFrame } from './csvFrame';
import { assetsDir, listener, prepared } from './models';
import { boostedOptions, forestOptions, prepareOptions } from './options';

const frame = readCsvFrame(germanPath);
const all = Array.from({ length: frame.rows }, (_, row) => row);
const [train, rows] = [all.slice(0, 700), all.slice(700)];
const decision = { threshold: 0.5, reason: '' };
const preparation = prepared(frame, train, prepareOptions({ label: 'creditability', positive: 'bad' }));

async function along(options: Parameters<typeof fitLearner>[0]) {
  const data = trainingData(preparation, frame, train);
  const { model } = await fitLearner(options, data, { assetsDir, progress: listener() });
  const scoring: ScoringModel = {
    ...{ preparation, model },
    score: (other, which) => predict(model, transformRows(preparation, other, which)),
  };
  const scored = scoreRows(scoring, frame, rows);
  return { auc: metricSet(scored, decision)['auc']!, found: boostingOf(scoring, { frame, rows, scored, decision }) };
}

test('the metric with the first trees, up to all of them', async () => {
  const { auc, found } = await along(boostedOptions({ trees: 60, learning_rate: 0.5, validation: 0, leaves: 15 }));
  expect(found!.metric).toBe('auc');
  expect(found!.trees).toEqual(Array.from({ length: 20 }, (_, i) => 3 * (i + 1)));
  expect(found!.test.at(-1)).toBeCloseTo(auc, 12);
  expect(new Set(found!.test).size).toBeGreaterThan(10);
  // so fast a model has learnt most with its first trees
  expect(Math.max(...found!.test.slice(0, 8))).toBeGreaterThan(auc);
});

test('the trees of a forest do not follow each other', async () => {
  expect((await along(forestOptions({ trees: 10 }))).found).toBeUndefined();
});

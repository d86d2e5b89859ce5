import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fitted, TrainingData } from '../../../../engine/training/learner';
import { auc, rank } from '../../../../engine/training/metrics/ranking';
import { predict, type Model } from '../../../../engine/training/model';
import { targetValues, transformRows } from '../../../../engine/training/transform';
import { fitBoostedTrees } from '../../../../engine/training/trees/boostedTrees';
import { fitForest } from '../../../../engine/training/trees/forest';
import { rawScores } from '../../../../engine/training/trees/tree';
import { allRows, germanPath, readCsvFrame } from '../csvFrame';
import { listener, prepared, trainingData } from '../models';
import { boostedOptions, forestOptions, prepareOptions } from '../options';
import { taiwanCredit, taiwanFold } from '../taiwan';

const { folds }: { folds: number[][] } = JSON.parse(
  readFileSync('test/fixtures/training/german_credit_folds.json', 'utf8'),
);
const prepare = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });

/** The mean AUC over the 25 folds of German Credit. */
async function meanAuc(fit: (data: TrainingData) => Promise<Fitted<Model>>): Promise<number> {
  const frame = readCsvFrame(germanPath);
  let sum = 0;
  for (const fold of folds) {
    const inTest = new Set(fold);
    const train = allRows(frame).filter(row => !inTest.has(row));
    const preparation = prepared(frame, train, prepare);
    const { model } = await fit(trainingData(preparation, frame, train));
    const scores = predict(model, transformRows(preparation, frame, fold)).filter((_, i) => i % 2 === 1);
    sum += auc(rank(targetValues(preparation, frame, fold), scores));
  }
  expect(folds).toHaveLength(25);
  return sum / folds.length;
}

test(
  '25 folds of German Credit: a forest of a third of its trees reaches an AUC of 0.79',
  { timeout: 300_000 },
  async () => {
    const reached = await meanAuc(data => fitForest(data, forestOptions({ trees: 100 }), listener()));
    expect(reached).toBeGreaterThanOrEqual(0.79);
  },
);

test('25 folds of German Credit: small boosted trees reach an AUC of 0.78', { timeout: 300_000 }, async () => {
  const options = boostedOptions({
    ...{ trees: 150, learning_rate: 0.05, leaves: 4, validation: 0, column_sample: 0.3, row_sample: 0.6 },
  });
  expect(await meanAuc(data => fitBoostedTrees(data, options, listener()))).toBeGreaterThanOrEqual(0.78);
});

test('Taiwan, five folds: boosted trees have the AUC of LightGBM with the same settings, within 0.005', async () => {
  const lightgbm: { auc: number[]; mean: number; trees: number } = JSON.parse(
    readFileSync('test/fixtures/training/taiwan.json', 'utf8'),
  );
  const data = taiwanCredit();
  const { trees } = lightgbm;
  const options = boostedOptions({ trees, learning_rate: 0.05, leaves: 15, validation: 0 });
  const areas: number[] = [];
  for (const fold of lightgbm.auc.keys()) {
    const [train, held] = taiwanFold(data, fold);
    const { model } = await fitBoostedTrees(train, options, listener());
    areas.push(auc(rank(held.y, rawScores(model, held.x))));
  }
  expect(Math.abs(areas.reduce((sum, area) => sum + area, 0) / areas.length - lightgbm.mean)).toBeLessThan(0.005);
  for (const [fold, area] of areas.entries()) expect(Math.abs(area - lightgbm.auc[fold]!)).toBeLessThan(0.005);
}, 300_000);

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { predict } from '../../../engine/training/model';
import { auc, rank } from '../../../engine/training/metrics/ranking';
import { neuralNetworkFit } from '../../../engine/training/neuralNetwork';
import { targetValues, transformRows } from '../../../engine/training/transform';
import { allRows, germanPath, readCsvFrame } from './csvFrame';
import { assetsDir, listener, prepared, trainingData } from './models';
import { networkOptions, prepareOptions } from './options';

const { folds }: { folds: number[][] } = JSON.parse(
  readFileSync('test/fixtures/training/german_credit_folds.json', 'utf8'),
);

test(
  '25 folds of German Credit: with its defaults a network reaches an AUC of 0.78',
  { timeout: 300_000 },
  async () => {
    const frame = readCsvFrame(germanPath);
    const fit = neuralNetworkFit(assetsDir);
    const options = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });
    let sum = 0;
    for (const fold of folds) {
      const inTest = new Set(fold);
      const train = allRows(frame).filter(row => !inTest.has(row));
      const preparation = prepared(frame, train, options);
      const { model } = await fit(trainingData(preparation, frame, train), networkOptions(), listener());
      const scores = predict(model, transformRows(preparation, frame, fold)).filter((_, i) => i % 2 === 1);
      sum += auc(rank(targetValues(preparation, frame, fold), scores));
    }
    expect(folds).toHaveLength(25);
    expect(sum / 25).toBeGreaterThanOrEqual(0.78);
  },
);

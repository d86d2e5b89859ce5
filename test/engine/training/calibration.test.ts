import { describe, expect, test } from 'vitest';
import type { TrainOptions } from '../../../engine/protocol/steps/learners';
import { mapped } from '../../../engine/training/calibration/calibration';
import { isotonic } from '../../../engine/training/calibration/isotonic';
import { learnCalibration } from '../../../engine/training/calibration/learnCalibration';
import { platt } from '../../../engine/training/calibration/platt';
import { logLoss } from '../../../engine/training/metrics/probability';
import { fitModel } from '../../../engine/training/fitModel';
import { predict, uncalibrated } from '../../../engine/training/model';
import { readModel, writeModel } from '../../../engine/training/modelFile';
import { exportOnnx } from '../../../engine/training/onnx/exportOnnx';
import { checkParity } from '../../../engine/training/parity';
import { Random } from '../../../engine/random';
import { transformRows } from '../../../engine/training/transform';
import { temporaryFolder } from '../../support/store';
import { germanPath, readCsvFrame } from './csvFrame';
import { reference } from './evaluationReference';
import { assetsDir, listener, prepared } from './models';
import { boostedOptions, forestOptions, logisticOptions, prepareOptions } from './options';

const { s, y, probe, ...wanted } = reference.calibration;

test('isotonic regression is scikit-learn’s, knot by knot', () => {
  const found = isotonic(s, y);
  expect([...found.x]).toEqual(wanted.x);
  found.y.forEach((value, i) => expect(value).toBeCloseTo(wanted.v[i]!, 12));
  probe.forEach((at, i) => expect(mapped(found, at)).toBeCloseTo(wanted.isotonic[i]!, 12));
  expect(mapped(found, NaN)).toBeNaN();
  expect([...isotonic([1, 1, 1], [0, 1, 1]).y]).toEqual([2 / 3]);
});

test('Platt’s sigmoid is scikit-learn’s', () => {
  const found = platt(s, y);
  expect(found.a).toBeCloseTo(wanted.a, 4);
  expect(found.b).toBeCloseTo(wanted.b, 4);
  probe.forEach((at, i) => expect(mapped(found, at)).toBeCloseTo(wanted.platt[i]!, 5));
  expect(mapped(found, NaN)).toBeNaN();
  expect(Number.isFinite(platt([1, 1, 1, 1], [0, 1, 1, 0]).b)).toBe(true);
});

test('where scores are rounded, no step is so steep that rounding shows', () => {
  const random = new Random(4);
  const inputs = Float64Array.from({ length: 4000 }, () => random.normal() * 4);
  const labels = inputs.map(value => Number(value + random.normal() > 0));
  const steep = learnCalibration('isotonic', { inputs, y: labels, maps: 1, rounding: () => 0 }).maps[0]!;
  const gentle = learnCalibration('isotonic', {
    inputs,
    y: labels,
    maps: 1,
    rounding: value => Math.abs(value) * 2 ** -24,
  }).maps[0]!;
  const effect = (map: typeof steep): number =>
    inputs.reduce((most, value) => Math.max(most, Math.abs(mapped(map, Math.fround(value)) - mapped(map, value))), 0);
  expect(effect(gentle)).toBeLessThanOrEqual(5e-6);
  expect(effect(steep)).toBeGreaterThan(1e-5);
  const apart = inputs.reduce((sum, value) => sum + Math.abs(mapped(gentle, value) - mapped(steep, value)), 0) / 4000;
  expect(apart).toBeLessThan(0.002);
});

describe('a calibrated model', () => {
  const frame = readCsvFrame(germanPath);
  const rows = Array.from({ length: 500 }, (_, i) => i);
  const others = Array.from({ length: 200 }, (_, i) => i + 800);
  const split = { method: 'random' } as const;
  const german = prepareOptions({ label: 'creditability', positive: 'bad' });

  async function fitted(options: TrainOptions, label = german) {
    const preparation = prepared(frame, rows, label);
    const { model } = await fitModel({ frame, rows, preparation, options, split, assetsDir }, listener());
    return { model, preparation };
  }

  test.each<[string, TrainOptions, string]>([
    ['logistic', { ...logisticOptions, calibrate: 'isotonic', calibrate_folds: 2 }, 'creditability'],
    [
      'boosted trees',
      { ...boostedOptions({ trees: 8, leaves: 15 }), calibrate: 'isotonic', calibrate_folds: 3 },
      'creditability',
    ],
    ['forest', { ...forestOptions({ trees: 10 }), calibrate: 'platt', calibrate_folds: 2 }, 'creditability'],
    ['several classes', { ...logisticOptions, calibrate: 'isotonic', calibrate_folds: 2 }, 'housing'],
  ])('%s: saved, read, exported to ONNX with the same scores', async (_, options, label) => {
    const { model, preparation } = await fitted(options, label === 'housing' ? prepareOptions({ label }) : german);
    const onnx = exportOnnx(model, preparation);
    const parity = await checkParity(
      { onnx, model, preparation, frame, rows: others, assetsDir },
      new AbortController().signal,
    );
    expect(parity.greatestDifference).toBeLessThan(1e-5);
    const file = `${temporaryFolder()}/model.json`;
    await writeModel(file, model);
    const x = transformRows(preparation, frame, others);
    const scores = predict(model, x);
    expect(predict(await readModel(file), x)).toEqual(scores);
    const width = preparation.classes.length;
    for (let row = 0; row < others.length; row++) {
      const own = scores.subarray(row * width, (row + 1) * width);
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(own.every(p => p >= 0 && p <= 1)).toBe(true);
    }
    expect(uncalibrated(model, x)).not.toEqual(scores);
  });

  test('over-confident trees are met more often after calibration, and rank the same by Platt', async () => {
    const deep = boostedOptions({ trees: 15, learning_rate: 1, validation: 0, min_rows: 2, leaves: 15 });
    const { model, preparation } = await fitted({ ...deep, calibrate: 'platt', calibrate_folds: 2 });
    const x = transformRows(preparation, frame, others);
    const positive = (scores: Float64Array): Float64Array => Float64Array.from(others, (_, i) => scores[i * 2 + 1]!);
    const truth = Float64Array.from(others, row => {
      const column = frame.columns.find(({ name }) => name === 'creditability')!;
      return column.kind === 'text' && column.categories[column.codes[row]!] === 'bad' ? 1 : 0;
    });
    const [before, after] = [positive(uncalibrated(model, x)), positive(predict(model, x))];
    const loss = (scores: Float64Array): number =>
      logLoss(
        truth,
        Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 1 ? scores[i >> 1]! : 1 - scores[i >> 1]!)),
      );
    expect(loss(after)).toBeLessThan(loss(before) * 0.8);
    const order = (scores: Float64Array): number[] =>
      [...scores.keys()].sort((a, b) => scores[a]! - scores[b]! || a - b);
    expect(order(after)).toEqual(order(before));
  });
});

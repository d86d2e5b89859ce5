import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { scoreWidth } from '../../../engine/training/links';
import { predict } from '../../../engine/training/model';
import { readModel, writeModel } from '../../../engine/training/modelFile';
import type { DenseLayer, DenseModel } from '../../../engine/training/learner';
import { Random } from '../../../engine/random';
import { temporaryFolder } from '../../support/store';

const layer = (inputs: number, units: number, weights: number[], bias: number[]): DenseLayer => ({
  inputs,
  units,
  weights: Float64Array.from(weights),
  bias: Float64Array.from(bias),
  activation: 'linear',
});

const model = (given: Partial<DenseModel>): DenseModel => ({
  kind: 'dense',
  learner: 'logistic',
  task: 'binary',
  features: ['a', 'b'],
  layers: [layer(2, 1, [1, -2], [0.5])],
  link: 'sigmoid',
  ...given,
});

const rows = (...values: number[][]) => ({
  rows: values.length,
  columns: values[0]!.length,
  values: Float64Array.from(values.flat()),
});

describe('predict', () => {
  test('sigmoid: both probabilities, also far out', () => {
    const scores = predict(model({}), rows([1, 0.25], [800, 0], [-800, 0]));
    const p = 1 / (1 + Math.exp(-1));
    expect([...scores]).toEqual([expect.closeTo(1 - p, 15), expect.closeTo(p, 15), 0, 1, 1, 0]);
  });

  test('softmax: each row sums to 1, whatever is added to all', () => {
    const wide = model({
      task: 'multiclass',
      link: 'softmax',
      layers: [layer(2, 3, [1, 0, 0, 0, 1, 0], [1000, 1000, 1000])],
    });
    expect(scoreWidth('softmax', 3)).toBe(3);
    const [a, b, c] = predict(wide, rows([Math.log(2), Math.log(5)]));
    expect([a, b, c]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.625, 12), expect.closeTo(0.125, 12)]);
  });

  test('hidden relu units, by hand', () => {
    const hidden: DenseLayer = { ...layer(2, 2, [1, -1, 1, 1], [0, -10]), activation: 'relu' };
    const deep = model({ task: 'regression', link: 'identity', layers: [hidden, layer(2, 1, [2, 7], [1])] });
    // (3, 4) → (7, 1 − 10 → 0) → 15
    expect([...predict(deep, rows([3, 4]))]).toEqual([15]);
    expect(scoreWidth('identity', 1)).toBe(1);
  });

  test('a missing number that nobody filled in gives no score, and does not touch other rows', () => {
    const scores = predict(model({}), rows([NaN, 1], [1, 0.25]));
    expect([...scores.subarray(0, 2)]).toEqual([NaN, NaN]);
    expect(scores[3]).toBeCloseTo(0.731, 3);
  });
});

describe('files', () => {
  const file = (): string => path.join(temporaryFolder(), 'model.json');

  test('come back bit for bit', async () => {
    const random = new Random(1);
    const weights = Array.from({ length: 100 }, () => random.normal() * 10 ** (random.below(600) - 300));
    const before = model({
      layers: [layer(2, 50, weights, weights.slice(50)), layer(50, 1, weights.slice(50), [5e-324])],
    });
    const at = file();
    await writeModel(at, before);
    expect(await readModel(at)).toEqual(before);
  });

  test('a weight that is not finite is not written', async () => {
    const broken = model({ layers: [layer(2, 1, [1, NaN], [0])] });
    await expect(writeModel(file(), broken)).rejects.toMatchObject({
      code: 'training.numeric',
      message: 'The logistic model has a weight that is not a finite number.',
    });
  });

  test.each([
    [
      'a lost weight',
      (text: string) => text.replace('"weights":[1,-2]', '"weights":[1]'),
      'weights are not inputs × units',
    ],
    ['a lost bias', (text: string) => text.replace('"bias":[0.5]', '"bias":[]'), 'bias is not one number a unit'],
    ['a null weight', (text: string) => text.replace('[1,-2]', '[1,null]'), 'layers.0.weights.1'],
    ['another feature', (text: string) => text.replace('["a","b"]', '["a","b","c"]'), 'do not fit together'],
    ['no layer', (text: string) => text.replace(/"layers":.*]/, '"layers":[]'), 'layers'],
    ['a text cut off', (text: string) => text.slice(0, 40), 'cannot be read as JSON'],
  ])('%s is said', async (_, damage, message) => {
    const at = file();
    await writeModel(at, model({}));
    const text = readFileSync(at, 'utf8');
    expect(damage(text)).not.toBe(text);
    writeFileSync(at, damage(text));
    await expect(readModel(at)).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringContaining(message),
    });
  });
});

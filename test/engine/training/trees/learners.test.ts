import { describe, expect, test } from 'vitest';
import type { TrainingData } from '../../../../engine/training/learner';
import { auc, rank } from '../../../../engine/training/metrics/ranking';
import { predict, type Model } from '../../../../engine/training/model';
import { Random } from '../../../../engine/random';
import { fitBoostedTrees } from '../../../../engine/training/trees/boostedTrees';
import { fitForest } from '../../../../engine/training/trees/forest';
import { listener, table, type Point } from '../models';
import { boostedOptions, forestOptions } from '../options';

/** Rows of standard normal features, and what `target` makes of them. */
function made(
  rows: number,
  target: (values: readonly number[], random: Random) => number,
  task: TrainingData['task'] = 'binary',
): TrainingData {
  const random = new Random(11);
  const values = Array.from({ length: rows }, () => Array.from({ length: 5 }, () => random.normal()));
  return table(
    task,
    values,
    values.map(row => target(row, random)),
  );
}

/** Only trees can see it: the sign of a product. */
const product = ([a = 0, b = 0]: readonly number[]): number => (a * b > 0 ? 1 : 0);

const positives = (model: Model, { x }: TrainingData): Float64Array =>
  predict(model, x).filter((_, at) => at % 2 === 1);
const half = (data: TrainingData): [TrainingData, TrainingData] => {
  const rows = data.x.rows / 2;
  const part = (from: number): TrainingData => ({
    ...data,
    x: { ...data.x, rows, values: data.x.values.slice(from * data.x.columns, (from + rows) * data.x.columns) },
    y: data.y.slice(from, from + rows),
  });
  return [part(0), part(rows)];
};

describe('boosted trees', () => {
  test('learn what no linear model can, and stop early', async () => {
    const [train, held] = half(made(4000, product));
    const points: Point[] = [];
    const { model, notes } = await fitBoostedTrees(
      train,
      boostedOptions({ patience: 10 }),
      listener(point => points.push(point)),
    );
    expect(auc(rank(held.y, positives(model, held)))).toBeGreaterThan(0.95);
    expect(notes['rounds']).toBe(notes['best_round']! + 10);
    expect(model.trees).toHaveLength(notes['best_round']!);
    const losses = points.filter(({ key }) => key === 'val_loss').map(({ value }) => value);
    expect(losses).toHaveLength(notes['rounds']!);
    expect(Math.min(...losses)).toBe(notes['best_val_loss']);
  });

  test('the same data and seed give the same bits, another seed others', async () => {
    const data = made(600, product);
    const options = boostedOptions({ trees: 20, row_sample: 0.7, column_sample: 0.6 });
    const [first, again, other] = [
      await fitBoostedTrees(data, options, listener()),
      await fitBoostedTrees(data, options, listener()),
      await fitBoostedTrees(data, { ...options, seed: 1 }, listener()),
    ];
    expect(again).toEqual(first);
    expect(other.model.trees).not.toEqual(first.model.trees);
  });

  test('a missing value goes where the rows with missing values belong', async () => {
    const data = made(2000, ([a = 0], random) => (a > 1 ? 1 : random.uniform() < 0.05 ? 1 : 0));
    for (let row = 0; row < 2000; row++) if (data.x.values[row * 5]! > 1 && row % 2 === 0) data.x.values[row * 5] = NaN;
    const { model } = await fitBoostedTrees(data, boostedOptions({ trees: 30, validation: 0 }), listener());
    const ask = (a: number): number =>
      predict(model, { rows: 1, columns: 5, values: Float64Array.of(a, 0, 0, 0, 0) })[1]!;
    expect(ask(NaN)).toBeGreaterThan(0.8);
    expect(ask(0)).toBeLessThan(0.2);
  });

  test('a monotone feature never turns, alone or beside others', async () => {
    const data = made(3000, ([a = 0, b = 0], random) => (Math.sin(3 * a) + a + b * a + random.normal() > 0 ? 1 : 0));
    const bent = await fitBoostedTrees(data, boostedOptions({ trees: 60, validation: 0 }), listener());
    const straight = await fitBoostedTrees(
      data,
      boostedOptions({ trees: 60, validation: 0, monotone: { x0: 'increasing', x1: 'decreasing' } }),
      listener(),
    );
    const random = new Random(2);
    /** The greatest step against the direction along a feature, others anywhere. */
    const worst = (model: Model, feature: number, sign: number): number => {
      let most = 0;
      for (let line = 0; line < 40; line++) {
        const others = Array.from({ length: 5 }, () => random.normal());
        const values = Float64Array.from({ length: 200 * 5 }, (_, at) =>
          at % 5 === feature ? Math.floor(at / 5) / 25 - 4 : others[at % 5]!,
        );
        const said = positives(model, { ...data, x: { rows: 200, columns: 5, values } });
        for (let at = 1; at < 200; at++) most = Math.max(most, sign * (said[at - 1]! - said[at]!));
      }
      return most;
    };
    expect(worst(bent.model, 0, 1)).toBeGreaterThan(0.05);
    expect(worst(straight.model, 0, 1)).toBeLessThan(1e-12);
    expect(worst(straight.model, 1, -1)).toBeLessThan(1e-12);
  });

  test('several classes and values', async () => {
    const [train, held] = half(made(3000, ([a = 0, b = 0]) => (a > 0.5 ? 2 : b > 0 ? 1 : 0), 'multiclass'));
    const { model } = await fitBoostedTrees(train, boostedOptions({ trees: 40 }), listener());
    const scores = predict(model, held.x);
    let right = 0;
    for (let row = 0; row < held.x.rows; row++) {
      const own = [...scores.subarray(row * 3, row * 3 + 3)];
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      if (own.indexOf(Math.max(...own)) === held.y[row]) right++;
    }
    expect(right / held.x.rows).toBeGreaterThan(0.97);

    const [values, others] = half(made(3000, ([a = 0, b = 0]) => 3 * a + b * b + 100, 'regression'));
    const fitted = await fitBoostedTrees(values, boostedOptions({ trees: 200 }), listener());
    const said = predict(fitted.model, others.x);
    const error = said.reduce((sum, value, row) => sum + (value - others.y[row]!) ** 2, 0) / said.length;
    expect(error).toBeLessThan(0.6); // of a variance of 11
  });

  test('classes that weigh the same are told apart at one half', async () => {
    const data = made(4000, ([a = 0], random) => (a + random.normal() > 2 ? 1 : 0));
    const share = (said: Float64Array): number => said.filter(value => value > 0.5).length / said.length;
    const plain = await fitBoostedTrees(data, boostedOptions(), listener());
    const balanced = await fitBoostedTrees(data, boostedOptions({ class_weight: 'balanced' }), listener());
    expect(share(positives(balanced.model, data))).toBeGreaterThan(3 * share(positives(plain.model, data)));
  });

  test('what cannot be learnt from is refused with its name', async () => {
    const data = made(100, product);
    data.x.values[7] = Infinity;
    await expect(fitBoostedTrees(data, boostedOptions(), listener())).rejects.toMatchObject({
      code: 'training.numeric',
      message: expect.stringContaining('x2'),
    });
    await expect(
      fitBoostedTrees(table('binary', [[1], [2]], [1, 1]), boostedOptions(), listener()),
    ).rejects.toMatchObject({ code: 'training.label' });
    const monotone = async (name: string, over: Partial<TrainingData> = {}) =>
      fitBoostedTrees(
        { ...made(100, product), ...over },
        boostedOptions({ monotone: { [name]: 'increasing' } }),
        listener(),
      );
    await expect(monotone('income')).rejects.toMatchObject({
      code: 'params.invalid',
      message: '`monotone` names income, but there is no such feature.',
      fix: 'The features are x0, x1, x2, x3, x4.',
      place: { file: 'modelyard.yaml', key: 'with.monotone.income' },
    });
    await expect(monotone('X3')).rejects.toMatchObject({ fix: 'Did you mean x3?', data: { suggestion: 'x3' } });
    await expect(monotone('x3', { categorical: [false, false, false, true, false] })).rejects.toMatchObject({
      code: 'params.invalid',
      message: '`monotone` names x3, which has categories: they have no order to rise or fall by.',
      place: { key: 'with.monotone.x3' },
    });
    await expect(monotone('town', { features: ['x0', 'x1', 'x2', 'town=north', 'town=south'] })).rejects.toMatchObject({
      message: expect.stringContaining('town, which has categories'),
    });
    const controller = new AbortController();
    const stopped = fitBoostedTrees(
      made(20_000, product),
      boostedOptions({ trees: 5000, validation: 0 }),
      listener(() => controller.abort(), controller.signal),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a forest', () => {
  test('learns what no linear model can; rows that a tree has not seen tell its loss', async () => {
    const [train, held] = half(made(3000, product));
    const { model, notes } = await fitForest(train, forestOptions({ trees: 60 }), listener());
    expect(auc(rank(held.y, positives(model, held)))).toBeGreaterThan(0.93);
    expect(model.trees).toHaveLength(60);
    const said = predict(model, held.x);
    const losses = held.y.map((label, row) => -Math.log(Math.max(1e-15, said[2 * row + label]!)));
    const loss = losses.reduce((sum, one) => sum + one, 0) / held.x.rows;
    expect(notes['oob_loss']).toBeGreaterThan(loss * 0.8);
    expect(notes['oob_loss']).toBeLessThan(loss * 1.4);
  }, 60_000);

  test('several classes and values; the same bits each time', async () => {
    const classes = made(900, ([a = 0, b = 0]) => (a > 0.5 ? 2 : b > 0 ? 1 : 0), 'multiclass');
    const options = forestOptions({ trees: 15 });
    const { model } = await fitForest(classes, options, listener());
    expect((await fitForest(classes, options, listener())).model).toEqual(model);
    expect(model.trees).toHaveLength(45);
    const scores = predict(model, classes.x);
    for (let row = 0; row < 900; row++)
      expect(scores[row * 3]! + scores[row * 3 + 1]! + scores[row * 3 + 2]!).toBeCloseTo(1, 12);

    const values = made(1000, ([a = 0]) => 10 * a, 'regression');
    const fitted = await fitForest(values, forestOptions({ trees: 30, columns: 1 }), listener());
    const error =
      predict(fitted.model, values.x).reduce((sum, value, row) => sum + (value - values.y[row]!) ** 2, 0) / 1000;
    expect(error).toBeLessThan(3); // of a variance of 100
  });
});

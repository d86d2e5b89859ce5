import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { predict } from '../../../engine/training/model';
import type { DenseModel, TrainingData } from '../../../engine/training/learner';
import { holdOut } from '../../../engine/training/holdOut';
import { startTf } from '../../../engine/training/network/tfBackend';
import { neuralNetworkFit } from '../../../engine/training/neuralNetwork';
import { Random } from '../../../engine/random';
import { assetsDir, listener, table, type Point } from './models';
import { networkOptions } from './options';

const fit = neuralNetworkFit(assetsDir);
let tensorsBefore = 0;
const tensors = async (): Promise<number> => (await startTf(assetsDir)).memory().numTensors;

beforeEach(async () => {
  tensorsBefore = await tensors();
});
afterEach(async () => {
  expect(await tensors(), 'tensors left behind').toBe(tensorsBefore);
});

/** Four clouds around (±1, ±1): what is true of a row depends on both columns together. */
function clouds(rows: number, label: (x: number, y: number) => number, task: TrainingData['task']): TrainingData {
  const random = new Random(5);
  const points = Array.from({ length: rows }, () => {
    const [x, y] = [random.below(2) * 2 - 1, random.below(2) * 2 - 1];
    return [x + 0.3 * random.normal(), y + 0.3 * random.normal()];
  });
  return table(
    task,
    points,
    points.map(([x, y]) => label(x!, y!)),
  );
}

const xor = clouds(300, (x, y) => (x * y < 0 ? 1 : 0), 'binary');

/** Share of rows whose most probable class is the true one. */
function accuracy(model: DenseModel, { x, y, classes }: TrainingData): number {
  const scores = predict(model, x);
  let hits = 0;
  for (let row = 0; row < x.rows; row++) {
    const of = scores.subarray(row * classes, (row + 1) * classes);
    if (of.indexOf(Math.max(...of)) === y[row]) hits++;
  }
  return hits / x.rows;
}

describe('what it learns', () => {
  test('two classes that no line separates', async () => {
    const { model } = await fit(xor, networkOptions({ hidden: [16], learning_rate: 0.01, l2: 0 }), listener());
    expect(model).toMatchObject({ kind: 'dense', learner: 'neural-network', task: 'binary', link: 'sigmoid' });
    expect(model.layers.map(({ inputs, units, activation }) => [inputs, units, activation])).toEqual([
      [2, 16, 'relu'],
      [16, 1, 'linear'],
    ]);
    expect(accuracy(model, xor)).toBeGreaterThan(0.97);
  });

  test('three classes', async () => {
    const data = clouds(300, (x, y) => (x < 0 ? 0 : y < 0 ? 1 : 2), 'multiclass');
    const { model } = await fit(data, networkOptions({ hidden: [16], learning_rate: 0.01, l2: 0 }), listener());
    expect(model.link).toBe('softmax');
    expect(accuracy(model, data)).toBeGreaterThan(0.97);
  });

  test('a quantity, in its own unit and far from zero', async () => {
    const data = clouds(300, (x, y) => 50_000 + 2_000 * x * y, 'regression');
    const losses: number[] = [];
    const hear = ({ key, value }: Point): void => void (key === 'loss' && losses.push(value));
    const { model } = await fit(data, networkOptions({ hidden: [32], learning_rate: 0.01, l2: 0 }), listener(hear));
    expect(model.link).toBe('identity');
    const predicted = predict(model, data.x);
    const errors = data.y.map((y, i) => (y - predicted[i]!) ** 2);
    const mse = errors.reduce((a, b) => a + b, 0) / errors.length;
    expect(mse).toBeLessThan(0.05 * 2_000 ** 2);
    expect(losses.at(-1)).toBeGreaterThan(mse / 4);
    expect(losses.at(-1)).toBeLessThan(mse * 4);
  });

  test('class_weight: balanced predicts a rare class as often as if it were not rare', async () => {
    const random = new Random(3);
    const y = Array.from({ length: 600 }, (_, i) => (i % 12 === 0 ? 1 : 0));
    const rows = y.map(label => [label + random.normal()]);
    const data = table('binary', rows, y);
    const meanOf = async (class_weight: 'none' | 'balanced'): Promise<number> => {
      const options = networkOptions({ hidden: [8], learning_rate: 0.01, l2: 0, class_weight });
      const { model } = await fit(data, options, listener());
      const scores = predict(model, data.x).filter((_, i) => i % 2 === 1);
      return scores.reduce((a, b) => a + b, 0) / scores.length;
    };
    expect(await meanOf('none')).toBeCloseTo(1 / 12, 1);
    // Were both classes equally common, the mean over the rare and the common ones would be 0.5.
    expect(await meanOf('balanced')).toBeGreaterThan(0.3);
  });

  test('one row a class, and without hidden layers', async () => {
    const data = table('binary', [[-1], [1]], [0, 1]);
    const { model, notes } = await fit(data, networkOptions({ hidden: [], epochs: 3 }), listener());
    expect(model.layers).toHaveLength(1);
    expect(notes['epochs']).toBe(3);
    expect(notes).not.toHaveProperty('best_val_loss');
  });
});

describe('early stopping', () => {
  test('a million rows are split as well', () => {
    const rows = 1_000_000;
    const data: TrainingData = {
      x: { rows, columns: 0, values: new Float64Array(0) },
      y: new Float64Array(rows),
      task: 'regression',
      classes: 1,
      features: [],
    };
    const { fit, validation } = holdOut(data, 0.1, new Random(1));
    expect([fit.length, validation.length]).toEqual([900_000, 100_000]);
  });

  test('stops `patience` epochs after the best one and gives back the best weights', async () => {
    const points: Point[] = [];
    const random = new Random(2);
    const noise = table(
      'binary',
      Array.from({ length: 120 }, () => Array.from({ length: 10 }, () => random.normal())),
      Array.from({ length: 120 }, () => random.below(2)),
    );
    const options = networkOptions({ learning_rate: 0.01, l2: 0, patience: 4, validation: 0.25, seed: 9 });
    const { model, notes } = await fit(
      noise,
      options,
      listener(point => points.push(point)),
    );
    const validation = points.filter(point => point.key === 'val_loss');
    expect(validation.map(point => point.step)).toEqual(validation.map((_, i) => i + 1));
    expect(points.filter(point => point.key === 'loss')).toHaveLength(validation.length);
    const best = validation.reduce((a, b) => (b.value < a.value ? b : a));
    expect(notes).toMatchObject({ epochs: best.step + 4, best_epoch: best.step, best_val_loss: best.value });
    expect(notes['epochs']).toBeLessThan(100);
    // The held-out rows are the first thing drawn from the seed: the loss can be computed again from the model given.
    const rows = holdOut(noise, 0.25, new Random(9)).validation;
    const scores = predict(model, noise.x);
    const loss = [...rows].reduce((sum, row) => sum - Math.log(scores[row * 2 + noise.y[row]!]!), 0) / rows.length;
    expect(loss).toBeCloseTo(best.value, 5);
  });

  test('without a validation part all epochs run and the last weights are kept', async () => {
    const points: Point[] = [];
    const options = networkOptions({ hidden: [4], epochs: 5, validation: 0 });
    const { notes } = await fit(
      xor,
      options,
      listener(point => points.push(point)),
    );
    expect(notes).toMatchObject({ epochs: 5, best_epoch: 5 });
    expect(points.map(point => point.key)).toEqual(['loss', 'loss', 'loss', 'loss', 'loss']);
  });
});

describe('randomness', () => {
  const bits = async (given: Parameters<typeof networkOptions>[0]): Promise<string> => {
    const { model } = await fit(xor, networkOptions({ hidden: [8], epochs: 4, ...given }), listener());
    return JSON.stringify(model.layers.map(layer => [...layer.weights, ...layer.bias]));
  };

  test('the same seed gives the same bits, another one others', async () => {
    expect(await bits({ dropout: 0.3 })).toBe(await bits({ dropout: 0.3 }));
    expect(await bits({ seed: 1 })).not.toBe(await bits({ seed: 0 }));
    expect(await bits({ dropout: 0.3 })).not.toBe(await bits({ dropout: 0 }));
  });

  test('l2 makes weights smaller', async () => {
    const norm = async (l2: number): Promise<number> => {
      const options = networkOptions({ hidden: [8], epochs: 30, learning_rate: 0.01, l2, validation: 0 });
      const { model } = await fit(xor, options, listener());
      return model.layers.flatMap(layer => [...layer.weights]).reduce((sum, w) => sum + w * w, 0);
    };
    expect(await norm(0.05)).toBeLessThan(0.5 * (await norm(0)));
  });
});

describe('what goes wrong', () => {
  test('divergence', async () => {
    const options = networkOptions({ learning_rate: 1e30, epochs: 20 });
    await expect(fit(xor, options, listener())).rejects.toMatchObject({
      code: 'training.numeric',
      message: expect.stringMatching(/^The neural network diverged: (val_)?loss is (NaN|Infinity) at epoch \d+\.$/),
      fix: 'Lower learning_rate (it is 1e+30), and scale the numeric columns in the prepare step.',
    });
  });

  test('a feature that is not a number', async () => {
    const data = table(
      'binary',
      [
        [1, 2],
        [3, NaN],
        [4, 5],
      ],
      [0, 1, 0],
    );
    await expect(fit(data, networkOptions(), listener())).rejects.toMatchObject({
      code: 'training.numeric',
      message: 'Feature x1 is NaN in row 2 of the training part.',
      fix: 'Set `impute` for its column in the prepare step.',
    });
  });

  test('cancelled before, and in the middle of, training', async () => {
    const controller = new AbortController();
    let epochs = 0;
    const hear = ({ key }: Point): void => {
      if (key === 'loss' && ++epochs === 2) controller.abort();
    };
    const running = fit(xor, networkOptions({ validation: 0 }), listener(hear, controller.signal));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(epochs).toBe(2);
    await expect(
      fit(
        xor,
        networkOptions(),
        listener(() => {}, controller.signal),
      ),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  test('a cancel that arrives as an event is heard while batches run', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const options = networkOptions({ epochs: 100_000, validation: 0 });
    await expect(
      fit(
        xor,
        options,
        listener(() => {}, controller.signal),
      ),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('WASM files that are not there', async () => {
    await expect(neuralNetworkFit('/nowhere')(xor, networkOptions(), listener())).rejects.toMatchObject({
      code: 'internal',
      message: 'The neural network cannot start: tfjs-backend-wasm.wasm is not in /nowhere.',
      fix: 'Install Modelyard again: the file belongs next to its code.',
    });
  });

  test('loading leaves no listener of its own on the process', async () => {
    const added = process.listeners('unhandledRejection').filter(listener => /throw reason/.test(listener.toString()));
    expect(added).toEqual([]);
  });
});

describe('holdOut', () => {
  const labels = Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 1));
  const data = table(
    'binary',
    labels.map(label => [label]),
    labels,
  );

  test('takes of each class the same share; the parts cover all rows once', () => {
    const { fit: left, validation } = holdOut(data, 0.2, new Random(1));
    expect(validation.filter(row => row >= 90)).toHaveLength(2);
    expect(validation).toHaveLength(20);
    expect([...left, ...validation].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  });

  test('never takes the last row of a class', () => {
    const { fit: left, validation } = holdOut(table('binary', [[0], [1], [2]], [0, 0, 1]), 0.9, new Random(1));
    expect(left).toHaveLength(2);
    expect([...left]).toContain(2);
    expect(validation).toHaveLength(1);
  });
});

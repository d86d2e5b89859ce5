import { expect, test } from 'vitest';
import { predict } from '../../../engine/training/model';
import type { DenseLayer, DenseModel } from '../../../engine/training/learner';
import { Network, type Batch, type NetworkShape } from '../../../engine/training/network/network';
import { startTf } from '../../../engine/training/network/tfBackend';
import { Random } from '../../../engine/random';
import { assetsDir } from './models';

const random = new Random(11);
const l2 = 0.02;
const learningRate = 0.01;
const normals = (n: number): number[] => Array.from({ length: n }, () => random.normal());

const shapes: (NetworkShape & { readonly y: number[] })[] = [
  { inputs: 3, hidden: [5, 4], outputs: 1, link: 'sigmoid', y: [0, 1, 1, 0, 1, 0] },
  { inputs: 3, hidden: [5], outputs: 3, link: 'softmax', y: [0, 1, 2, 0, 1, 2] },
  { inputs: 3, hidden: [4], outputs: 1, link: 'identity', y: normals(6) },
];

test.each(shapes)(
  'three steps with $link are those of Adam on gradients found by differences',
  async ({ y, ...shape }) => {
    const tf = await startTf(assetsDir);
    const batch: Batch = {
      rows: 6,
      x: Float32Array.from(normals(18)),
      y: Float32Array.from(y),
      weight: Float32Array.from([1, 2, 0.5, 1, 1, 3]),
    };
    const network = new Network(tf, shape, { learningRate, l2, dropout: 0, random: new Random(4) });
    const adam = new Adam(network.snapshot(), layers => objective(layers, shape.link, batch));
    for (let step = 1; step <= 3; step++) {
      const before = dataLoss(network.snapshot(), shape.link, batch);
      expect(network.evaluate(batch)).toBeCloseTo(before, 4);
      expect(network.train(batch)).toBeCloseTo(before, 4);
      adam.step();
      const [found, wanted] = [flat(network.snapshot()), flat(adam.layers)];
      const worst = Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)));
      expect(worst, `step ${step}`).toBeLessThan(0.02 * learningRate);
    }
    network.dispose();
  },
);

test('dropout: a dropped unit passes nothing on, the others more; evaluating drops none', async () => {
  const tf = await startTf(assetsDir);
  const shape: NetworkShape = { inputs: 1, hidden: [400], outputs: 1, link: 'identity' };
  const network = new Network(tf, shape, { learningRate: 1e-9, l2: 0, dropout: 0.5, random: new Random(1) });
  const batch: Batch = {
    rows: 1,
    x: Float32Array.of(1),
    y: Float32Array.of(0),
    weight: Float32Array.of(1),
  };
  const whole = network.evaluate(batch);
  const noisy = Array.from({ length: 200 }, () => network.train(batch));
  expect(new Set(noisy).size).toBeGreaterThan(150);
  // The expected square of the noisy output is that of the whole one plus the variance of the dropped units: Σ (w a)².
  const [first, last] = network.snapshot();
  const variance = [...last!.weights].reduce((sum, w, i) => sum + (w * Math.max(first!.weights[i]!, 0)) ** 2, 0);
  const mean = noisy.reduce((a, b) => a + b, 0) / noisy.length;
  expect(mean).toBeGreaterThan(whole + 0.7 * variance);
  expect(mean).toBeLessThan(whole + 1.4 * variance);
  expect(network.evaluate(batch)).toBeCloseTo(whole, 5);
  network.dispose();
});

/** Adam (Kingma & Ba 2015) with β 0.9, 0.999 and ε 1e-7, in float64, its gradients by central differences. */
class Adam {
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private t = 0;

  constructor(
    readonly layers: DenseLayer[],
    private readonly objective: (layers: DenseLayer[]) => number,
  ) {
    this.m = new Float64Array(flat(layers).length);
    this.v = new Float64Array(this.m.length);
  }

  step(): void {
    this.t++;
    const parameters = this.layers.flatMap(layer => [layer.weights, layer.bias]);
    const gradients = parameters.map(values => values.map((_, i) => this.derivative(values, i)));
    let at = 0;
    parameters.forEach((values, p) => {
      for (let i = 0; i < values.length; i++, at++) {
        const g = gradients[p]![i]!;
        this.m[at] = 0.9 * this.m[at]! + 0.1 * g;
        this.v[at] = 0.999 * this.v[at]! + 0.001 * g * g;
        const m = this.m[at]! / (1 - 0.9 ** this.t);
        const v = this.v[at]! / (1 - 0.999 ** this.t);
        values[i]! -= (learningRate * m) / (Math.sqrt(v) + 1e-7);
      }
    });
  }

  private derivative(values: Float64Array, i: number): number {
    const [value, h] = [values[i]!, 1e-6];
    values[i] = value + h;
    const above = this.objective(this.layers);
    values[i] = value - h;
    const below = this.objective(this.layers);
    values[i] = value;
    return (above - below) / (2 * h);
  }
}

/** Σ weight · loss, from the probabilities that the stored model gives. */
function dataLoss(layers: DenseLayer[], link: DenseModel['link'], batch: Batch): number {
  const task = link === 'identity' ? 'regression' : 'binary';
  const model: DenseModel = { kind: 'dense', learner: '', task, features: [], layers, link };
  const scores = predict(model, { rows: batch.rows, columns: 3, values: Float64Array.from(batch.x) });
  const width = scores.length / batch.rows;
  return batch.weight.reduce((sum, weight, row) => {
    const y = batch.y[row]!;
    const loss = link === 'identity' ? (scores[row]! - y) ** 2 : -Math.log(scores[row * width + y]!);
    return sum + weight * loss;
  }, 0);
}

const objective = (layers: DenseLayer[], link: DenseModel['link'], batch: Batch): number =>
  dataLoss(layers, link, batch) / batch.rows +
  l2 * layers.flatMap(layer => [...layer.weights]).reduce((sum, w) => sum + w * w, 0);

const flat = (layers: readonly DenseLayer[]): number[] => layers.flatMap(layer => [...layer.weights, ...layer.bias]);

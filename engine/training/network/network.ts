import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { DenseLayer, DenseModel } from '../learner';
import type { Random } from '../../random';
import { outputLoss, type OutputLoss } from './outputLoss';
import type { Tf } from './tfBackend';

export interface NetworkShape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly link: DenseModel['link'];
}

export interface NetworkLearning {
  readonly learningRate: number;
  readonly l2: number;
  readonly dropout: number;
  readonly random: Random;
}

/** Rows in float32: `x` is rows × inputs, `y` (class index or value) and `weight` one a row. */
export interface Batch {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly weight: Float32Array;
}

/** Where a layer lies in the vector of all parameters: its weights, then its biases. */
interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly start: number;
}

/** What the way forward leaves for the way back: `inputs[l]` is what layer l was given. */
interface Pass {
  readonly inputs: readonly Tensor2D[];
  readonly weights: readonly Tensor2D[];
  readonly z: Tensor2D;
}

/**
 * A feed-forward network with relu units on TensorFlow.js, trained by its Adam. All parameters lie in one variable: a
 * step of Adam is a dozen small kernels for each variable, and their calls are most of the time. The way back is
 * written out instead of taped: the gradients that the tape needs are only in the whole TensorFlow.js package, which
 * is three times as large. All randomness comes from `learning.random`. Holds WASM memory until `dispose`.
 */
export class Network {
  private readonly layers: readonly Layer[];
  private readonly parameters: Variable;
  /** 2 · l2 for a weight, 0 for a bias. */
  private readonly penalty: Tensor1D;
  private readonly optimizer;

  constructor(
    private readonly tf: Tf,
    private readonly shape: NetworkShape,
    private readonly learning: NetworkLearning,
  ) {
    const layers: Layer[] = [];
    let start = 0;
    let inputs = shape.inputs;
    for (const units of [...shape.hidden, shape.outputs]) {
      layers.push({ inputs, units, start });
      start += (inputs + 1) * units;
      inputs = units;
    }
    this.layers = layers;
    const size = start;
    this.parameters = tf.tidy(() => tf.variable(tf.tensor1d(this.initialParameters(size))));
    this.penalty = tf.tensor1d(this.penalties(size));
    this.optimizer = tf.train.adam(learning.learningRate);
  }

  /** One step of Adam. @returns the sum of the rows' losses before the step, without the penalty. */
  train(batch: Batch): number {
    return this.tf.tidy(() => {
      const masks = this.dropoutMasks(batch.rows);
      const pass = this.forward(batch, masks);
      const { sum, gradient } = this.lossOf(pass.z, batch);
      const delta = this.tf.tensor2d(gradient, [batch.rows, this.shape.outputs]);
      const tensor = this.gradient(pass, delta, masks);
      this.optimizer.applyGradients([{ name: this.parameters.name, tensor }]);
      return sum;
    });
  }

  /** The sum of the rows' losses, without penalty and dropout. */
  evaluate(batch: Batch): number {
    return this.tf.tidy(() => this.lossOf(this.forward(batch, []).z, batch).sum);
  }

  /** A copy of the parameters as they are now. */
  snapshot(): DenseLayer[] {
    const all = Float64Array.from(this.parameters.dataSync());
    return this.layers.map(({ inputs, units, start }, index) => ({
      inputs,
      units,
      weights: all.slice(start, start + inputs * units),
      bias: all.slice(start + inputs * units, start + (inputs + 1) * units),
      activation: index < this.shape.hidden.length ? 'relu' : 'linear',
    }));
  }

  dispose(): void {
    this.tf.dispose([this.parameters, this.penalty]);
    this.optimizer.dispose();
  }

  private forward(batch: Batch, masks: readonly Tensor2D[]): Pass {
    const { tf } = this;
    const inputs: Tensor2D[] = [];
    const weights: Tensor2D[] = [];
    let flow = tf.tensor2d(batch.x, [batch.rows, this.shape.inputs]);
    this.layers.forEach((layer, index) => {
      const size = layer.inputs * layer.units;
      const w: Tensor2D = tf.reshape(tf.slice(this.parameters, layer.start, size), [layer.inputs, layer.units]);
      inputs.push(flow);
      weights.push(w);
      const z: Tensor2D = tf.add(tf.matMul(flow, w), tf.slice(this.parameters, layer.start + size, layer.units));
      const mask = masks[index];
      const active = index < this.shape.hidden.length ? tf.relu(z) : z;
      flow = mask ? tf.mul(active, mask) : active;
    });
    return { inputs, weights, z: flow };
  }

  private lossOf(z: Tensor2D, { y, weight }: Batch): OutputLoss {
    const values = z.dataSync<'float32'>();
    return outputLoss({ link: this.shape.link, outputs: this.shape.outputs, z: values, y, weight });
  }

  /** Backpropagation, with the penalty's part. @param last derivative of the loss by the last layer's z. */
  private gradient(pass: Pass, last: Tensor2D, masks: readonly Tensor2D[]): Tensor1D {
    const { tf } = this;
    const parts: Tensor1D[] = [];
    let delta = last;
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const input = pass.inputs[index]!;
      parts.unshift(tf.reshape(tf.matMul(tf.transpose(input), delta), [-1]), tf.sum(delta, 0));
      if (index === 0) break;
      const mask = masks[index - 1];
      const back: Tensor2D = tf.mul(tf.matMul(delta, tf.transpose(pass.weights[index]!)), tf.step(input));
      delta = mask ? tf.mul(back, mask) : back;
    }
    return tf.add(tf.concat1d(parts), tf.mul(this.parameters, this.penalty));
  }

  /** He's initialisation for relu units, Glorot's for the output; both uniform. Biases start at 0. */
  private initialParameters(size: number): Float32Array {
    const values = new Float32Array(size);
    this.layers.forEach(({ inputs, units, start }, index) => {
      const limit = Math.sqrt(6 / (index < this.shape.hidden.length ? inputs : inputs + units));
      for (let i = start; i < start + inputs * units; i++) values[i] = (2 * this.learning.random.uniform() - 1) * limit;
    });
    return values;
  }

  private penalties(size: number): Float32Array {
    const values = new Float32Array(size);
    for (const { inputs, units, start } of this.layers)
      values.fill(2 * this.learning.l2, start, start + inputs * units);
    return values;
  }

  /** 0 for a dropped unit, 1 / (1 − dropout) for a kept one: one mask a hidden layer, none without dropout. */
  private dropoutMasks(rows: number): Tensor2D[] {
    const { dropout } = this.learning;
    if (dropout === 0) return [];
    const kept = 1 / (1 - dropout);
    return this.shape.hidden.map(units => {
      const mask = Float32Array.from({ length: rows * units }, () =>
        this.learning.random.uniform() < dropout ? 0 : kept,
      );
      return this.tf.tensor2d(mask, [rows, units]);
    });
  }
}

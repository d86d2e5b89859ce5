import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { DenseLayer, DenseModel } from '../learner';
import type { Random } from '../random';
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
}

/** Rows in float32: `x` is rows × inputs, `y` (class index or value) and `weight` one a row. */
export interface Batch {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly weight: Float32Array;
}

interface Layer {
  readonly weights: Variable;
  readonly bias: Variable;
}

/** What the way forward leaves for the way back: `inputs[l]` is what layer l was given. */
interface Pass {
  readonly inputs: readonly Tensor2D[];
  readonly z: Tensor2D;
}

/**
 * A feed-forward network with relu units on TensorFlow.js, trained by its Adam. The way back is written out instead of
 * taped: the gradients that the tape needs are only in the whole TensorFlow.js package, which is three times as large.
 * All randomness comes from `random`. Holds WASM memory until `dispose`.
 */
export class Network {
  private readonly hidden: readonly Layer[];
  private readonly last: Layer;
  private readonly optimizer;

  constructor(
    private readonly tf: Tf,
    private readonly shape: NetworkShape,
    private readonly learning: NetworkLearning,
    private readonly random: Random,
  ) {
    const inputsOf = [shape.inputs, ...shape.hidden];
    this.hidden = shape.hidden.map((units, index) => this.newLayer(inputsOf[index]!, units, true));
    this.last = this.newLayer(inputsOf[shape.hidden.length]!, shape.outputs, false);
    this.optimizer = tf.train.adam(learning.learningRate);
  }

  /** One step of Adam. @returns the sum of the rows' losses before the step, without the penalty. */
  train(batch: Batch): number {
    return this.tf.tidy(() => {
      const masks = this.dropoutMasks(batch.rows);
      const pass = this.forward(batch, masks);
      const { sum, gradient } = this.lossOf(pass.z, batch);
      const delta = this.tf.tensor2d(gradient, [batch.rows, this.shape.outputs]);
      this.optimizer.applyGradients(this.gradients(pass, delta, masks));
      return sum;
    });
  }

  /** The sum of the rows' losses, without penalty and dropout. */
  evaluate(batch: Batch): number {
    return this.tf.tidy(() => this.lossOf(this.forward(batch, []).z, batch).sum);
  }

  /** A copy of the weights as they are now. */
  snapshot(): DenseLayer[] {
    return this.layers.map(({ weights, bias }, index) => ({
      inputs: weights.shape[0],
      units: weights.shape[1]!,
      weights: Float64Array.from(weights.dataSync()),
      bias: Float64Array.from(bias.dataSync()),
      activation: index < this.shape.hidden.length ? 'relu' : 'linear',
    }));
  }

  private get layers(): readonly Layer[] {
    return [...this.hidden, this.last];
  }

  dispose(): void {
    for (const { weights, bias } of this.layers) this.tf.dispose([weights, bias]);
    this.optimizer.dispose();
  }

  private forward(batch: Batch, masks: readonly Tensor2D[]): Pass {
    const { tf } = this;
    const inputs: Tensor2D[] = [tf.tensor2d(batch.x, [batch.rows, this.shape.inputs])];
    const affine = ({ weights, bias }: Layer, index: number): Tensor2D =>
      tf.add(tf.matMul(inputs[index]!, weights), bias);
    this.hidden.forEach((layer, index) => {
      const active = tf.relu(affine(layer, index));
      const mask = masks[index];
      inputs.push(mask ? tf.mul(active, mask) : active);
    });
    return { inputs, z: affine(this.last, this.hidden.length) };
  }

  private lossOf(z: Tensor2D, { y, weight }: Batch): OutputLoss {
    const values = z.dataSync<'float32'>();
    return outputLoss({ link: this.shape.link, outputs: this.shape.outputs, z: values, y, weight });
  }

  /** Backpropagation; the penalty's 2 · l2 · W is added. @param last derivative of the loss by the last layer's z. */
  private gradients(pass: Pass, last: Tensor2D, masks: readonly Tensor2D[]) {
    const { tf } = this;
    const gradients = [];
    let delta = last;
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const { weights, bias } = this.layers[index]!;
      const input = pass.inputs[index]!;
      const data = tf.matMul(input, delta, true, false);
      const tensor = this.learning.l2 > 0 ? tf.add(data, tf.mul(weights, 2 * this.learning.l2)) : data;
      gradients.push({ name: weights.name, tensor }, { name: bias.name, tensor: tf.sum(delta, 0) });
      if (index === 0) break;
      const mask = masks[index - 1];
      const back: Tensor2D = tf.mul(tf.matMul(delta, weights, false, true), tf.step(input));
      delta = mask ? tf.mul(back, mask) : back;
    }
    return gradients;
  }

  /** He's initialisation for relu units, Glorot's for the output; both uniform. Biases start at 0. */
  private newLayer(inputs: number, units: number, hidden: boolean): Layer {
    const limit = Math.sqrt(6 / (hidden ? inputs : inputs + units));
    const start = Float32Array.from({ length: inputs * units }, () => (2 * this.random.uniform() - 1) * limit);
    return {
      weights: this.tf.tidy(() => this.tf.variable(this.tf.tensor2d(start, [inputs, units]))),
      bias: this.tf.tidy(() => this.tf.variable(this.tf.zeros([units]))),
    };
  }

  /** 0 for a dropped unit, 1 / (1 − dropout) for a kept one: one mask a hidden layer, none without dropout. */
  private dropoutMasks(rows: number): Tensor2D[] {
    const { dropout } = this.learning;
    if (dropout === 0) return [];
    const kept = 1 / (1 - dropout);
    return this.shape.hidden.map(units => {
      const mask = Float32Array.from({ length: rows * units }, () => (this.random.uniform() < dropout ? 0 : kept));
      return this.tf.tensor2d(mask, [rows, units]);
    });
  }
}

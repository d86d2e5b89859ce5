import { optionPlace } from './columns';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ModelyardError, throwIfAborted } from '../errors';
import type { NeuralNetworkOptions } from '../protocol/steps/learners';
import type { DenseLayer, DenseModel, Fit, LearnerProgress, TrainingData } from './learner';
import { Network, type Batch } from './network/network';
import { holdOut } from './holdOut';
import { startTf } from './network/tfBackend';
import { Random } from '../random';

/** Rows of one pass when only the loss is asked for: bounds memory. */
const evaluationRows = 4096;
/** Milliseconds of work between two looks at what came in (cancel). */
const turn = 40;

/**
 * A feed-forward network: relu units, Adam, dropout, early stopping with the best weights put back. A regression's
 * target is standardised for the fit; model and losses are in its own unit (squared).
 * Notes: `epochs`, `best_epoch`, and of the best epoch `best_loss`, `best_val_loss`.
 * @param assetsDir where the WASM files of TensorFlow.js are.
 * @throws ModelyardError `training.numeric` (a feature that is not finite; divergence), `training.label`, `cancelled`.
 */
export const neuralNetworkFit =
  (assetsDir: string): Fit<NeuralNetworkOptions> =>
  async (data, options, progress) => {
    throwIfAborted(progress.signal);
    checkData(data);
    const tf = await startTf(assetsDir);
    const random = new Random(options.seed);
    const target = scaleTarget(data);
    const parts = holdOut(data, options.validation, random);
    const link = linkOf(data.task);
    const network = new Network(
      tf,
      { inputs: data.x.columns, hidden: options.hidden, outputs: link === 'softmax' ? data.classes : 1, link },
      { learningRate: options.learning_rate, l2: options.l2, dropout: options.dropout, random },
    );
    try {
      const rows = new Rows(data, target, classWeights(data, options));
      const training = new Training({ network, rows, options, progress });
      const { layers, notes } = await training.run(parts.fit, parts.validation, random);
      return { model: toModel(data, link, inOwnUnit(layers, target)), notes };
    } finally {
      network.dispose();
    }
  };

interface Fitted {
  readonly layers: readonly DenseLayer[];
  readonly notes: Readonly<Record<string, number>>;
}

interface TrainingParts {
  readonly network: Network;
  readonly rows: Rows;
  readonly options: NeuralNetworkOptions;
  readonly progress: LearnerProgress;
}

/** The loop over epochs. */
class Training {
  private lastTurn = performance.now();

  private readonly network: Network;
  private readonly rows: Rows;
  private readonly options: NeuralNetworkOptions;
  private readonly progress: LearnerProgress;

  constructor(parts: TrainingParts) {
    this.network = parts.network;
    this.rows = parts.rows;
    this.options = parts.options;
    this.progress = parts.progress;
  }

  async run(fit: Int32Array, validation: Int32Array, random: Random): Promise<Fitted> {
    const { epochs, patience } = this.options;
    let best: { epoch: number; loss: number; score: number; layers: DenseLayer[] } | undefined;
    let epoch = 0;
    while (epoch < epochs) {
      epoch++;
      random.shuffle(fit);
      const loss = this.finite('loss', await this.epoch(fit), epoch);
      const score = validation.length > 0 ? this.finite('val_loss', await this.evaluate(validation), epoch) : undefined;
      // Without a validation part there is nothing to choose by: the last epoch is kept.
      if (!best || score === undefined || score < best.score)
        best = { epoch, loss, score: score ?? loss, layers: this.network.snapshot() };
      this.progress.progress(`epoch ${epoch} of at most ${epochs}`, epoch / epochs);
      if (score !== undefined && epoch - best.epoch >= patience) break;
    }
    if (!best) throw new ModelyardError('params.invalid', 'A neural network needs at least one epoch.');
    const notes = { epochs: epoch, best_epoch: best.epoch, best_loss: best.loss };
    return { layers: best.layers, notes: validation.length > 0 ? { ...notes, best_val_loss: best.score } : notes };
  }

  private async epoch(order: Int32Array): Promise<number> {
    let sum = 0;
    for (let start = 0; start < order.length; start += this.options.batch_size) {
      const batch = this.rows.batch(order.subarray(start, start + this.options.batch_size));
      sum += this.network.train(batch);
      await this.breathe();
    }
    return (sum / order.length) * this.rows.lossUnit;
  }

  private async evaluate(order: Int32Array): Promise<number> {
    let sum = 0;
    for (let start = 0; start < order.length; start += evaluationRows) {
      const batch = this.rows.batch(order.subarray(start, start + evaluationRows));
      sum += this.network.evaluate(batch);
      await this.breathe();
    }
    return (sum / order.length) * this.rows.lossUnit;
  }

  /** WASM blocks the thread: lets messages in now and then, so that a cancel is heard between two batches. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.lastTurn > turn) {
      await nextTurn();
      this.lastTurn = performance.now();
    }
    throwIfAborted(this.progress.signal);
  }

  private finite(key: string, value: number, epoch: number): number {
    if (!Number.isFinite(value)) {
      throw new ModelyardError(
        'training.numeric',
        `The neural network diverged: ${key} is ${value} at epoch ${epoch}.`,
        {
          place: optionPlace('learning_rate'),
          fix: `Lower learning_rate (it is ${this.options.learning_rate}), and scale the numeric columns in the prepare step.`,
          data: { epoch, learning_rate: this.options.learning_rate },
        },
      );
    }
    this.progress.metric(key, value, epoch);
    return value;
  }
}

/** The training data in float32, from which batches are gathered. */
class Rows {
  private readonly x: Float32Array;
  readonly lossUnit: number;

  constructor(
    private readonly data: TrainingData,
    private readonly target: Target,
    private readonly weights: Float64Array,
  ) {
    this.x = Float32Array.from(data.x.values);
    this.lossUnit = target.scale * target.scale;
  }

  batch(rows: Int32Array): Batch {
    const { columns } = this.data.x;
    const x = new Float32Array(rows.length * columns);
    const y = new Float32Array(rows.length);
    const weight = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      x.set(this.x.subarray(row * columns, (row + 1) * columns), i * columns);
      y[i] = (this.data.y[row]! - this.target.mean) / this.target.scale;
      weight[i] = this.weights[this.data.task === 'regression' ? 0 : this.data.y[row]!]!;
    }
    return { rows: rows.length, x, y, weight };
  }
}

interface Target {
  readonly mean: number;
  readonly scale: number;
}

function scaleTarget({ y, task }: TrainingData): Target {
  if (task !== 'regression') return { mean: 0, scale: 1 };
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}

/** Puts the target's mean and scale into the last layer. */
function inOwnUnit(layers: readonly DenseLayer[], { mean, scale }: Target): DenseLayer[] {
  return layers.map((layer, index) =>
    index < layers.length - 1
      ? layer
      : { ...layer, weights: layer.weights.map(w => w * scale), bias: layer.bias.map(b => b * scale + mean) },
  );
}

/** `balanced`: rows / (classes · rows of the class). */
function classWeights(data: TrainingData, options: NeuralNetworkOptions): Float64Array {
  const weights = new Float64Array(data.classes).fill(1);
  if (data.task === 'regression' || options.class_weight === 'none') return weights;
  const counts = new Float64Array(data.classes);
  for (const y of data.y) counts[y]!++;
  return weights.map((_, index) => (counts[index] === 0 ? 0 : data.x.rows / (data.classes * counts[index]!)));
}

function checkData({ x, features }: TrainingData): void {
  const wrong = x.values.findIndex(value => !Number.isFinite(value));
  if (wrong >= 0) {
    const feature = features[wrong % x.columns] ?? '';
    throw new ModelyardError(
      'training.numeric',
      `Feature ${feature} is ${x.values[wrong]!} in row ${Math.floor(wrong / x.columns) + 1} of the training part.`,
      {
        fix: `Set \`impute\` for its column in the prepare step.`,
      },
    );
  }
}

const linkOf = (task: TrainingData['task']): DenseModel['link'] =>
  task === 'binary' ? 'sigmoid' : task === 'multiclass' ? 'softmax' : 'identity';

const toModel = (data: TrainingData, link: DenseModel['link'], layers: readonly DenseLayer[]): DenseModel => ({
  kind: 'dense',
  learner: 'neural-network',
  task: data.task,
  features: data.features,
  layers,
  link,
});

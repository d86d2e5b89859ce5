import type { Calibration } from './calibration/calibration';

/** A dense matrix in row order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** `values[row * columns + column]` */
  readonly values: Float64Array;
}

export type Task = 'binary' | 'multiclass' | 'regression';

/** What a learner learns from: already prepared numbers. */
export interface TrainingData {
  readonly x: Matrix;
  /** Class index (binary: 1 = positive) or the value. Length `x.rows`. */
  readonly y: Float64Array;
  readonly task: Task;
  /** 2 for binary, 1 for regression. */
  readonly classes: number;
  /** Names of the columns of `x`. */
  readonly features: readonly string[];
  /** Columns of `x` that hold the numbers of categories, whose order means nothing; trees split them as sets. */
  readonly categorical?: readonly boolean[];
}

export interface LearnerProgress {
  readonly signal: AbortSignal;
  /** One point of a curve, e.g. `loss` at epoch 3; a learner without epochs never calls it. */
  metric(key: string, value: number, step: number): void;
  progress(message: string, fraction?: number): void;
}

/**
 * A fitted model over prepared columns: z = W·activation(… activation(W·x + b)) + b, then a link. Logistic regression
 * is the case without hidden layers.
 */
export interface DenseModel {
  readonly kind: 'dense';
  readonly learner: string;
  readonly task: Task;
  readonly features: readonly string[];
  readonly layers: readonly DenseLayer[];
  /** sigmoid: one output, P(positive); softmax: one a class; identity: regression. */
  readonly link: 'sigmoid' | 'softmax' | 'identity';
  readonly calibration?: Calibration;
}

export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  /** `weights[input * units + unit]` */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly activation: 'relu' | 'linear';
}

export interface Fitted<Model> {
  readonly model: Model;
  /** What the learner has to say of itself: iterations, losses, ... */
  readonly notes: Readonly<Record<string, number>>;
}

/** Fits; the same data and options give the same bits in every process. */
export type Fit<Options, Model = DenseModel> = (
  data: TrainingData,
  options: Options,
  progress: LearnerProgress,
) => Promise<Fitted<Model>>;

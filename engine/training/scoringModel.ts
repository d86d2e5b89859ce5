import type { Frame } from '../protocol/frame';
import type { Model } from './model';
import type { Preparation } from './preparation';

/** A model of any kind, with its preparation inside; one that only ONNX Runtime can score takes its time. */
export interface AnyScoringModel extends Omit<ScoringModel, 'score'> {
  /** As that of `ScoringModel`. */
  score(frame: Frame, rows: ArrayLike<number>): Float64Array | Promise<Float64Array>;
}

/** A model of ours read back from its folder, with its preparation inside. */
export interface ScoringModel {
  readonly preparation: Preparation;
  /** What scores the prepared columns, where it can be looked into. */
  readonly model?: Model;
  /** rows × classes probabilities in row order (binary: P(negative), P(positive)); a regression: one value a row. */
  score(frame: Frame, rows: ArrayLike<number>): Float64Array;
  /** What the scores were before calibration; absent when the model is not calibrated. */
  readonly uncalibrated?: (frame: Frame, rows: ArrayLike<number>) => Float64Array;
}

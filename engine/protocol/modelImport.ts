import type { RunId } from './ids';
import type { ModelVersion } from './registry';

/** A model that another library has trained, to be registered here. */
export interface ModelImport {
  /** LightGBM's text, XGBoost's JSON or ONNX; absolute, or relative to the workspace. */
  readonly file: string;
  /** The registered model that gets a new version; made when there is none. */
  readonly name: string;
  /** The column that is predicted. Default `label`. */
  readonly label?: string;
  /** By their numbers in the model. Default: these numbers. */
  readonly classes?: readonly string[];
  /** The columns of the data, in the order of the model's features. Default: their names in the file. */
  readonly columns?: readonly string[];
  readonly description?: string;
}

export interface ImportedModel {
  readonly version: ModelVersion;
  /** The run that keeps the file and the model folder. */
  readonly runId: RunId;
  readonly format: 'lightgbm' | 'xgboost' | 'onnx';
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly features: number;
  /** 0: it is not made of trees, or not of trees alone; it is scored and not explained. */
  readonly trees: number;
  /** What is worth knowing, as sentences. */
  readonly notes: readonly string[];
}

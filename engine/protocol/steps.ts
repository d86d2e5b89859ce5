import type { JoinMode } from './featureJoins';
import type { ModelTest } from './modelTests';
import type { CrossValidateOptions, EvaluateOptions, LearningCurveOptions } from './steps/evaluation';
import type { TrainOptions, TunedOptions } from './steps/learners';
import type { PrepareOptions } from './steps/preparation';
import type { TuneOptions } from './steps/search';

/** The options (`with:`) of each built-in step, after defaults. */
export interface ValidateOptions {
  readonly dataset: string;
  /** Judges the checks of the parts of the split before it, instead of the file by itself. Absent: false. */
  readonly train_test?: boolean;
}

export interface SplitOptions {
  /** Absent: the dataset of the nearest `validate` step, or the only one there is. */
  readonly dataset?: string;
  /** Share of rows for the test part, in (0, 1). Default 0.2. */
  readonly test: number;
  /** Column whose shares are kept equal in both parts. */
  readonly stratify?: string;
  /** Column whose equal values stay together in one part. */
  readonly group?: string;
  /** Column by which the newest rows become the test part. */
  readonly time?: string;
  /** Default 0. */
  readonly seed: number;
}

/** Of another library's model. */
export interface ImportOptions {
  /** Within the workspace, with `/`. */
  readonly file: string;
  /** The column that is predicted. Default `label`. */
  readonly label?: string;
  /** By their numbers in the model. Default: these numbers. */
  readonly classes?: readonly string[];
  /** In the order of the model's features. Default: their names in the file. */
  readonly columns?: readonly string[];
}

export interface TestOptions {
  readonly model: string;
  /** What the gates of the model ask for. */
  readonly tests: readonly ModelTest[];
  /** Default 0. */
  readonly seed: number;
}

/** Joins features to the rows of a dataset; what comes of it is another dataset. */
export interface FeaturesOptions {
  /** A name of `feature_services`. */
  readonly service: string;
  /** The name of the dataset whose rows ask, with the keys of entities. */
  readonly entities: string;
  /** The column with the time of each row; absent: views with times are asked for the time of the run. */
  readonly event_time?: string;
  /** The name of the dataset whose file is written. */
  readonly as: string;
  /** Default `known`. */
  readonly created: JoinMode;
  /** Columns are named `view__feature`. Default false: only where two views have a feature of one name. */
  readonly full_names: boolean;
}

/** Brings what is new in the sources of feature views into the online store. */
export interface MaterialiseOptions {
  /** Names of `features`; absent: all that have rows. */
  readonly views?: readonly string[];
  /** From the beginning. Default false: what came since the last time. */
  readonly full: boolean;
}

/** Computes feature views anew and judges them by their `monitor`. */
export interface CheckFeaturesOptions {
  /** Names of `features`; absent: all that have rows. */
  readonly views?: readonly string[];
  /** Whether the step fails where an alert stands. Default false: it is only said. */
  readonly fail_on_alert: boolean;
}

export interface GateOptions {
  readonly model: string;
  /** Which stages' gates are judged. Default: all that have gates. */
  readonly stages: readonly string[];
  /** Stages whose gates must pass for the pipeline to go on. Default: none; a blocked stage is then only said. */
  readonly require: readonly string[];
}

export interface RegisterOptions {
  readonly model: string;
  /** The stage the version is moved to when its gates let it; default: the model's first. */
  readonly stage?: string;
  readonly description?: string;
}

export type StepUse =
  | { readonly uses: 'validate'; readonly with: ValidateOptions }
  | { readonly uses: 'features'; readonly with: FeaturesOptions }
  | { readonly uses: 'materialise'; readonly with: MaterialiseOptions }
  | { readonly uses: 'check-features'; readonly with: CheckFeaturesOptions }
  | { readonly uses: 'split'; readonly with: SplitOptions }
  | { readonly uses: 'prepare'; readonly with: PrepareOptions }
  | { readonly uses: 'tune'; readonly with: TuneOptions }
  | { readonly uses: 'train'; readonly with: TrainOptions | TunedOptions }
  | { readonly uses: 'import'; readonly with: ImportOptions }
  | { readonly uses: 'evaluate'; readonly with: EvaluateOptions }
  | { readonly uses: 'cross-validate'; readonly with: CrossValidateOptions }
  | { readonly uses: 'learning-curve'; readonly with: LearningCurveOptions }
  | { readonly uses: 'test'; readonly with: TestOptions }
  | { readonly uses: 'gate'; readonly with: GateOptions }
  | { readonly uses: 'register'; readonly with: RegisterOptions };

export type BuiltInUse = StepUse['uses'];
/** The steps that run in a child process; the others only touch the registry and run in the engine. */
export type ChildUse =
  | Extract<
      StepUse,
      {
        readonly uses:
          | 'validate'
          | 'split'
          | 'prepare'
          | 'import'
          | 'evaluate'
          | 'cross-validate'
          | 'learning-curve'
          | 'test';
      }
    >
  | { readonly uses: 'train'; readonly with: TrainOptions };

import type { Cell, DataFormat, DatasetProfile } from './data';
import type { DataRoles, PlannedCheck } from './dataChecks';
import type { WireError } from './errors';
import type { Digest, PipelineRunId, RunId } from './ids';
import type { StepResources } from './resources';
import type { ChildUse, ImportOptions, StepUse } from './steps';
import type { TrainOptions } from './steps/learners';
import type { Expectation } from './expectations';

/** What flows between steps. A step takes, of each kind it asks for, the nearest one among what it needs. */
export type OutputKind =
  | 'training-set'
  | 'feature-set'
  | 'feature-check'
  | 'dataset'
  | 'split'
  | 'preparation'
  | 'tuning'
  | 'model'
  | 'cross-validation'
  | 'evaluation'
  | 'model-tests'
  | 'gate-report'
  | 'model-version'
  | 'file';

/** A file or folder that a step made, already in the artifact store. */
export interface StepInput {
  readonly kind: OutputKind;
  readonly step: string;
  /** Absolute path of a file or folder to read; never written to. */
  readonly path: string;
  /** The tracked run that the step logged to, perhaps an earlier one; absent outside a pipeline. */
  readonly runId?: RunId;
  /** Its place among that run's artifacts. */
  readonly artifactPath?: string;
}

/** A dataset as the config describes it. */
export interface DatasetSource {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** The folder that links must not lead out of: the workspace. Absent: any file may be read. */
  readonly root?: string;
  /** The path as people know it, relative to the workspace with `/`: for messages and places. Absent: `path`. */
  readonly file?: string;
  readonly format: DataFormat;
  readonly delimiter?: string;
  /** Of a database: the table, or the query, whose rows are the data. */
  readonly table?: string;
  readonly query?: string;
  /** Texts that mean "missing", besides the empty one. */
  readonly missing: readonly string[];
  readonly expect: readonly Expectation[];
  /** What `compared_with` and `row_count_of` name, by their text. */
  readonly references?: Readonly<Record<string, DataReference>>;
  readonly checks?: readonly PlannedCheck[];
  readonly roles?: DataRoles;
  /** Only the first so many bytes are read: more are appended meanwhile. Absent: the file must stay as it is. */
  readonly bytes?: number;
}

/** Versions that data is compared with, the first that fits is taken; or why there are none. */
export type DataReference = { readonly versions: readonly ReferenceSide[] } | { readonly problem: string };
export interface ReferenceSide extends ComparedSide {
  readonly dataset: string;
  readonly digest: string;
}

/** One step handed to a child process, as JSON over its IPC channel: the step's `uses` and `with`, and its surroundings. */
export type Job<Use extends ChildUse | DataUse = ChildUse | DataUse> = Use & JobSurroundings;

/** What the engine itself has computed apart; no step of modelyard.yaml is one of these. */
export type DataUse = ProfileUse | ColumnsUse | FailingUse | ProposeUse | CompareUse | ImportModelUse | TrialUse;
export interface ProfileUse {
  readonly uses: 'profile';
  readonly with: { readonly dataset: string };
}
/** Names and types of the columns, of the first rows. */
export interface ColumnsUse {
  readonly uses: 'columns';
  readonly with: { readonly dataset: string };
}
/** Failing rows of all rules, or of one (from 0). */
export interface FailingUse {
  readonly uses: 'failing';
  readonly with: { readonly dataset: string; readonly rule?: number; readonly limit: number };
}
export interface ProposeUse {
  readonly uses: 'propose';
  readonly with: { readonly dataset: string };
}
export interface CompareUse {
  readonly uses: 'compare';
  readonly with: { readonly before: ComparedSide; readonly after: ComparedSide };
}
/** As the step `import`, of a file that may be anywhere. */
export interface ImportModelUse {
  readonly uses: 'import-model';
  readonly with: ImportOptions;
}
export interface TrialUse {
  readonly uses: 'trial';
  readonly with: TrialOptions;
}
/** How one set of options is measured on folds of the training part, or on a share of it. */
export interface TrialOptions {
  readonly options: TrainOptions;
  readonly folds: number;
  readonly holdout?: number;
  /** Of the folds. */
  readonly seed: number;
  readonly cost?: { readonly false_negative: number; readonly false_positive: number };
}
export interface ComparedSide {
  readonly profile: DatasetProfile;
  /** Absolute path of the distributions; absent for a version of which none were kept. */
  readonly distributions?: string;
}

export interface JobSurroundings {
  readonly step: string;
  /** The tracked run that the step logs to; absent outside a pipeline. */
  readonly runId?: RunId;
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** A private empty folder; what is not named in the result is thrown away with it. */
  readonly workDir: string;
  readonly datasets: readonly DatasetSource[];
  readonly inputs: readonly StepInput[];
  /** The registered model that the step compares with, where it asks for one and there is one. */
  readonly champion?: ChampionModel;
  /** What the step that made the model was told, and how long it and earlier ones took; for a step that tests it. */
  readonly training?: ModelTraining;
  /** Registered versions that gates will compare the evaluated model with. */
  readonly rivals?: readonly ChampionModel[];
  /** The cross-validation that the step compares with, where it asks for one and there is one. */
  readonly earlier?: EarlierFolds;
}

/** How a model was trained. */
export interface ModelTraining {
  /** Absent: not by a step `train` of the pipeline. */
  readonly options?: TrainOptions;
  /** s; absent: nobody has measured it. */
  readonly seconds?: number;
  /** s, of earlier trainings of the pipeline, newest first. */
  readonly earlier: readonly number[];
}

/** The file `cross_validation.json` of an earlier run. */
export interface EarlierFolds {
  /** The run: `r-12`. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/** A registered model's files, for a step that compares with it. */
export interface ChampionModel {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  /** Absolute path of the model's folder. */
  readonly path: string;
  /** Absolute path of the split that it was trained by, where its run has one. */
  readonly split?: string;
}

/** What a running child says, in order. */
export type JobMessage =
  | { readonly type: 'progress'; readonly fraction?: number; readonly message: string }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'metric'; readonly key: string; readonly value: number; readonly step: number }
  | { readonly type: 'done'; readonly result: JobResult; readonly resources?: StepResources }
  | { readonly type: 'failed'; readonly error: WireError; readonly resources?: StepResources };

export interface JobOutput {
  readonly kind: OutputKind;
  /** File or folder within `workDir`. */
  readonly path: string;
  /** Where it goes among the run's artifacts; a folder keeps its tree. Absent: kept for later steps, not shown. */
  readonly artifactPath?: string;
}

export interface JobResult {
  readonly outputs: readonly JobOutput[];
  readonly params: Readonly<Record<string, Cell>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Data the step read. */
  readonly inputs: readonly { readonly dataset: string; readonly digest: Digest; readonly context: string }[];
  /** One line for tree, CLI and lens: `1,000 rows · 12 checks`. */
  readonly summary: string;
  /** The step failed, yet what it made is kept and shown: the checks that failed, the gates that block. */
  readonly error?: WireError;
}

/** What the step's code sees of its surroundings. */
export interface JobContext {
  readonly signal: AbortSignal;
  progress(message: string, fraction?: number): void;
  log(line: string): void;
  /** One point of a curve (loss by epoch). */
  metric(key: string, value: number, step: number): void;
}

/** A built-in step that runs in a child process: `JobRunner<'train'>`. */
export type JobRunner<Name extends (ChildUse | DataUse)['uses']> = (
  job: Job<Extract<ChildUse | DataUse, { readonly uses: Name }>>,
  context: JobContext,
) => Promise<JobResult>;

/** Where a step that touches the registry runs: in the engine, beside the database. */
export interface EngineStepContext {
  readonly runId: RunId;
  readonly pipelineRunId: PipelineRunId;
  readonly pipeline: string;
  readonly configDigest: Digest;
  readonly inputs: readonly StepInput[];
  /** The data that the steps which this one needs have read. */
  readonly datasets: readonly { readonly name: string; readonly digest: Digest }[];
  /** A private empty folder for what the step writes. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  /** A line of the step's console log. */
  log(line: string): void;
}

/** What steps on feature views see of their surroundings. */
export interface FeaturesContext extends EngineStepContext {
  progress(message: string, fraction: number): void;
}

/** What a tune step can do besides: have trials run, each in a process of its own. */
export interface TuneContext extends EngineStepContext {
  readonly step: string;
  /** Trials that can be measured at a time; absent: one a processor. */
  readonly workers?: number;
  progress(message: string, fraction: number): void;
  /**
   * Measures one set of options. `onFold` is told what each fold measured, from 1; its lines of log come with `name`.
   * @throws ModelyardError what the trial failed with; `cancelled`; `remote.*`: nothing can be measured any more
   */
  runTrial(trial: TrialRequest, signal: AbortSignal): Promise<JobResult>;
}
export interface TrialRequest {
  readonly name: string;
  readonly with: TrialOptions;
  /** The metric that `onFold` must be told; others it may be. */
  readonly watched: string;
  readonly onFold: (metric: { readonly key: string; readonly value: number; readonly step: number }) => void;
}

export type TuneRunner = (
  options: Extract<StepUse, { readonly uses: 'tune' }>['with'],
  context: TuneContext,
) => Promise<JobResult>;

export type EngineStepRunner<Name extends 'gate' | 'register'> = (
  options: Extract<StepUse, { readonly uses: Name }>['with'],
  context: EngineStepContext,
) => Promise<JobResult>;

export type FeatureStepRunner<Name extends 'materialise' | 'check-features'> = (
  options: Extract<StepUse, { readonly uses: Name }>['with'],
  context: FeaturesContext,
) => Promise<JobResult>;

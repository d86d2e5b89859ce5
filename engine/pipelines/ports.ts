import type { FileReading } from './cache/workspaceFiles';
import type { Digest, ExperimentId, PipelineRunId, RunId } from '../protocol/ids';
import type {
  DatasetSource,
  ChampionModel,
  EarlierFolds,
  EngineStepRunner,
  FeaturesContext,
  FeatureStepRunner,
  JobOutput,
  JobResult,
  ModelTraining,
  TuneRunner,
} from '../protocol/jobs';
import type { RemoteCommand } from '../protocol/executors';
import type { TrialPool, TrialPoolRequest } from '../protocol/trials';
import type { HttpEndpoint } from '../protocol/engine';
import type { PipelineRun, PlanRequest } from '../protocol/pipelines';
import type { FeaturesOptions } from '../protocol/steps';
import type { TrainOptions, TunedOptions } from '../protocol/steps/learners';
import type { RunStatus } from '../protocol/tracking';
import type { TextRange } from '../protocol/config';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** What pipelines ask of the other rooms; engine/process/wiring hands it over. */
export interface LoadedConfig {
  readonly config: WorkspaceConfig;
  readonly digest: Digest;
  /** Relative to the workspace. */
  readonly file: string;
  readonly text: string;
  /** Where a dotted key stands. */
  readonly locate: (key: string) => TextRange | undefined;
  /** What a pipeline is, whatever partition it runs for: a digest, and the files that its commands read. */
  readonly definition: (pipeline: string) => { readonly digest: Digest; readonly files: readonly string[] };
}

export interface RunTracking {
  ensureExperiment(name: string): { readonly id: ExperimentId };
  /** With a promised heartbeat: when it stops, the run counts as failed. */
  createRun(run: {
    experimentId: ExperimentId;
    name?: string;
    parentRunId?: RunId;
    tags: Readonly<Record<string, string>>;
  }): RunId;
  endRun(runId: RunId, status: RunStatus): void;
  heartbeat(runId: RunId): void;
  logParams(runId: RunId, params: Readonly<Record<string, string>>): void;
  setTags(runId: RunId, tags: Readonly<Record<string, string>>): void;
  tags(runId: RunId): Readonly<Record<string, string>>;
  logMetrics(
    runId: RunId,
    points: readonly { key: string; value: number; step: number; time: number }[],
  ): Promise<void>;
  /** The data that was logged to a run, by its sha-256. */
  inputs(runId: RunId): readonly { dataset: string; digest: Digest }[];
  /** The newest value of each metric of a run. */
  metrics(runId: RunId): Readonly<Record<string, number>>;
  /** What a run holds, by `param C`, `metric auc`, `artifact a/b.txt`, with a text that changes with the value. */
  contents(runId: RunId): ReadonlyMap<string, string>;
  logInputs(runId: RunId, inputs: readonly { dataset: string; digest: Digest; context: string }[]): void;
  logArtifact(runId: RunId, path: string, file: { digest: Digest; size: number }): void;
}

/** Git, packages, host: tags and files that tell in what surroundings a run was made. */
export interface Environment {
  readonly tags: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** Features that a step joins to the rows of a dataset. */
export interface FeaturesPort {
  /** What decides which values they have, by names that people know: `view loans`, `data loans`. */
  readonly parts: (options: FeaturesOptions, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Joins them; the file that becomes the dataset's is an output `training-set`. */
  readonly run: (options: FeaturesOptions, context: FeaturesContext) => Promise<JobResult>;
}

export interface PipelinePorts {
  /** `params`: of this pipeline, instead of what the file says; `text`: instead of the file. @throws ModelyardError `config.*`, `params.invalid` */
  readonly config: (given?: PlanRequest) => Promise<LoadedConfig>;
  readonly tracking: RunTracking;
  /** `leaveOut`: files and folders that are no code, relative to the workspace. */
  readonly environment: (leaveOut: readonly string[], signal: AbortSignal) => Promise<Environment>;
  /** Logs how busy the machine is to a run, until it is ended. */
  readonly watchSystem: (runId: RunId) => { end(): void };
  /** Has the engine listen for MLflow's clients, for what a command logs; rejects when it cannot. */
  readonly http: () => Promise<HttpEndpoint>;
  /** Runs a command elsewhere to its end; its outputs are in the workspace then. */
  readonly remote: (command: RemoteCommand, signal: AbortSignal) => Promise<void>;
  /** Where trials are measured elsewhere; nothing is begun there before the first one. */
  readonly trials: (pool: TrialPoolRequest) => TrialPool;
  /** At the start of an engine: ends what runs elsewhere of steps that worked below this folder. */
  readonly endElsewhere: (folder: string) => Promise<void>;
  readonly gate: EngineStepRunner<'gate'>;
  readonly register: EngineStepRunner<'register'>;
  /** Puts the best version of a registered model into a folder; undefined while there is none. */
  readonly champion: (model: string, folder: string) => Promise<ChampionModel | undefined>;
  /** The same of the version that has a stage or alias now. */
  readonly rival: (model: string, name: string, folder: string) => Promise<ChampionModel | undefined>;
  readonly tune: TuneRunner;
  /** What a train step trains that takes what a tune step has found: `file` is that step's output. */
  readonly tuned: (file: string, options: TunedOptions) => Promise<TrainOptions>;
  /** How long the training of a run took, and that of earlier runs of the pipeline. */
  readonly trainingTimes: (query: {
    readonly pipeline: string;
    readonly runId: RunId;
  }) => Pick<ModelTraining, 'seconds' | 'earlier'>;
  /** The cross-validation of an earlier run (`previous`: of the pipeline); undefined while there is none. */
  readonly earlierFolds: (query: {
    readonly wanted: string;
    readonly pipeline: string;
    readonly runId: RunId;
  }) => EarlierFolds | undefined;
  /** A step has made these; whoever keeps datasets takes note of a validated one. */
  readonly outputsMade: (outputs: readonly (JobOutput & { readonly absolutePath: string })[]) => Promise<void>;
  /** Of a dataset's file as it is now; undefined when there is none. A file whose times are known is not read again. */
  readonly dataDigest: (dataset: string, signal: AbortSignal) => Promise<Digest | undefined>;
  readonly features: FeaturesPort;
  readonly materialise: FeatureStepRunner<'materialise'>;
  readonly checkFeatures: FeatureStepRunner<'check-features'>;
  readonly files: FileReading;
  /** The dataset with the versions that its rules compare it with. */
  readonly references: (source: DatasetSource, signal: AbortSignal) => Promise<DatasetSource>;
  /** A step has read these; whoever keeps datasets sees that something is kept of each version. */
  readonly dataRead: (inputs: readonly { dataset: string; digest: Digest }[], signal: AbortSignal) => Promise<void>;
  /** After the commit. */
  readonly changed: (run: PipelineRun) => void;
}

export interface PipelineQuery {
  readonly pipeline?: string;
  readonly partition?: string;
  readonly limit?: number;
  readonly before?: PipelineRunId;
}

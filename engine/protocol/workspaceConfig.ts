import type { DataFormat } from './data';
import type { DataRoles, PlannedCheck } from './dataChecks';
import type { AuditConfig } from './audit';
import type { CiConfig } from './ci';
import type { InfrastructureConfig } from './infrastructure';
import type { ExecutorConfig, RayExecutor } from './executors';
import type { Expectation } from './expectations';
import type { EntityConfig, FeatureServiceConfig, FeatureViewConfig, OnlineStoreConfig } from './featureConfig';
import type { GateRule } from './gateRules';
import type { StepUse } from './steps';
import type { TriggersConfig } from './triggers';

/** modelyard.yaml after parsing: names resolved, short forms expanded, defaults filled in. */
export interface WorkspaceConfig {
  readonly name: string;
  readonly datasets: Readonly<Record<string, DatasetConfig>>;
  readonly pipelines: Readonly<Record<string, PipelineConfig>>;
  readonly models: Readonly<Record<string, ModelConfig>>;
  readonly ci?: CiConfig;
  readonly infrastructure?: InfrastructureConfig;
  readonly tracking: TrackingConfig;
  readonly security?: SecurityConfig;
  readonly entities?: Readonly<Record<string, EntityConfig>>;
  /** Feature views by name. */
  readonly features?: Readonly<Record<string, FeatureViewConfig>>;
  readonly feature_services?: Readonly<Record<string, FeatureServiceConfig>>;
  /** Absent: the local one. */
  readonly online_store?: OnlineStoreConfig;
}

/** What is asked of model files, and of all else that goes with a model. */
export interface SecurityConfig extends AuditConfig {
  /** `module:name` that pickles of this workspace may ask for, besides the lists of the scan. */
  readonly allow?: readonly string[];
  /** `required`: no version is loaded that is not signed by one of `keys`. */
  readonly signatures?: 'required' | 'optional';
  /** Files with public keys as PEM, relative to the workspace. */
  readonly keys?: readonly string[];
}

export interface TrackingConfig {
  /** The machine's load as metrics `system/…` of each run. */
  readonly system_metrics: boolean;
}

export interface DatasetConfig {
  /** Relative to the workspace; cannot leave it. */
  readonly path: string;
  /** From the file's ending when not given. */
  readonly format: DataFormat;
  readonly description?: string;
  /** CSV only; found out from the first lines when not given. */
  readonly delimiter?: string;
  /** Of a database: either of them. */
  readonly table?: string;
  readonly query?: string;
  readonly missing: readonly string[];
  readonly expect: readonly Expectation[];
  /** Suites are the checks they consist of. With those of a split where a step judges them and the list has none. */
  readonly checks?: readonly PlannedCheck[];
  /** Of a dataset with checks. */
  readonly roles?: DataRoles;
}

export type ParamValue = string | number | boolean;

export interface PipelineConfig {
  readonly description?: string;
  /** What steps take with `${{ params.NAME }}`; it stands in them already. */
  readonly params?: Readonly<Record<string, ParamValue | readonly ParamValue[]>>;
  /** Whether a step is taken from an earlier run that was made of the same; a step may say otherwise. */
  readonly cache?: boolean;
  /** It is run for one of them at a time. */
  readonly partitions?: PartitionsConfig;
  /** What starts it by itself. */
  readonly on?: TriggersConfig;
  /** Of all its commands, in which they stand already. `{env}`: the name of the variable that has the value. */
  readonly env?: Readonly<Record<string, string | { readonly env: string }>>;
  /** Of its commands. */
  readonly executor?: ExecutorConfig;
  /** Of its commands. */
  readonly environment?: EnvironmentConfig;
  /** Steps at a time, at most; absent: as many as there are processors. */
  readonly parallel?: number;
  readonly steps: Readonly<Record<string, StepConfig>>;
}

export type StepConfig = BuiltInStep | CommandStep;

/**
 * `success()`, true: when all that it needs has succeeded; `failure()`: when something of it has not; `always()`: once all
 * of it has ended; false: never.
 */
export type StepCondition = 'success()' | 'failure()' | 'always()' | boolean;

export interface RetryConfig {
  /** In all. */
  readonly attempts: number;
  /** ms before the second one. */
  readonly delay: number;
  /** How many times longer each further wait is. */
  readonly backoff: number;
}

/** Of a step with a `matrix`: it stands in the pipeline once for each combination of values. */
export interface MatrixPlace {
  /** The step as modelyard.yaml has it: `train` of `train (C=0.1)`. */
  readonly step: string;
  /** Of this combination, in the order of their names in the file; they stand in the step already. */
  readonly values: Readonly<Record<string, ParamValue>>;
  /** The step whose combinations these are, with further names or without. */
  readonly from?: string;
}

/** Which instance of a step with a `matrix` a step goes on with; of the others it takes nothing. */
export interface PickRule {
  /** As its run has it. */
  readonly metric: string;
  readonly best: 'highest' | 'lowest';
  /** As modelyard.yaml has it; the step needs all its instances. */
  readonly step: string;
}

/** What a pipeline is run for, each by itself: days, weeks or months, or names. */
export type PartitionsConfig =
  | {
      readonly every: 'day' | 'week' | 'month';
      /** `2024-01-31`: the first day of the first one. */
      readonly start: string;
      /** The day at which no further one begins; absent: they never end. */
      readonly end?: string;
      readonly timezone: string;
    }
  | { readonly names: readonly string[] };

/** What a command finds on its `PATH`; paths are within the workspace, with `/`. */
export interface EnvironmentConfig {
  /** A folder with a virtual environment of Python; made when it is missing. */
  readonly venv?: string;
  /** What is installed in it. */
  readonly requirements?: string;
  /** Makes it; absent: `python3`. */
  readonly python?: string;
  /** The name of a conda environment, or a file that says what is in it. */
  readonly conda?: string;
  /** A folder with a `package.json`. */
  readonly node?: string;
}

interface StepCommon {
  readonly needs: readonly string[];
  readonly matrix?: MatrixPlace;
  /** Instances of its matrix at a time; absent: as many steps as run at all. */
  readonly 'max-parallel'?: number;
  /** Whether the other instances are ended when one fails; absent: true. */
  readonly 'fail-fast'?: boolean;
  readonly pick?: PickRule;
  /** Milliseconds; absent: no limit. */
  readonly timeout?: number;
  /** When it runs; absent: `success()`. */
  readonly if?: StepCondition;
  /** Absent: it is tried once. */
  readonly retry?: RetryConfig;
  /** Absent: as the pipeline says. */
  readonly cache?: boolean;
}

export type BuiltInStep = StepCommon &
  StepUse & {
    /** Of `tune`: where its trials are measured. Absent: here. */
    readonly executor?: 'local' | RayExecutor;
  };

export interface CommandStep extends StepCommon {
  readonly uses: 'run';
  /** A shell command, run in the workspace folder. */
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose value is that of another one where the step runs, by the name of that one. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Absent: here. */
  readonly executor?: ExecutorConfig;
  /** Absent: that of the engine. */
  readonly environment?: EnvironmentConfig;
  /** Files or folders it makes; kept as artifacts of the run. A missing one fails the step. */
  readonly outs: readonly string[];
  /** Files, folders or patterns that it reads. Absent: nobody knows, so that it runs each time. */
  readonly deps?: readonly string[];
}

export interface ModelConfig {
  readonly description?: string;
  /** In order; the first is where a new version starts. */
  readonly stages: readonly string[];
  readonly gates: Readonly<Record<string, readonly GateRule[]>>;
}

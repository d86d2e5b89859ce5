import type { ConfigMethods } from './config';
import type { CiMethods } from './ci';
import type { CodeDiff, RunDiff } from './compare';
import type { CurveKey, CurvesQuery, RunCurves } from './curves';
import type { CheckResult, DatasetVersion } from './data';
import type { DatasetDetail } from './datasets';
import type { DataCheckReport } from './dataChecks';
import type { ParameterEffect } from './effects';
import type { DebugEnd, DebugLaunch } from './debug';
import type {
  DatasetComparison,
  DatasetRun,
  DatasetStatus,
  DatasetVersions,
  FailingRows,
  ProposedExpectations,
} from './datasets';
import type { CompiledWorkflow, CompileRequest, SubmitRequest, SubmittedWorkflow } from './executors';
import type { GateReport } from './gates';
import type { Digest, ExperimentId, PipelineRunId, RunId, StudyId } from './ids';
import type { Affected, LineageGraph, LineageQuery } from './lineage';
import type { ImportedModel, ModelImport } from './modelImport';
import type { Backfill, BackfillProgress, BackfillRequest, PartitionList } from './partitions';
import type {
  PipelineFlow,
  PipelinePlan,
  PipelineRequest,
  PipelineRun,
  PipelineSummary,
  PlanRequest,
  StepMade,
} from './pipelines';
import type { Promotion, RegisteredModel } from './registry';
import type { RegistryMethods } from './registryMoves';
import type {
  FilterCompletion,
  FilterCondition,
  GroupQuery,
  RunGroups,
  RunIds,
  RunKeys,
  RunQuery,
  RunsChange,
  ValueCount,
  ValueQuery,
} from './runTable';
import type { FeatureJoinMethods, FeatureMethods, FeatureMonitorMethods, FeatureOnlineMethods } from './featureMethods';
import type { InfraMethods } from './infrastructure';
import type { ServingMethods } from './serving';
import type { RunCard } from './runCard';
import type { ReplayReport } from './replay';
import type { ArtifactEntry, Experiment, MetricSeries, RunSummary } from './tracking';
import type { ParamValue, Study, StudySummary, Trial } from './tuning';
import type { TriggerEvent, TriggerKind, TriggerList, TriggerOutcome, UpcomingTime } from './triggers';
import type { AuditMethods } from './audit';
import type { CheckQuery, CheckReport } from './verdicts';
import type { ExportReport, ExportRequest, FoundSource, ImportReport, ImportRequest } from './transfer';

/**
 * Every call of the engine: `method: { params, result }`. JSON-RPC requests over the engine's socket carry exactly
 * these; the extension, the command line and tests use no other way in. Long calls take a cancellation and report
 * `ProgressReport`s.
 */
export interface Methods
  extends
    ConfigMethods,
    RegistryMethods,
    AuditMethods,
    ServingMethods,
    CiMethods,
    InfraMethods,
    FeatureMethods,
    FeatureJoinMethods,
    FeatureOnlineMethods,
    FeatureMonitorMethods {
  /** First call of every connection; any other before it is refused. */
  'engine/hello': { params: Hello; result: Welcome };
  'engine/status': { params: Empty; result: EngineStatus };
  /** Has the engine listen for HTTP (as well) on this port, 0 = any free one; `token: null` turns the token off. */
  'engine/listen': { params: { port?: number; token?: string | null }; result: HttpEndpoint };
  /** Ends the engine once what is under way has ended (or at once, cancelling it, with `now`). */
  'engine/stop': { params: { now?: boolean }; result: Empty };

  'datasets/list': { params: Empty; result: readonly DatasetVersion[] };
  'datasets/get': { params: { name: string; digest?: Digest }; result: DatasetDetail };
  /** Reads and checks datasets (all, or the named ones), records their versions. Long. */
  'datasets/validate': { params: { names?: readonly string[] }; result: readonly DatasetCheck[] };

  /** How the file of each dataset of modelyard.yaml stands. A file that is new to the engine is read for its digest. */
  'datasets/status': { params: Empty; result: readonly DatasetStatus[] };
  /** What is known of a dataset's versions, the last seen first; default 50 a page. */
  'datasets/versions': { params: { name: string; limit?: number; pageToken?: string }; result: DatasetVersions };
  /** Runs that have read a version, the newest first; default 50 a page. */
  'datasets/runs': {
    params: { name: string; digest: Digest; limit?: number; pageToken?: string };
    result: { readonly runs: readonly DatasetRun[]; readonly nextPageToken?: string };
  };
  'datasets/failing': { params: { name: string; rule?: number; limit?: number }; result: FailingRows };
  'datasets/propose': { params: { name: string; text?: string }; result: ProposedExpectations };
  /**
   * What has changed between two versions. Each is a digest or the beginning of one, `now` (the file), `last` (what the
   * last run read), `lock`, or a run (`r-12`); default: `last` and `now`. Reads the file when it is not known yet. Long.
   */
  'datasets/compare': { params: { name: string; before?: string; after?: string }; result: DatasetComparison };

  'pipelines/list': { params: Empty; result: readonly PipelineSummary[] };
  /** Runs a pipeline to its end. Long; a failed step is a result, not an error. */
  'pipelines/run': { params: PipelineRequest; result: PipelineRun };
  /** What a run would do now with each step, and why; nothing runs. Files that are new to the engine are read. */
  'pipelines/plan': { params: PlanRequest; result: PipelinePlan };
  /** The pipeline as the workflow of an orchestrator elsewhere. */
  'pipelines/compile': { params: CompileRequest; result: CompiledWorkflow };
  /** Runs it there, as a workflow of Argo, to its end. Long; a failed task is a result. */
  'pipelines/submit': { params: SubmitRequest; result: SubmittedWorkflow };
  /** What has been made of the partitions of a pipeline; `limit`: the newest so many. */
  'pipelines/partitions': { params: { pipeline: string; limit?: number }; result: PartitionList };
  /** Runs partitions that are missing. Long; a failed one is a result. */
  'pipelines/backfill': { params: BackfillRequest; result: Backfill };
  'pipelines/get': { params: { id: PipelineRunId }; result: PipelineRun };
  'pipelines/runs': {
    params: { pipeline?: string; partition?: string; limit?: number; before?: PipelineRunId };
    result: readonly PipelineRun[];
  };
  /** What the steps of a run have read and made. */
  'pipelines/flow': { params: { id: PipelineRunId }; result: PipelineFlow };
  /** What a step of a run was made of, and why it ran. */
  'pipelines/step': { params: { id: PipelineRunId; step: string }; result: StepMade };
  'pipelines/cancel': { params: { id: PipelineRunId }; result: Empty };
  /** What a step has printed that runs under the debugger of this client. */
  'pipelines/debugOutput': { params: { id: PipelineRunId; step: string; text: string }; result: Empty };
  /** How it ended there. */
  'pipelines/debugEnded': { params: { id: PipelineRunId; step: string } & DebugEnd; result: Empty };
  /** A part of a step's log, by bytes. */
  'pipelines/log': {
    params: { id: PipelineRunId; step: string; offset?: number; limit?: number };
    result: { readonly text: string; readonly next: number; readonly size: number };
  };

  /** Searches for the best parameters, newest first; default 50. */
  'studies/list': { params: { pipeline?: string; limit?: number }; result: readonly StudySummary[] };
  /** `study`: `s-3`, `3` or the beginning of its id. */
  'studies/get': { params: { study: string }; result: Study };
  /** Has parameters tried next, whatever the sampler would say: `learner` and some of its options. */
  'studies/enqueue': { params: { study: string; params: Readonly<Record<string, ParamValue>> }; result: Trial };
  /** Ends a study that is under way; its step goes on with what was found. */
  'studies/stop': { params: { study: string }; result: StudySummary };
  /** Has the next run of its step go on with a study, with so many more trials or seconds. */
  'studies/extend': { params: { study: string; trials?: number; seconds?: number }; result: StudySummary };

  'experiments/list': { params: Empty; result: readonly Experiment[] };
  'runs/search': {
    params: RunSearch;
    result: { readonly runs: readonly RunSummary[]; readonly nextPageToken?: string };
  };
  /** By id, by `r-42`, by `42`. */
  'runs/get': { params: { run: string }; result: RunSummary };
  'runs/series': {
    params: { runId: RunId; keys?: readonly string[]; maxPoints?: number };
    result: readonly MetricSeries[];
  };
  /** One metric of many runs, for a chart of any part of its x axis. */
  'runs/curves': { params: CurvesQuery; result: RunCurves };
  /** The metrics that these runs have, by name. */
  'runs/curveKeys': { params: { runIds: readonly RunId[] }; result: readonly CurveKey[] };
  /** How the code of two runs differs: commits, what was not committed, modelyard.yaml. Asks git; may take seconds. */
  'runs/codeDiff': { params: { before: RunId; after: RunId }; result: CodeDiff };
  /** All in which a run differs from another one; without `other`, or with `HEAD`, from HEAD with the working tree. */
  'runs/diff': { params: { run: string; other?: string }; result: RunDiff };
  /** The report card of a run, or of one of its steps: what ran and why, what it took, found and made. */
  'runs/card': { params: { run: string; step?: string }; result: RunCard };
  'runs/artifacts': { params: { runId: RunId; path?: string }; result: readonly ArtifactEntry[] };
  /** At most `maxBytes` (default 1 MiB) of an artifact. `text` for what is UTF-8, else `base64`. */
  'runs/artifact': { params: { runId: RunId; path: string; maxBytes?: number }; result: ArtifactContent };
  /** What a table of runs asks: their order, then the rows that are looked at (at most 1,000 a call). */
  'runs/ids': { params: RunQuery & { readonly orderBy?: readonly string[] }; result: RunIds };
  'runs/list': { params: { runIds: readonly RunId[] }; result: readonly RunSummary[] };
  'runs/keys': { params: RunQuery; result: RunKeys };
  'runs/groups': { params: GroupQuery; result: RunGroups };
  'runs/values': { params: ValueQuery; result: readonly ValueCount[] };
  /** The conditions of a filter; a wrong one is an error with its column. */
  'runs/conditions': { params: { filter: string }; result: readonly FilterCondition[] };
  'runs/complete': {
    params: { filter: string; offset: number; experimentIds?: readonly ExperimentId[] };
    result: FilterCompletion;
  };
  'runs/change': { params: RunsChange; result: Empty };
  'runs/update': {
    params: { runId: RunId; name?: string; note?: string; tags?: Readonly<Record<string, string | null>> };
    result: RunSummary;
  };
  /** What finished runs say about the values in modelyard.yaml; `text`: the unsaved text of an editor. */
  'runs/effects': { params: { text?: string }; result: readonly ParameterEffect[] };
  /**
   * Makes a run again in a folder of its own, and says whether the same comes of it. By id, by `r-42`, by `42`. Long; a
   * difference is a result, not an error.
   */
  'runs/replay': { params: { run: string }; result: ReplayReport };
  'runs/delete': { params: { runId: RunId }; result: Empty };
  'runs/restore': { params: { runId: RunId }; result: Empty };

  'models/list': { params: Empty; result: readonly RegisteredModel[] };
  'models/get': { params: { name: string }; result: RegisteredModel };
  /** Judges the gates of a stage without moving anything. */
  'models/gates': { params: { name: string; version: number; stage: string }; result: GateReport };
  /** Judges the gates and, if they let it, moves the version. Not promoted is a result, not an error. */
  'models/promote': { params: { name: string; version: number; to: string; reason?: string }; result: Promotion };
  /** Gives a version a name of its own; another version that had it loses it. */
  'models/setAlias': {
    params: { name: string; alias: string; version: number; reason?: string };
    result: RegisteredModel;
  };
  /** Registers a model that another library has trained. Long. */
  'models/import': { params: ModelImport; result: ImportedModel };
  'models/deleteAlias': { params: { name: string; alias: string; reason?: string }; result: RegisteredModel };

  /** What a thing came from and what came of it, as far as some hundred nodes go: of many of a kind there is a count. */
  'lineage/graph': { params: LineageQuery; result: LineageGraph };
  /** What is wrong if this is: all runs and model versions that it has gone into, those in use first. */
  'lineage/affected': { params: { node: string }; result: Affected };

  /** What starts pipelines by itself, and how each stands. */
  'triggers/list': { params: Empty; result: TriggerList };
  /**
   * Triggers work from now until this client says otherwise or leaves, or as long as another one watches. Answers when
   * each has been looked at once: what changes from then on is seen. Long.
   */
  'triggers/watch': { params: { on: boolean }; result: TriggerList };
  /** The next times of schedules, the nearest first: `count` in all, of all pipelines or of one. */
  'triggers/next': { params: { pipeline?: string; count: number }; result: readonly UpcomingTime[] };
  /** Starts a pipeline, or has it wait for its run that is under way. Does not wait for the end. */
  'triggers/fire': { params: { pipeline: string; reason?: string }; result: TriggerOutcome };
  /** Without `kind`: all triggers of the pipeline. */
  'triggers/pause': { params: { pipeline: string; kind?: TriggerKind }; result: TriggerList };
  'triggers/resume': { params: { pipeline: string; kind?: TriggerKind }; result: TriggerList };

  /** Judges all rules there are, and tells each verdict with its place. Long; a failed rule is a result, not an error. */
  'checks/run': { params: CheckQuery; result: CheckReport };
  /** The verdicts as they were judged last; nothing is judged. A rule that never was is `unknown`. */
  'checks/last': { params: Pick<CheckQuery, 'only' | 'stages'>; result: CheckReport };

  /** What could be imported among the files of the workspace. */
  'transfer/find': { params: Empty; result: readonly FoundSource[] };
  /** Brings runs in from another tool or workspace. Long; runs that were left out are a result, not an error. */
  'transfer/import': { params: ImportRequest; result: ImportReport };
  /** Takes runs out to a file or an MLflow server. Long. */
  'transfer/export': { params: ExportRequest; result: ExportReport };

  /** A clean copy of the database with `VACUUM INTO`. */
  'db/copy': { params: { to: string }; result: { readonly path: string; readonly bytes: number } };
  'db/check': { params: Empty; result: DatabaseCheck };
  /**
   * The files of `.modelyard/objects` that no row mentions; `remove`: they are removed. What was written within the last hour, or since the
   * oldest run that is under way began, stays. Long.
   */
  'db/collect': { params: { remove: boolean }; result: CollectedObjects };
}

export type Empty = Readonly<Record<string, never>>;
export type Method = keyof Methods;
export type Params<M extends Method> = Methods[M]['params'];
export type Result<M extends Method> = Methods[M]['result'];

export interface Hello {
  /** From `.modelyard/engine.json`, which only this user can read. */
  readonly token: string;
  readonly client: 'extension' | 'cli' | 'test';
  readonly version: string;
  /** False for a window in restricted mode: it may read, nothing may run. */
  readonly trusted: boolean;
  /** The file the client works with, relative to the workspace; default `modelyard.yaml`. An engine has one. */
  readonly configFile?: string;
}

export interface Welcome {
  readonly version: string;
  readonly pid: number;
  readonly workspace: { readonly root: string; readonly configFile: string; readonly hasConfig: boolean };
}

export interface HttpEndpoint {
  readonly url: string;
  /** Absent when the token is off. */
  readonly token?: string;
}

export interface EngineStatus {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly clients: readonly { readonly client: string; readonly trusted: boolean }[];
  readonly http?: HttpEndpoint;
  readonly database: { readonly path: string; readonly bytes: number };
  readonly memory: { readonly rss: number };
  readonly running: readonly PipelineRun[];
}

export interface DatasetCheck {
  readonly version: DatasetVersion;
  readonly checks: readonly CheckResult[];
  /** What the integrity checks say; absent: the dataset has none. */
  readonly report?: DataCheckReport;
}

export interface RunSearch {
  readonly experimentIds?: readonly ExperimentId[];
  /** MLflow's filter grammar: `metrics.auc > 0.7 AND params.learner = 'logistic'`. */
  readonly filter?: string;
  /** `metrics.auc DESC`, `attributes.start_time` ... */
  readonly orderBy?: readonly string[];
  readonly lifecycle?: 'active' | 'deleted' | 'all';
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface ArtifactContent {
  readonly path: string;
  readonly size: number;
  readonly truncated: boolean;
  readonly text?: string;
  readonly base64?: string;
}

export interface CollectedObjects {
  /** Files that nothing refers to, and their bytes; removed when `removed`. */
  readonly unused: number;
  readonly unusedBytes: number;
  /** All others. */
  readonly kept: number;
  readonly keptBytes: number;
  readonly removed: boolean;
}

export interface DatabaseCheck {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly path: string;
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly missingObjects: number;
}

/** Said while a long call runs. */
export interface ProgressReport {
  readonly message: string;
  /** 0..1 of the whole. */
  readonly fraction?: number;
  /** `pipelines/run`: the state of every step. */
  readonly pipelineRun?: PipelineRun;
  /** `pipelines/backfill`: the partition that has begun or ended. */
  readonly backfill?: BackfillProgress;
  /** `pipelines/run` with `debug`: what is to be started under the debugger, said once. */
  readonly debug?: DebugLaunch;
}

/** Said to every client, after the change has been committed. */
export interface Events {
  /** Of one commit all, be it thousands. */
  'runs/changed': { readonly runIds: readonly RunId[] };
  'run/points': {
    readonly runId: RunId;
    readonly points: readonly {
      readonly key: string;
      readonly value: number;
      readonly step: number;
      readonly time: number;
    }[];
  };
  'pipeline/changed': { readonly run: PipelineRun };
  /** A trial of a study, or the study itself. */
  'study/changed': { readonly id: StudyId };
  'dataset/changed': { readonly name: string };
  'model/changed': { readonly name: string };
  /** Views were recorded, computed, materialised, pushed to or checked. */
  'features/changed': { readonly views: readonly string[] };
  /** A server was started or stopped, serves another version, or a version was tested. */
  'serving/changed': Empty;
  'trigger/happened': TriggerEvent;
  'config/changed': Empty;
  /** Files of CI systems were written. */
  'ci/changed': Empty;
  /** Files that models are deployed with were written. */
  'infra/changed': Empty;
  /** The workspace was looked through for secrets, weaknesses or licences. */
  'audit/changed': Empty;
}
export type EventName = keyof Events;

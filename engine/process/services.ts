import type { HttpHandler } from '../http';
import type { InfrastructureService } from '../infrastructure/service';
import type {
  CompletionEntry,
  ConfigDiagnostic,
  ConfigEdit,
  ConfigLocation,
  ConfigOutline,
  ConfigPosition,
  HoverInfo,
  RuleChange,
  TextRange,
} from '../protocol/config';
import type { CodeDiff } from '../protocol/compare';
import type { CurveKey, CurvesQuery, RunCurves } from '../protocol/curves';
import type { DatasetVersion } from '../protocol/data';
import type { DatasetDetail, DatasetCheck } from '../protocol/datasets';
import type { Digest, RunId } from '../protocol/ids';
import type { ArtifactContent, ArtifactEntry, Experiment, MetricSeries, RunSummary } from '../protocol/tracking';
import type { DatabaseCheck } from '../protocol/engine';
import type { Params, Result } from '../protocol/methods';
import type { ProgressReport } from '../protocol/progress';
import type { ExecutorService } from '../executors/service';
import type { PipelineService } from '../pipelines/service';
import type { RegistryService } from '../registry/service';
import type { FeatureJoins } from '../features/offline/featureJoins';
import type { FeatureMonitoring } from '../features/monitor/monitor';
import type { OnlineFeatures } from '../features/online/onlineFeatures';
import type { FeatureService } from '../features/service';
import type { LineageService } from '../lineage/service';
import type { SecurityService } from '../security/service';
import type { SigningService } from '../security/signing/service';
import type { Effects } from './wiring/effects';
import type { AuditCall } from './wiring/openAudit';
import type { ModelImports } from './wiring/modelImports';
import type { RunCards } from './wiring/runCards';
import type { RunDiffs } from './wiring/runDiffs';
import type { VersionDiffs } from './wiring/versions/versionDiffs';
import type { TrackingService } from '../tracking/service';
import type { ReplayService } from '../replay/service';
import type { ServingService } from '../serving/service';
import type { TransferService } from '../transfer/service';
import type { TriggerService } from '../triggers/service';
import type { TuningService } from '../tuning/service';
import type { VerdictService } from '../verdicts/service';

type Awaitable<T> = T | Promise<T>;

/** What the doors of the engine (socket, HTTP) ask of the rooms behind them; compose.ts builds it. */
export interface Services {
  readonly config: ConfigCalls;
  readonly data: DataCalls;
  readonly tracking: TrackingCalls;
  readonly table: Pick<
    TrackingService['table'],
    'ids' | 'list' | 'keys' | 'groups' | 'values' | 'complete' | 'conditions'
  >;
  readonly effects: Pick<Effects, 'of'>;
  readonly pipelines: Pick<
    PipelineService,
    | 'list'
    | 'plan'
    | 'run'
    | 'debugOutput'
    | 'debugEnded'
    | 'get'
    | 'search'
    | 'cancel'
    | 'log'
    | 'running'
    | 'flow'
    | 'made'
  >;
  readonly partitions: Pick<PipelineService['partitions'], 'list' | 'backfill'>;
  readonly tuning: Pick<TuningService, 'list' | 'get' | 'enqueue' | 'stop' | 'extend'>;
  readonly executors: Pick<ExecutorService, 'compile' | 'submit' | 'trusted'>;
  readonly verdicts: Pick<VerdictService, 'check'>;
  readonly registry: Pick<
    RegistryService,
    'list' | 'get' | 'gates' | 'promote' | 'moveAlias' | 'describe' | 'tag' | 'search'
  >;
  readonly wayBack: Pick<RegistryService['wayBack'], 'demote' | 'rollback' | 'archive' | 'restore' | 'delete'>;
  readonly cleaning: Pick<RegistryService['cleaning'], 'run'>;
  readonly approvals: Pick<RegistryService['approvals'], 'list' | 'decide' | 'withdraw'>;
  readonly versionDiffs: Pick<VersionDiffs, 'diff' | 'compare'>;
  readonly audit: { readonly run: AuditCall };
  /** The ML-BOM of a version. */
  readonly bom: { of(name: string, version: number): Promise<string> };
  readonly signing: Pick<SigningService, 'toSign' | 'add' | 'verify' | 'check' | 'bundle'>;
  readonly security: Pick<SecurityService, 'scanPaths' | 'scanVersion'>;
  readonly modelImports: Pick<ModelImports, 'import'>;
  readonly serving: Pick<ServingService, 'start' | 'export' | 'list' | 'stop' | 'test' | 'tests'>;
  readonly features: Pick<FeatureService, 'list' | 'get' | 'apply' | 'diff'>;
  readonly monitoring: Pick<FeatureMonitoring, 'statistics' | 'check'>;
  readonly onlineFeatures: Pick<OnlineFeatures, 'materialise' | 'get' | 'push'>;
  readonly featureJoins: Pick<FeatureJoins, 'changes' | 'compute' | 'trainingSet' | 'preview'>;
  readonly lineage: Pick<LineageService, 'graph' | 'affected'>;
  readonly runDiffs: Pick<RunDiffs, 'diff'>;
  readonly runCards: Pick<RunCards, 'card'>;
  readonly replay: Pick<ReplayService, 'replay'>;
  readonly triggers: Pick<TriggerService, 'list' | 'watch' | 'look' | 'next' | 'fireByHand' | 'pause' | 'resume'>;
  readonly infrastructure: Pick<InfrastructureService, 'status' | 'write'>;
  readonly deployments: Pick<InfrastructureService['deploy'], 'status' | 'write' | 'check'>;
  readonly transfer: Pick<TransferService, 'find' | 'import' | 'export'>;
  /** What nothing in the database refers to. */
  readonly collect: (remove: boolean, signal: AbortSignal) => Promise<Result<'db/collect'>>;
  readonly store: { check(): DatabaseCheck; copyTo(file: string): Result<'db/copy'> };
  readonly http: HttpHandler;
  databaseFile(): { readonly path: string; readonly bytes: number };
  /** Asks all that runs to stop. */
  cancelAll(): void;
  /** Writes what waits, closes the database. */
  close(): Promise<void>;
}

export interface ConfigCalls {
  outline(text?: string): Awaitable<ConfigOutline>;
  diagnose(text?: string): Awaitable<readonly ConfigDiagnostic[]>;
  complete(position: ConfigPosition): Awaitable<readonly CompletionEntry[]>;
  hover(position: ConfigPosition): Awaitable<HoverInfo | null>;
  definition(position: ConfigPosition): Awaitable<ConfigLocation | null>;
  locate(keys: readonly string[], text?: string): Awaitable<readonly (TextRange | null)[]>;
  editRule(key: string, change: RuleChange, text?: string): Awaitable<ConfigEdit | null>;
  editKeys(file: string, text?: string): Awaitable<ConfigEdit | null>;
}

export interface DataCalls {
  list(): Awaitable<readonly DatasetVersion[]>;
  get(name: string, digest?: Digest): Awaitable<DatasetDetail>;
  validate(
    names: readonly string[] | undefined,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<readonly DatasetCheck[]>;
  status(signal: AbortSignal): Promise<Result<'datasets/status'>>;
  versions(query: Params<'datasets/versions'>, signal: AbortSignal): Promise<Result<'datasets/versions'>>;
  runs(query: Params<'datasets/runs'>): Awaitable<Result<'datasets/runs'>>;
  failing(
    query: Params<'datasets/failing'>,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<Result<'datasets/failing'>>;
  propose(
    query: Params<'datasets/propose'>,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<Result<'datasets/propose'>>;
  compare(
    query: Params<'datasets/compare'>,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<Result<'datasets/compare'>>;
}

export interface TrackingCalls {
  experiments(): Awaitable<readonly Experiment[]>;
  search(query: Params<'runs/search'>): Awaitable<Result<'runs/search'>>;
  change(change: Params<'runs/change'>): Awaitable<void>;
  find(run: string): Awaitable<RunSummary>;
  series(query: Params<'runs/series'>): Awaitable<readonly MetricSeries[]>;
  curves(query: CurvesQuery, signal: AbortSignal): Promise<RunCurves>;
  curveKeys(runIds: readonly RunId[]): Awaitable<readonly CurveKey[]>;
  codeDiff(runs: Params<'runs/codeDiff'>, signal: AbortSignal): Promise<CodeDiff>;
  artifacts(runId: RunId, path: string): Awaitable<readonly ArtifactEntry[]>;
  artifact(query: Params<'runs/artifact'>): Awaitable<ArtifactContent>;
  update(change: Params<'runs/update'>): Awaitable<RunSummary>;
  deleteRun(runId: RunId): Awaitable<void>;
  restoreRun(runId: RunId): Awaitable<void>;
}

import type { ColumnComparison } from '../protocol/datasets';
import type { Digest, PipelineRunId, RunId } from '../protocol/ids';
import type { PipelineRun } from '../protocol/pipelines';
import type { TriggerEvent } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** Runs of which it is asked whether they were under way when something was made. */
export const recentRuns = 50;

/** What triggers ask of the other rooms; engine/process/wiring hands it over. */
export interface TriggerPorts {
  /** @throws ModelyardError `config.*` */
  readonly config: () => Promise<{ readonly config: WorkspaceConfig }>;
  readonly pipelines: {
    /** Runs to the end. `begun` is called in the commit that makes the run; when it throws, there is no run. */
    run(request: {
      readonly pipeline: string;
      readonly tags: Readonly<Record<string, string>>;
      /** ms since 1970: of a schedule the time that it was for. */
      readonly at?: number;
      readonly begun: (run: PipelineRun) => void;
    }): Promise<unknown>;
    running(): readonly PipelineRun[];
    /** The newest first. */
    recent(limit: number): readonly PipelineRun[];
  };
  readonly files: WatchedFiles;
  readonly models: {
    lastMove(model: string): number;
    /** Moves between stages after that one, and the first stages of new versions; in their order. */
    moves(model: string, after: number): readonly ModelMove[];
  };
  readonly metrics: MeasuredMetrics;
  readonly drift: DriftPort;
  /** The pipeline run that a tracked run is part of. */
  readonly pipelineRunOf: (runId: RunId) => PipelineRunId | undefined;
  /** The word among these that was probably meant. */
  readonly meant: (word: string, known: Iterable<string>) => string | undefined;
  /** After the commit. */
  readonly happened: (event: TriggerEvent) => void;
  /** Keeps the engine from ending while a run that a trigger has started is under way. */
  readonly busy: () => { release(): void };
  readonly failed: (what: string, error: unknown) => void;
}

export interface WatchedFiles {
  /** Undefined when there is no file. */
  stamp(file: string): Promise<{ readonly stamp: string; readonly modifiedAt: number } | undefined>;
  digest(file: string, signal: AbortSignal): Promise<string>;
  /** Paths relative to the workspace, with `/`. */
  find(patterns: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

export interface ModelMove {
  readonly id: number;
  readonly version: number;
  /** Absent: it is new. */
  readonly from?: string;
  readonly to: string;
  readonly at: number;
  readonly runId?: RunId;
}

/** Points that runs have logged, whoever did so. */
export interface MeasuredMetrics {
  /** Another number when something was logged, or a run has changed; asked at each look. */
  changes(): number;
  /** Where what is there now ends. @throws ModelyardError `params.invalid`: the filter */
  begin(query: MetricQuery): MetricCursor;
  /** What came since, in the order of time; a page of it. @throws ModelyardError `params.invalid`: the filter */
  since(
    query: MetricQuery,
    cursor: MetricCursor,
  ): { readonly points: readonly MeasuredPoint[]; readonly cursor: MetricCursor };
  /** The names of all metrics that runs of the experiment have logged. */
  keys(experiment: string): readonly string[];
}

export interface MetricQuery {
  readonly experiment: string;
  readonly key: string;
  readonly runs?: string;
  readonly nested: boolean;
}

export interface MetricCursor {
  readonly seen: Readonly<Record<string, number>>;
  readonly before: number;
}

export interface MeasuredPoint {
  readonly run: RunId;
  readonly number: number;
  readonly value: number;
  readonly time: number;
  readonly seq: number;
}

export interface DriftPort {
  /** Another number when a registered model has changed; asked at each look. */
  changes(): number;
  /**
   * The version of the dataset that the best version of the model was trained on.
   * @throws ModelyardError `not-found` when there is no such version, or it does not say what it was trained on
   */
  reference(model: string, dataset: string): Promise<DriftReference>;
  /** Compares it with the file as it is now. @throws ModelyardError `data.*`, `conflict`, `cancelled` */
  compare(request: DriftRequest, signal: AbortSignal): Promise<DriftFinding>;
}

export interface DriftReference {
  /** Of the model. */
  readonly version: number;
  readonly digest: Digest;
}

export interface DriftRequest {
  readonly dataset: string;
  readonly trainedOn: string;
  readonly digest: Digest;
}

export interface DriftFinding {
  /** Of the file that was compared. */
  readonly digest: Digest;
  readonly columns: readonly ColumnComparison[];
}

import type { PipelineRunId, RunId } from '../protocol/ids';
import type { PipelineRun } from '../protocol/pipelines';
import type { TriggerEvent } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** What triggers ask of the other rooms; engine/process/compose.ts hands it over. */
export interface TriggerPorts {
  /** @throws ModelyardError `config.*` */
  readonly config: () => Promise<{ readonly config: WorkspaceConfig }>;
  readonly pipelines: {
    /** Runs to the end. `begun` is called in the commit that makes the run; when it throws, there is no run. */
    run(request: {
      readonly pipeline: string;
      readonly tags: Readonly<Record<string, string>>;
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
  /** The pipeline run that a tracked run is part of. */
  readonly pipelineRunOf: (runId: RunId) => PipelineRunId | undefined;
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

import type { DebugRuntime } from '../../protocol/debug';
import type { ProgressReport } from '../../protocol/progress';
import type { PipelineRequest, PipelineRun } from '../../protocol/pipelines';
import type { PipelineConfig } from '../../protocol/workspaceConfig';
import type { Announcer } from './announcer';
import type { Execution } from './execution';
import type { ExecutionOptions } from './executionOptions';
import type { LoadedConfig } from '../ports';
import type { RunState } from './runState';
import type { Selection } from '../graph/selection';

export interface TaggedRequest extends PipelineRequest {
  /** Of its tracked runs, besides their own. */
  readonly tags?: Readonly<Record<string, string>>;
  /** ms since 1970: the partition is the one that was the newest then; absent: now. */
  readonly at?: number;
  /** Called in the commit that makes the run; when it throws, there is no run. */
  readonly begun?: (run: PipelineRun) => void;
}

/** A run under way. */
export interface Running {
  /** Whether only a part of the steps runs. */
  readonly isPart: boolean;
  /** Not a partition that others have followed: what it makes stands in modelyard.lock. */
  readonly isNewest: boolean;
  readonly state: RunState;
  readonly execution: Execution;
  readonly announcer: Announcer;
  readonly abort: AbortController;
}

/** All that a run begins with. */
export interface Beginning {
  readonly name: string;
  readonly pipeline: PipelineConfig;
  readonly loaded: LoadedConfig;
  readonly params: Readonly<Record<string, string>>;
  readonly selection: Selection;
  /** Steps at a time. */
  readonly parallel: number;
  readonly handover: ExecutionOptions['handover'];
  readonly request: TaggedRequest;
  /** Of a debug run. */
  readonly runtime?: DebugRuntime;
  readonly partition?: string;
  /** Absent or true: what it makes is what the pipeline makes now. */
  readonly isNewest?: boolean;
  readonly definition?: string;
  readonly onProgress: (report: ProgressReport) => void;
}

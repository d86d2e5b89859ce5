import type { Digest, PipelineRunId, RunId } from '../protocol/ids';
import type { Method, Params, Result } from '../protocol/methods';
import type { ProgressReport } from '../protocol/progress';
import type { PipelineRun } from '../protocol/pipelines';
import type { ReplayReport } from '../protocol/replay';
import type { ArtifactEntry, MetricSeries, RunSummary } from '../protocol/tracking';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** What a run keeps of the code it was made with; see `runSources.ts` of the tracking. */
export interface Sources {
  readonly commit?: string;
  readonly config?: { readonly path: string; readonly text: string };
  readonly changes: readonly { readonly path: string; readonly isBinary: boolean; readonly text: string }[];
  readonly changesCut: boolean;
  readonly changesRedacted: boolean;
  readonly files: readonly { readonly path: string; readonly executable?: boolean }[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  readonly host: Readonly<Record<string, unknown>>;
}

/** One side of a comparison: a run where it is kept. */
export interface RunSide {
  readonly run: RunSummary;
  series(): Promise<readonly MetricSeries[]>;
  artifacts(folder?: string): Promise<readonly ArtifactEntry[]>;
  /** At most so many bytes of a file. */
  read(file: string, maxBytes: number): Promise<Uint8Array>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
}

/** An engine of another folder. */
export interface OtherEngine {
  call<M extends Method>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  /** Has ended it, and what it ran, when it returns; that takes some seconds at most. */
  end(): Promise<void>;
}

export interface GitAnswer {
  readonly text: string | undefined;
  readonly problem: string | undefined;
}

/** What replaying asks of the other rooms. */
export interface ReplayPorts {
  /** By id, `r-42`, `42`. */
  readonly findRun: (run: string) => RunSummary;
  readonly nested: (id: RunId) => readonly RunSummary[];
  readonly pipelineRun: (id: PipelineRunId) => PipelineRun;
  readonly sources: (id: RunId) => Promise<Sources>;
  readonly keptFile: (id: RunId, path: string) => Promise<Uint8Array>;
  readonly side: (run: RunSummary) => RunSide;
  /** Undefined for a text with errors. */
  readonly parseConfig: (text: string) => WorkspaceConfig | undefined;
  /** Runs git in a folder; what a repository's config names is not run, except filters of a checkout. */
  readonly git: (folder: string, args: readonly string[], signal: AbortSignal) => Promise<GitAnswer>;
  /** The file of an object that is there. */
  readonly object: (digest: Digest) => string | undefined;
  readonly openEngine: (folder: string, configFile: string, signal: AbortSignal) => Promise<OtherEngine>;
  /** Ends an engine that was left behind in a folder. */
  readonly endEngineIn: (folder: string) => Promise<void>;
  readonly record: (report: ReplayReport) => void;
}

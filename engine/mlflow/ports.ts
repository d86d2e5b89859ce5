import type { Readable } from 'node:stream';
import type { ExperimentId, LoggedModelId, RunId, TraceId } from '../protocol/ids';
import type { RunSearch, ArtifactEntry, Experiment, Lifecycle, RunInput, RunStatus } from '../protocol/tracking';

/** A 64-bit integer: a number where that is exact, a bigint beyond ±2^53. */
export type Int64 = number | bigint;

export interface Point {
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
}

/** A logged model that a run made. */
export interface ModelOutput {
  readonly modelId: string;
  readonly step: Int64;
}

/** A run without what hangs on it. */
export interface RunInfo {
  readonly id: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  readonly user: string;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly lifecycle: Lifecycle;
  /** Where clients keep its files. */
  readonly artifactUri: string;
}

/** A whole run, ready to be written. */
export interface RunDocument {
  readonly info: RunInfo;
  /** JSON text of a list of `{key, value}`. */
  readonly params: string;
  readonly tags: string;
  readonly metrics: readonly (Point & { readonly key: string })[];
  /** `detail`: JSON text of what a client said about the dataset. */
  readonly inputs: readonly (RunInput & { readonly detail: string })[];
  readonly modelInputs: readonly string[];
  readonly modelOutputs: readonly ModelOutput[];
}

type Texts = Readonly<Record<string, string>>;

/** A run with its tags and latest metrics. */
export interface RunRecord extends RunInfo {
  readonly tags: Texts;
  readonly metrics: Readonly<Record<string, Point>>;
}

/** A point to log; with the logged model and the dataset it was measured with. */
export interface NewPoint extends Point {
  readonly key: string;
  readonly modelId?: string;
  readonly dataset?: string;
  readonly datasetDigest?: string;
}

export interface Batch {
  readonly metrics?: readonly NewPoint[];
  readonly params?: Texts;
  readonly tags?: Texts;
}

export interface ExperimentQuery {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly lifecycle?: 'active' | 'deleted' | 'all';
  readonly limit?: number;
  readonly pageToken?: string;
}

/** What the REST API needs of tracking; its errors are `not-found`, `conflict` and `params.invalid`. */
export interface Tracking {
  searchExperiments(query: ExperimentQuery): {
    readonly experiments: readonly Experiment[];
    readonly nextPageToken?: string;
  };
  createExperiment(name: string, tags: Texts, artifactLocation?: string): Experiment;
  getExperiment(id: ExperimentId): Experiment;
  experimentByName(name: string): Experiment;
  renameExperiment(id: ExperimentId, name: string): unknown;
  deleteExperiment(id: ExperimentId): void;
  restoreExperiment(id: ExperimentId): void;
  setExperimentTag(id: ExperimentId, key: string, value: string): void;
  deleteExperimentTag(id: ExperimentId, key: string): void;

  createDocument(run: {
    readonly experimentId: ExperimentId;
    readonly name?: string;
    readonly user: string;
    readonly startedAt?: number;
    readonly tags: Texts;
  }): RunDocument;
  record(id: RunId): RunRecord;
  document(id: RunId): RunDocument;
  updateInfo(
    id: RunId,
    change: { readonly status?: RunStatus; readonly endedAt?: number; readonly name?: string },
  ): RunInfo;
  deleteRun(id: RunId): void;
  restoreRun(id: RunId): void;
  /** What `write` makes of each run, made while it is taken: at once, before anything else is asked. */
  searchTexts(
    search: RunSearch,
    write: (run: RunDocument) => string,
  ): { readonly texts: Iterable<string>; readonly nextPageToken?: string };

  logBatch(id: RunId, batch: Batch, options?: { readonly single?: boolean }): Promise<void>;
  deleteTag(id: RunId, key: string): void;
  /** `once`: what the run, or its experiment, knows of a dataset stays as it is. */
  logInputs(
    id: RunId,
    inputs: readonly (RunInput & { readonly detail?: string })[],
    options?: { readonly once?: boolean },
  ): void;
  searchDatasets(
    experiments: readonly ExperimentId[],
    limit: number,
  ): readonly (RunInput & { readonly experimentId: ExperimentId })[];
  history(
    id: RunId,
    key: string,
    page: { maxResults?: number; pageToken?: string },
  ): { readonly points: readonly Point[]; readonly nextPageToken?: string };
  /** By step, time and value: at most `maxPoints`, evenly spread, the first and the last among them. */
  sample(
    id: RunId,
    key: string,
    range: { readonly maxPoints: number; readonly steps?: readonly [Int64, Int64] },
  ): readonly Point[];

  logModels(
    id: RunId,
    models: { readonly inputs?: readonly string[]; readonly outputs?: readonly ModelOutput[] },
  ): void;

  /** The files of a run. */
  folder(id: RunId): OwnedFolder;
  /** Files that belong to no run, logged model or trace. */
  looseFolder(): OwnedFolder;
  /** Names of the folders below a place above all those: '' or `EXPERIMENT` or `EXPERIMENT/models`. */
  foldersBelow(place: string): readonly string[];
  readonly models: LoggedModels;
  readonly traces: Traces;
}

/** A file that can be read, whole or in part (`end` is exclusive). */
export interface OpenFile {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  stream(range: { readonly start: number; readonly end: number }): Readable;
}

/** The files of one owner, by their paths within it. */
export interface OwnedFolder {
  /** Absent: nobody's. */
  readonly experimentId?: ExperimentId;
  list(folder?: string): readonly ArtifactEntry[];
  find(path: string): OpenFile | undefined;
  /** When the content breaks off, nothing has changed. */
  put(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** A file, or a folder with all below it ('': everything); nothing when there is none. */
  delete(path: string): void;
}

export interface LoggedModel {
  readonly id: LoggedModelId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly type: string;
  readonly sourceRun: string;
  readonly status: LoggedModelStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly params: Texts;
  readonly tags: Texts;
  readonly metrics: readonly (Point & {
    readonly key: string;
    readonly runId: RunId;
    readonly dataset: string;
    readonly datasetDigest: string;
  })[];
}

export type LoggedModelStatus = 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED';

export interface LoggedModelSearch {
  readonly experimentIds: readonly ExperimentId[];
  readonly filter?: string;
  readonly datasets?: readonly { readonly name: string; readonly digest?: string }[];
  readonly orderBy?: readonly {
    readonly field: string;
    readonly ascending?: boolean;
    readonly dataset?: string;
    readonly datasetDigest?: string;
  }[];
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface LoggedModels {
  create(model: {
    readonly experimentId: ExperimentId;
    readonly name?: string;
    readonly type?: string;
    readonly sourceRun?: string;
    readonly params: Texts;
    readonly tags: Texts;
  }): LoggedModel;
  get(id: string, options?: { readonly allowDeleted?: boolean }): LoggedModel;
  setStatus(id: string, status: LoggedModelStatus): LoggedModel;
  delete(id: string): void;
  logParams(id: string, params: Texts): void;
  setTags(id: string, tags: Texts): void;
  deleteTag(id: string, key: string): void;
  search(search: LoggedModelSearch): { readonly models: readonly LoggedModel[]; readonly nextPageToken?: string };
  /** Its files, also of a deleted one. */
  folder(id: string): OwnedFolder;
}

export type TraceState = 'OK' | 'ERROR' | 'IN_PROGRESS' | 'STATE_UNSPECIFIED';

export interface TraceInfo {
  readonly id: TraceId;
  readonly experimentId: ExperimentId;
  /** ms since 1970 */
  readonly requestedAt: number;
  /** ms */
  readonly duration?: number;
  readonly state: TraceState;
  readonly clientRequestId?: string;
  readonly requestPreview?: string;
  readonly responsePreview?: string;
  readonly tags: Texts;
  readonly metadata: Texts;
}

/** A step of a trace; times in ns since 1970, `content` as OpenTelemetry's protocol buffers have it. */
export interface Span {
  readonly traceId: TraceId;
  readonly spanId: string;
  readonly parentId?: string;
  readonly name: string;
  readonly startedAt: Int64;
  readonly endedAt: Int64;
  readonly failed: boolean;
  readonly content: Uint8Array;
}

export interface Trace {
  readonly info: TraceInfo;
  readonly spans: readonly Uint8Array[];
}

export interface Traces {
  save(info: TraceInfo): TraceInfo;
  addSpans(spans: {
    readonly experimentId: ExperimentId;
    readonly runId?: RunId;
    readonly spans: readonly Span[];
  }): void;
  get(id: string): TraceInfo;
  infos(ids: readonly string[]): readonly TraceInfo[];
  trace(id: string, options: { readonly allowPartial?: boolean }): Trace;
  traces(ids: readonly string[]): readonly Trace[];
  search(search: {
    readonly experimentIds: readonly ExperimentId[];
    readonly filter?: string;
    readonly orderBy?: readonly string[];
    readonly limit?: number;
    readonly pageToken?: string;
  }): { readonly traces: readonly TraceInfo[]; readonly nextPageToken?: string };
  setTag(id: string, key: string, value: string): void;
  deleteTag(id: string, key: string): void;
  delete(deletion: {
    readonly experimentId: ExperimentId;
    readonly ids?: readonly string[];
    readonly until?: number;
    readonly atMost?: number;
  }): number;
  folder(id: string): OwnedFolder;
}

import type { ExperimentId, RunId } from '../protocol/ids';
import type { RunSearch } from '../protocol/methods';
import type { ArtifactEntry, Experiment, Lifecycle, RunInput, RunStatus } from '../protocol/tracking';

/** A 64-bit integer: a number where that is exact, a bigint beyond ±2^53. */
export type Int64 = number | bigint;

export interface Point {
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
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
}

type Texts = Readonly<Record<string, string>>;

export interface Batch {
  readonly metrics?: readonly (Point & { readonly key: string })[];
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

/** A measurement of a logged model, maybe on a dataset. */
export interface ModelPoint extends Point {
  readonly key: string;
  readonly modelId: string;
  readonly dataset?: { readonly name: string; readonly digest: string };
}

/** What runs have to do with logged models; who keeps those refuses by throwing, before anything is kept. */
export interface RunModels {
  logMetrics(run: RunId, points: readonly ModelPoint[]): void | Promise<void>;
  /** The ids of models that the run read. */
  logInputs(run: RunId, models: readonly string[]): void | Promise<void>;
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
  record(id: RunId): RunInfo & { readonly tags: Texts };
  document(id: RunId): RunDocument;
  updateInfo(
    id: RunId,
    change: { readonly status?: RunStatus; readonly endedAt?: number; readonly name?: string },
  ): RunInfo;
  deleteRun(id: RunId): void;
  restoreRun(id: RunId): void;
  /** The documents are read while they are taken: at once, before anything else is asked. */
  searchDocuments(search: RunSearch): { readonly documents: Iterable<RunDocument>; readonly nextPageToken?: string };

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

  artifacts(id: RunId, path?: string): readonly ArtifactEntry[];
  readArtifact(id: RunId, path: string): Promise<{ readonly bytes: Uint8Array }>;
  logArtifactBytes(id: RunId, path: string, bytes: Uint8Array): void;
  deleteArtifact(id: RunId, path: string): void;
}

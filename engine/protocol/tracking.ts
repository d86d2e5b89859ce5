import type { Digest, ExperimentId, RunId } from './ids';

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
export type Lifecycle = 'active' | 'deleted';

export interface Experiment {
  readonly id: ExperimentId;
  readonly name: string;
  readonly lifecycle: Lifecycle;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** A URI, where clients keep the files of its runs; absent: with the workspace. */
  readonly artifactLocation?: string;
  /** Number of active runs. */
  readonly runs: number;
}

export interface MetricPoint {
  /** May be NaN or ±Infinity; on a JSON wire these are the strings "NaN", "Infinity", "-Infinity". */
  readonly value: number;
  readonly step: number;
  /** ms since 1970 */
  readonly time: number;
}

export interface RunInput {
  readonly dataset: string;
  readonly digest: string;
  readonly context: string;
}

export interface RunSummary {
  readonly id: RunId;
  /** Counts up within the workspace: `r-42` in every list. */
  readonly number: number;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly user: string;
  readonly lifecycle: Lifecycle;
  readonly parentRunId?: RunId;
  readonly params: Readonly<Record<string, string>>;
  /** The latest point of each metric. */
  readonly metrics: Readonly<Record<string, MetricPoint>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly inputs: readonly RunInput[];
}

export interface ArtifactEntry {
  /** Within the run, with `/`. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly size?: number;
  readonly digest?: Digest;
}

export interface MetricSeries {
  readonly key: string;
  readonly total: number;
  /** At most the asked number of points; when down-sampled each stands for a bucket with its least and greatest value. */
  readonly points: readonly (MetricPoint & { readonly min?: number; readonly max?: number })[];
  readonly sampled: boolean;
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

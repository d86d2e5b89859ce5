import type { ExperimentId, RunId } from '../protocol/ids';
import type { Lifecycle, RunStatus } from '../protocol/tracking';
import type { ArtifactFile } from './artifactStore';
import type { Int64, RunInputDetail } from './records';

/** An experiment as another tool kept it. */
export interface ImportedExperiment {
  readonly name: string;
  readonly lifecycle: Lifecycle;
  readonly createdAt?: number;
  readonly updatedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A run as another tool kept it: nothing is made up or renamed, and what a client of ours may not log is kept as well. */
export interface ImportedRun {
  readonly id: RunId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly status: RunStatus;
  readonly user: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly lifecycle: Lifecycle;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly inputs: readonly Required<RunInputDetail>[];
  readonly artifacts: readonly ArtifactFile[];
}

export interface ImportedPoint {
  readonly key: string;
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
}

/** A point of a known metric. In the table `point`, `time` is ms since the run's start. */
export type StoredPoint = Omit<ImportedPoint, 'key'>;

/** A run that is here, as an import compares it. */
export interface KnownRun extends Omit<ImportedRun, 'experimentId'> {
  readonly row: number;
  readonly experimentId: ExperimentId;
  readonly series: readonly { readonly id: number; readonly key: string; readonly points: number }[];
}

import type { ExperimentId, LoggedModelId, RunId } from '../protocol/ids';
import type { Lifecycle } from '../protocol/tracking';
import type { ExactPoint } from './records';

export const MODEL_STATUSES = ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'] as const;
export type LoggedModelStatus = (typeof MODEL_STATUSES)[number];

/** The row of a logged model, without what hangs on it. */
export interface LoggedModelRow {
  readonly row: number;
  readonly id: LoggedModelId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  /** Such as `classifier`; empty: not said. */
  readonly type: string;
  /** The run that made it, as a client named it; empty: none. */
  readonly sourceRun: string;
  readonly status: LoggedModelStatus;
  readonly lifecycle: Lifecycle;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A metric that a run measured with a model. */
export interface ModelPoint extends ExactPoint {
  readonly key: string;
  readonly runId: RunId;
  /** Name and digest of the dataset it was measured on; empty: not said. */
  readonly dataset: string;
  readonly datasetDigest: string;
}

export interface LoggedModel extends LoggedModelRow {
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** All that was logged, by name, time and step. */
  readonly metrics: readonly ModelPoint[];
}

export interface NewLoggedModel {
  readonly experimentId: ExperimentId;
  /** Default: made up. */
  readonly name?: string;
  readonly type?: string;
  readonly sourceRun?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ModelOrder {
  /** `name`, `creation_timestamp`, `metrics.auc`, … */
  readonly field: string;
  /** Default: yes. */
  readonly ascending?: boolean;
  /** For a metric: only as measured on this dataset. */
  readonly dataset?: string;
  readonly datasetDigest?: string;
}

export interface LoggedModelSearch {
  readonly experimentIds: readonly ExperimentId[];
  readonly filter?: string;
  /** Models measured on one of them; conditions on metrics hold on one of them. */
  readonly datasets?: readonly { readonly name: string; readonly digest?: string }[];
  readonly orderBy?: readonly ModelOrder[];
  /** Default 100. */
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface LoggedModelPage {
  readonly models: readonly LoggedModel[];
  readonly nextPageToken?: string;
}

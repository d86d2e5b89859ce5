import type { ExperimentId, RunId } from '../protocol/ids';
import type { Row } from '../store/database';
import { bigInteger } from '../store/row';
import type { MetricPoint, RunInput, RunStatus, RunSummary } from '../protocol/tracking';

/** A 64-bit integer: a number where that is exact (±2^53), a bigint beyond. */
export type Int64 = number | bigint;

/** One measurement to log. */
export interface PointInput {
  readonly key: string;
  /** NaN and ±Infinity are kept. */
  readonly value: number;
  /** Default 0. */
  readonly step?: Int64;
  /** ms since 1970; default: now. */
  readonly time?: Int64;
  /** The logged model it was measured with, and the dataset. */
  readonly modelId?: string;
  readonly dataset?: string;
  readonly datasetDigest?: string;
}

/** A stored measurement, exact over the whole 64-bit range. */
export interface ExactPoint {
  readonly value: number;
  readonly step: Int64;
  /** ms since 1970 */
  readonly time: Int64;
}

/** A dataset that a run read. */
export interface RunInputDetail extends RunInput {
  /** JSON text: `source`, `source_type`, `schema`, `profile`, further `tags` as a client gave them. */
  readonly detail?: string;
}

/** A logged model that a run made. */
export interface ModelOutput {
  readonly modelId: string;
  readonly step: Int64;
}

/** A run with everything exact; `RunSummary` is its view for user interfaces. */
export interface RunRecord extends Omit<RunSummary, 'metrics' | 'inputs'> {
  readonly metrics: Readonly<Record<string, ExactPoint>>;
  readonly inputs: readonly Required<RunInputDetail>[];
  /** Where clients keep its files. */
  readonly artifactUri: string;
  /** Ids of the logged models it used. */
  readonly modelInputs: readonly string[];
  readonly modelOutputs: readonly ModelOutput[];
}

export interface RunBatch {
  readonly metrics?: readonly PointInput[];
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface NewRun {
  readonly experimentId: ExperimentId;
  /** Default: made up, such as `patient-otter-317`. */
  readonly name?: string;
  readonly user: string;
  /** ms since 1970; default: now. */
  readonly startedAt?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly parentRunId?: RunId;
  /** Promises `heartbeat` calls until `endRun`, which alone ends it: when they stop, the run is marked as failed. */
  readonly heartbeat?: boolean;
  /** Default RUNNING. */
  readonly status?: RunStatus;
}

export interface RunUpdate {
  readonly status?: RunStatus;
  readonly endedAt?: number;
  readonly name?: string;
}

/** Told after the commit, in the order of the commits. Must not throw. */
export interface TrackingEvents {
  /** Runs were made, or their rows, params, tags, inputs or artifacts changed: once a commit, however many they are. */
  runsChanged(runs: readonly { readonly runId: RunId; readonly experimentId: ExperimentId }[]): void;
  /** Points were added (at most one call for each run and commit). */
  points(runId: RunId, points: readonly (MetricPoint & { readonly key: string })[]): void;
}

export const toSummary = (record: RunRecord): RunSummary => ({
  id: record.id,
  number: record.number,
  experimentId: record.experimentId,
  name: record.name,
  status: record.status,
  startedAt: record.startedAt,
  ...(record.endedAt !== undefined && { endedAt: record.endedAt }),
  user: record.user,
  lifecycle: record.lifecycle,
  ...(record.parentRunId !== undefined && { parentRunId: record.parentRunId }),
  params: record.params,
  metrics: Object.fromEntries(
    Object.entries(record.metrics).map(([key, point]) => [
      key,
      { value: point.value, step: Number(point.step), time: Number(point.time) },
    ]),
  ),
  tags: record.tags,
  inputs: record.inputs.map(({ dataset, digest, context }) => ({ dataset, digest, context })),
});

/** The narrowest exact form of a 64-bit integer. */
const narrow = (value: bigint): Int64 =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/** The sum (or, with `sign` −1, the difference) of two 64-bit integers, exact. */
export function addExact(a: Int64, b: Int64, sign: 1 | -1 = 1): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + sign * b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt(a) + BigInt(sign) * BigInt(b));
}

/** A column with a 64-bit integer. */
export function int64(row: Row, column: string): Int64 {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : narrow(bigInteger(row, column));
}

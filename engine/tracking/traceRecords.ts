import type { ExperimentId, RunId, TraceId } from '../protocol/ids';
import type { Int64 } from './records';

export const TRACE_STATES = ['OK', 'ERROR', 'IN_PROGRESS', 'STATE_UNSPECIFIED'] as const;
export type TraceState = (typeof TRACE_STATES)[number];

/** What is known of a recorded call of a program, but for its spans. */
export interface TraceInfo {
  readonly id: TraceId;
  readonly experimentId: ExperimentId;
  /** ms since 1970 */
  readonly requestedAt: number;
  /** ms; absent: still going on. */
  readonly duration?: number;
  readonly state: TraceState;
  readonly clientRequestId?: string;
  /** The beginning of what went in and came out, for lists. */
  readonly requestPreview?: string;
  readonly responsePreview?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A step of a trace. */
export interface SpanRecord {
  readonly traceId: TraceId;
  /** Hex digits. */
  readonly spanId: string;
  /** Absent: the root of its trace. */
  readonly parentId?: string;
  readonly name: string;
  /** ns since 1970 */
  readonly startedAt: Int64;
  /** ns since 1970; 0: still going on. */
  readonly endedAt: Int64;
  readonly failed: boolean;
  /** The span as it came; only its sender's format knows more of it. */
  readonly content: Uint8Array;
}

export interface Trace {
  readonly info: TraceInfo;
  /** By their start. */
  readonly spans: readonly Uint8Array[];
  /** Whether the root is there, and as many spans as the trace says it has. */
  readonly isWhole: boolean;
}

export interface TraceSearch {
  readonly experimentIds: readonly ExperimentId[];
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  /** Default 100. */
  readonly limit?: number;
  readonly pageToken?: string;
}

export interface TraceDeletion {
  readonly experimentId: ExperimentId;
  readonly ids?: readonly string[];
  /** Those requested until then (ms since 1970), the oldest first. */
  readonly until?: number;
  readonly atMost?: number;
}

export interface NewSpans {
  readonly experimentId: ExperimentId;
  /** The run that the traces belong to. */
  readonly runId?: RunId;
  readonly spans: readonly SpanRecord[];
}

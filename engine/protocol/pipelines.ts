import type { WireError } from './errors';
import type { Digest, PipelineRunId, RunId } from './ids';

export type StepStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
export type PipelineStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface StepRun {
  readonly name: string;
  /** The built-in step (`train`), or `run` for a command. */
  readonly uses: string;
  readonly needs: readonly string[];
  readonly status: StepStatus;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** 0..1 while running, when known. */
  readonly progress?: number;
  /** What it does now, or in the end what it found: `1,000 rows · 12 checks`. */
  readonly message?: string;
  readonly error?: WireError;
  /** The tracked run that the step logs to. */
  readonly runId?: RunId;
  /** Bytes of log so far. */
  readonly logSize: number;
}

export interface PipelineRun {
  readonly id: PipelineRunId;
  readonly pipeline: string;
  readonly status: PipelineStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly runId: RunId;
  readonly steps: readonly StepRun[];
  readonly error?: WireError;
  /** sha-256 of modelyard.yaml as it was. */
  readonly configDigest: Digest;
}

export interface PipelineSummary {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly uses: string; readonly needs: readonly string[] }[];
  readonly last?: PipelineRun;
}

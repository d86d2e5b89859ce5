import type { WireError } from './errors';
import type { DebugRuntime } from './debug';
import type { PartitionsConfig } from './workspaceConfig';
import type { Digest, PipelineRunId, RunId } from './ids';
import type { OutputKind } from './jobs';
import type { StepResources } from './resources';

export type StepStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'cached';
export type PipelineStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What is to run. */
export interface PipelineRequest {
  readonly pipeline: string;
  /** This step alone, on what the others made last. */
  readonly only?: string;
  /** This step and all that need it, on what the others made last. */
  readonly startAt?: string;
  /**
   * Goes on with the last run of the pipeline, with its parameters when none are given: what has succeeded there, and is
   * made of the same, is taken from it.
   */
  readonly resume?: boolean;
  /** Takes nothing from earlier runs. */
  readonly fresh?: boolean;
  /** Instead of what modelyard.yaml says, each as YAML: parameters of the pipeline (`lr`), options of steps (`train.C`). */
  readonly params?: Readonly<Record<string, string>>;
  /** Of a pipeline with partitions the one to run for; of time the newest that is over when absent. */
  readonly partition?: string;
  /** Steps at a time, at most; instead of what the pipeline says. */
  readonly parallel?: number;
  /** With `only`, `from` and `to` (absolute) are folders by which steps that run elsewhere hand over what they made. */
  readonly from?: readonly string[];
  readonly to?: string;
  /** With `only`: its command runs under the debugger of whoever asks, who is told how by `ProgressReport.debug`. */
  readonly debug?: boolean;
}

/** Whose plan is made. `text`: of modelyard.yaml, unsaved, from an editor; else the file is read. */
export type PlanRequest = Pick<PipelineRequest, 'pipeline' | 'fresh' | 'params' | 'parallel' | 'partition'> & {
  readonly text?: string;
};

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
  /** Which attempt it is, or was the last, from 2 on: the first one failed, and its `retry` had it tried again. */
  readonly attempt?: number;
  /** The tracked run that the step logs to. */
  readonly runId?: RunId;
  /** Bytes of log so far. */
  readonly logSize: number;
  /** With the status `cached`: where its result was taken from. */
  readonly cachedFrom?: StepOrigin;
  /** Of one that ran itself and has ended. */
  readonly resources?: StepResources;
}

/** The step of an earlier run that made something. */
export interface StepOrigin {
  readonly pipelineRun: PipelineRunId;
  readonly runId: RunId;
  /** The number people see: r-42. */
  readonly run: number;
  /** ms since 1970 at which it had been made. */
  readonly at: number;
}

/** A part of what a step is made of that is not what it was. Absent `was`: new; absent `now`: gone. */
export interface PlanChange {
  /** `with.C`, `env.SEED`, `data applications`, `file src/train.py`, `input split` … */
  readonly name: string;
  readonly was?: string;
  readonly now?: string;
}

/** What a run would do with a step. */
export interface PlannedStep {
  readonly name: string;
  readonly uses: string;
  readonly needs: readonly string[];
  /** `always`: it runs each time, whatever has changed; `skipped`: its `if`, or that of a step before, says so. */
  readonly decision: 'runs' | 'cached' | 'always' | 'skipped';
  /** In words: `with.C 0.1 → 0.05`, `split runs`, `nothing has changed since r-12`. */
  readonly reason: string;
  readonly changes: readonly PlanChange[];
  /** Where a cached result comes from. */
  readonly from?: StepOrigin;
  /** ms it usually takes; absent when it never ran. */
  readonly usually?: number;
  /** A step before it that runs: when that makes the same as before, this one is not run either, or the other way round. */
  readonly unless?: string;
}

/** What a run of a pipeline would do now, and why. */
export interface PipelinePlan {
  readonly pipeline: string;
  /** In the order in which they would run. */
  readonly steps: readonly PlannedStep[];
  /** How many run. */
  readonly runs: number;
  /** ms that it takes about, side by side as far as may be; absent when nothing is known. */
  readonly duration?: number;
  /** `3 of 7 steps will run, about 2 min, because …` */
  readonly summary: string;
}

/** What went through a run of a pipeline, step by step, as far as it is known by now. */
export interface PipelineFlow {
  readonly steps: readonly StepFlow[];
}

export interface StepFlow {
  readonly name: string;
  readonly reads: readonly FlowInput[];
  readonly made: readonly FlowOutput[];
}

/** Something that a step read, by its content. */
export interface FlowInput {
  /** `data`: a dataset; `input`: what a step before it made, of the kind `name`; `file`: a file of the workspace. */
  readonly kind: 'data' | 'input' | 'file';
  readonly name: string;
  /** sha-256 in hex; absent: there was none. */
  readonly digest?: string;
}

/** A file or folder that a step made. */
export interface FlowOutput {
  readonly kind: OutputKind;
  /** Where it lies among the artifacts of the step's tracked run; absent: it is in no run. */
  readonly artifactPath?: string;
  /** Of the file, or over the names and contents of the folder's files. */
  readonly digest: Digest;
  /** Bytes, of all its files. */
  readonly size: number;
  readonly files: number;
}

/** What a step of a run was made of, and how that differs from when it succeeded before. */
export interface StepMade {
  /** By name: `with.C`, `env.SEED`, `data applications`, `input split`. Empty while it is not known. */
  readonly parts: Readonly<Record<string, string>>;
  /** The last run before that had this step succeed; absent: none had. */
  readonly before?: StepOrigin;
  readonly changes: readonly PlanChange[];
  /** In words, why it ran or need not: `with.C 0.1 → 0.05`. Absent while it is not known what it is made of. */
  readonly reason?: string;
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
  /** Of a pipeline with partitions the one that it was for. */
  readonly partition?: string;
  /** It ran one step under this debugger: its durations and outputs are nobody else's. */
  readonly debug?: DebugRuntime;
}

export interface PipelineSummary {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly uses: string; readonly needs: readonly string[] }[];
  readonly last?: PipelineRun;
  /** What it is run for, each by itself: `pipelines/partitions` has them. */
  readonly partitions?: PartitionsConfig;
}

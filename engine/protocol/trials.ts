import type { RayExecutor, RemoteWork } from './executors';
import type { JobResult, JobSurroundings, TrialRequest } from './jobs';

/** Where the trials of a study are measured, many at a time. */
export interface TrialPoolRequest extends RayExecutor {
  /** Unique for ever. */
  readonly jobId: string;
  /** Trials at a time. */
  readonly slots: number;
  /** Of every trial; `workspace` and `workDir` are those of this machine. */
  readonly surroundings: JobSurroundings;
  /** The run of the step. Absent: the cluster cannot reach this engine. */
  readonly tracking?: NonNullable<RemoteWork['tracking']>;
  /** For a run on another server. */
  readonly experiment: string;
  readonly log: (text: string) => void;
}

export interface TrialPool {
  /** @throws ModelyardError what the trial failed with; `remote.*` when none can be measured any more; `cancelled` */
  run(trial: TrialRequest, signal: AbortSignal): Promise<JobResult>;
  /** Ends what runs there. */
  close(): Promise<void>;
}

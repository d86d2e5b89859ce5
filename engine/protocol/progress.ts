import type { DebugLaunch } from './debug';
import type { BackfillProgress } from './partitions';
import type { PipelineRun } from './pipelines';

/** Said while a long call runs. */
export interface ProgressReport {
  readonly message: string;
  /** 0..1 of the whole. */
  readonly fraction?: number;
  /** `pipelines/run`: the state of every step. */
  readonly pipelineRun?: PipelineRun;
  /** `pipelines/backfill`: the partition that has begun or ended. */
  readonly backfill?: BackfillProgress;
  /** `pipelines/run` with `debug`: what is to be started under the debugger, said once. */
  readonly debug?: DebugLaunch;
}

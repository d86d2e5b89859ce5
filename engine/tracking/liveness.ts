import type { RunRow, RunStore } from './runStore';

export interface LivenessOptions {
  readonly runs: RunStore;
  readonly now: () => number;
  /** Silence after which a run counts as dead. */
  readonly timeoutMs: number;
}

/** What a run that died gets to say for itself. */
export const FAILURE_TAG = 'modelyard.failure';

/** Finds the runs whose promised heartbeat has stopped. */
export class Liveness {
  private lastLook: number | undefined;

  constructor(private readonly options: LivenessOptions) {}

  /** To be asked every few seconds. */
  silent(): readonly { readonly run: RunRow; readonly reason: string }[] {
    const { runs, now, timeoutMs } = this.options;
    const at = now();
    const asleep = this.lastLook !== undefined && at - this.lastLook > timeoutMs;
    this.lastLook = at;
    // The machine slept (or the engine was stopped): nobody could give a sign of life, so everybody gets a new chance.
    if (asleep) return [];
    return runs.silent(at - timeoutMs).map(run => ({
      run,
      reason: `No sign of life since ${new Date(run.heartbeatAt ?? run.startedAt).toISOString()}: the process of this run is gone.`,
    }));
  }

  /** At the start of an engine: whoever gave heartbeats did so to an engine that has ended. */
  orphans(): readonly { readonly run: RunRow; readonly reason: string }[] {
    const { runs } = this.options;
    return runs.silent(Number.MAX_SAFE_INTEGER).map(run => ({
      run,
      reason: 'The engine ended while this run was under way.',
    }));
  }
}

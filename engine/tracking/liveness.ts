import type { RunId } from '../protocol/ids';
import type { RunRow, RunStore } from './runStore';

export interface LivenessOptions {
  readonly runs: RunStore;
  readonly now: () => number;
  /** Silence after which a run counts as dead. */
  readonly timeoutMs: number;
  /** Commits. */
  readonly write: (work: () => void) => void;
  readonly changed: (run: RunRow) => void;
}

/** What a run that died gets to say for itself. */
const FAILURE_TAG = 'modelyard.failure';

interface Dead {
  readonly run: RunRow;
  readonly reason: string;
}

/** Ends the runs whose promised heartbeat has stopped: they have failed when they last gave a sign of life. */
export class Liveness {
  private lastLook: number | undefined;

  constructor(private readonly options: LivenessOptions) {}

  /** To be called every few seconds. Returns the runs that have ended. */
  sweep(): readonly RunId[] {
    return this.fail(this.silent());
  }

  /** At the start of an engine: whoever gave heartbeats did so to an engine that has ended. */
  endOrphans(): readonly RunId[] {
    return this.fail(this.orphans());
  }

  private silent(): readonly Dead[] {
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

  private orphans(): readonly Dead[] {
    const { runs } = this.options;
    return runs.silent(Number.MAX_SAFE_INTEGER).map(run => ({
      run,
      reason: 'The engine ended while this run was under way.',
    }));
  }

  private fail(dead: readonly Dead[]): readonly RunId[] {
    if (dead.length === 0) return [];
    const { runs, write, changed } = this.options;
    write(() => {
      for (const { run, reason } of dead) {
        const endedAt = run.heartbeatAt ?? run.startedAt;
        runs.update(run, { status: 'FAILED', endedAt, name: run.name, heartbeatAt: undefined });
        runs.setTag(run, FAILURE_TAG, reason);
        changed(run);
      }
    });
    return dead.map(({ run }) => run.id);
  }
}

import type { PipelineRunId } from '../../protocol/ids';
import type { PipelineRun } from '../../protocol/pipelines';

/** ms between attempts to write down what could not be. */
const interval = 5_000;

interface Late {
  readonly run: PipelineRun;
  readonly save: () => void;
}

/**
 * Runs that have ended while the database could not be written (a full disk): they count as ended all the same, and are
 * written down as soon as there is room.
 */
export class LateEnds {
  private readonly runs = new Map<PipelineRunId, Late>();
  private timer: NodeJS.Timeout | undefined;

  add(late: Late): void {
    this.runs.set(late.run.id, late);
    this.timer ??= setInterval(() => this.retry(), interval).unref();
  }

  get(id: PipelineRunId): PipelineRun | undefined {
    return this.runs.get(id)?.run;
  }

  /** Also when something else is about to be written. */
  retry(): void {
    for (const [id, { save }] of this.runs) {
      try {
        save();
        this.runs.delete(id);
      } catch {
        break; // there is no room yet
      }
    }
    if (this.runs.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

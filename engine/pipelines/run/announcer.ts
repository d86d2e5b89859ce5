import type { PipelineRun } from '../../protocol/pipelines';

/** ms between two words of progress that the database does not know. */
const PAUSE = 100;
/** A run of more steps is said twice a second, whatever has changed: each word tells of all its steps. */
const MANY_STEPS = 100;
const LONG_PAUSE = 500;

/**
 * Says every change that is in the database at once, other progress at most ten times a second; of more than that the
 * last word, a little later: for long nothing may follow it.
 */
export class Announcer {
  private last = -Infinity;
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly say: (run: PipelineRun) => void) {}

  changed(run: PipelineRun, isCommitted: boolean): void {
    clearTimeout(this.waiting);
    const isLarge = run.steps.length > MANY_STEPS;
    const rest = this.last + (isLarge ? LONG_PAUSE : PAUSE) - performance.now();
    if ((isCommitted && !isLarge) || rest <= 0) this.sayNow(run);
    else this.waiting = setTimeout(() => this.sayNow(run), rest);
  }

  /** Nothing more is said. */
  end(): void {
    clearTimeout(this.waiting);
  }

  private sayNow(run: PipelineRun): void {
    this.last = performance.now();
    this.say(run);
  }
}

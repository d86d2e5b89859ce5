import type { PipelineRun } from '../protocol/pipelines';

/** ms between two words of progress that the database does not know. */
const PAUSE = 100;

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
    const rest = this.last + PAUSE - performance.now();
    if (isCommitted || rest <= 0) this.sayNow(run);
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

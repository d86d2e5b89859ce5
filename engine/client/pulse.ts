export interface PulseOptions {
  /** ms without a sign of life after which the other side counts as silent. */
  readonly patience: number;
  /** How many bytes have come so far. */
  readonly received: () => number;
  /** Makes whoever is alive say something. */
  readonly ask: () => void;
  /** At every look that finds the other side silent, and once when it speaks again. */
  readonly tell: (isSilent: boolean) => void;
}

const looks = 10;
const askAt = 3;

/**
 * Notices an engine that is connected and says nothing: stopped, frozen, or stuck. Looks are counted, not clock time:
 * a machine that has slept does not take its own sleep for the engine's.
 */
export class Pulse {
  private readonly options: PulseOptions;
  private timer: NodeJS.Timeout | undefined;
  private watchers = 0;
  private heard: number;
  private quiet = 0;
  private silent = false;

  constructor(options: PulseOptions) {
    this.options = options;
    this.heard = options.received();
  }

  /** Somebody waits for an answer, until the function that is given back is called. */
  watch(): () => void {
    if (this.watchers++ === 0 && this.timer === undefined) this.begin();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.watchers--;
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private begin(): void {
    this.quiet = 0;
    this.heard = this.options.received();
    this.timer = setInterval(() => this.look(), this.options.patience / looks).unref();
  }

  private look(): void {
    const { received, ask, tell } = this.options;
    const now = received();
    if (now !== this.heard) {
      this.heard = now;
      this.quiet = 0;
      if (this.silent) {
        this.silent = false;
        tell(false);
      }
    } else if (++this.quiet >= looks) {
      this.silent = true;
      tell(true);
    } else if (this.quiet === askAt && this.watchers > 0) ask();
    // Whoever has fallen silent is listened to until it speaks again, also when nobody waits.
    if (this.watchers === 0 && !this.silent) this.close();
  }
}

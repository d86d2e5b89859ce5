export interface Watching {
  release(): void;
}

export interface PacerOptions {
  /** ms between two looks; Infinity: only when somebody asks. */
  readonly pace: number;
  /** Never rejects. */
  readonly look: () => Promise<void>;
}

/** ms */
const longestRest = 20_000;

/** Has somebody look again and again while others watch; looks take a tenth of the time. */
export class Pacer {
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PacerOptions) {}

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** The first who watches has the looks begin, the last who leaves ends them. */
  watch(): Watching {
    this.#watchers++;
    if (this.#watchers === 1) this.soon(0);
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#watchers--;
        if (this.#watchers === 0) clearTimeout(this.#timer);
      },
    };
  }

  /** Looks in so many ms, when somebody watches. */
  soon(ms: number): void {
    if (!this.isWatched) return;
    const { pace, look } = this.options;
    clearTimeout(this.#timer);
    if (pace === Infinity) return;
    this.#timer = setTimeout(() => {
      const started = Date.now();
      void look().finally(() => {
        // However many files there are; after reading large ones it does not rest for long.
        const rest = Math.min(9 * (Date.now() - started), longestRest);
        this.soon(Math.max(pace, rest));
      });
    }, ms).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watchers = 0;
  }
}

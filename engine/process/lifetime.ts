export interface Hold {
  release(): void;
}

export interface LifetimeOptions {
  /** ms without clients and work after which the engine ends. */
  readonly grace: number;
  /** ms in which the first client has to come. */
  readonly firstGrace: number;
  readonly onEnd: () => void;
}

/** Decides when an engine ends: when nobody is there and nothing runs, or when it was asked to and nothing runs. */
export class Lifetime {
  private readonly options: LifetimeOptions;
  private clients = 0;
  private work = 0;
  private stopAsked = false;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: LifetimeOptions) {
    this.options = options;
    this.timer = setTimeout(() => this.end(), options.firstGrace);
  }

  /** A client is connected, or somebody wants the engine to stay. */
  client(): Hold {
    this.clients++;
    return this.hold(() => this.clients--);
  }

  /** Something runs that must not be interrupted by a polite stop. */
  busy(): Hold {
    this.work++;
    return this.hold(() => this.work--);
  }

  get isBusy(): boolean {
    return this.work > 0;
  }

  get clientCount(): number {
    return this.clients;
  }

  /** Ends once nothing runs, whoever is connected. */
  stopWhenIdle(): void {
    this.stopAsked = true;
    this.review();
  }

  /** No more decisions: the engine is ending. */
  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private hold(undo: () => void): Hold {
    let held = true;
    this.review();
    return {
      release: () => {
        if (!held) return;
        held = false;
        undo();
        this.review();
      },
    };
  }

  private review(): void {
    clearTimeout(this.timer);
    if (this.ended || this.work > 0) return;
    if (this.stopAsked) this.timer = setTimeout(() => this.end(), 0);
    else if (this.clients === 0) this.timer = setTimeout(() => this.end(), this.options.grace);
  }

  private end(): void {
    if (this.ended) return;
    this.close();
    this.options.onEnd();
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/** What waits for one receiver; beyond it the oldest is given up. */
const MAX_WAITING = 1_000;

export interface LanesOptions<Item> {
  /** Deals with one item to its end. Must not reject but for the signal. */
  readonly work: (key: string, item: Item, signal: AbortSignal) => Promise<void>;
  readonly dropped: (key: string) => void;
}

/** One queue for each key: in order within it, and a slow one holds up no other. */
export class Lanes<Item> {
  private readonly waiting = new Map<string, Item[]>();
  private readonly running = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  constructor(private readonly options: LanesOptions<Item>) {}

  add(key: string, item: Item): void {
    if (this.ending.signal.aborted) return;
    const lane = this.waiting.get(key);
    if (lane === undefined) {
      this.waiting.set(key, [item]);
      const run = this.drain(key);
      this.running.add(run);
      void run.finally(() => this.running.delete(run));
      return;
    }
    lane.push(item);
    if (lane.length > MAX_WAITING) {
      lane.shift();
      this.options.dropped(key);
    }
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Gives what is under way `patience` ms to end, and starts nothing new. */
  async close(patience: number): Promise<void> {
    for (const lane of this.waiting.values()) lane.length = 0;
    await Promise.race([this.idle(), delay(patience, undefined, { ref: false })]);
    this.ending.abort();
    await this.idle();
  }

  private async drain(key: string): Promise<void> {
    await Promise.resolve(); // whoever adds does not wait for the first one
    const lane = this.waiting.get(key) ?? [];
    try {
      for (let item = lane.shift(); item !== undefined; item = lane.shift())
        await this.options.work(key, item, this.ending.signal);
    } catch {
      lane.length = 0; // the signal
    } finally {
      this.waiting.delete(key);
    }
  }
}

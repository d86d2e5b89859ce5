import { setTimeout as delay } from 'node:timers/promises';
import { toWireError } from '../errors';
import { WaitingDoor } from './waitingDoor';

export interface RevivalOptions {
  readonly port: number;
  /** Starts a process that has the model loaded, and has it listen at the port once `free` has left it. */
  readonly start: (free: () => Promise<void>) => Promise<void>;
  /** Told how it stands: undefined: it answers again. */
  readonly changed: (problem: string | undefined) => void;
  /** It will not be tried again. */
  readonly gaveUp: () => void;
  readonly now: () => number;
  /** ms before each attempt; their number is how often it is tried. */
  readonly delays?: readonly number[];
}

const usualDelays = [200, 1_000, 5_000, 15_000, 60_000];
/** ms after which an earlier end no longer counts. */
const memory = 10 * 60_000;

/** Brings back a served model whose process has ended: at once, then ever later, and in the end not any more. */
export class Revival {
  private readonly door = new WaitingDoor();
  private readonly ending = new AbortController();
  private deaths: number[] = [];
  private work: Promise<void> = Promise.resolve();
  private problem = '';
  /** How often it was brought back. */
  restarts = 0;
  /** Nothing answers for it but this. */
  isDown = false;

  constructor(private readonly options: RevivalOptions) {}

  /** The process has ended. */
  died(reason: string): void {
    if (this.ending.signal.aborted) return;
    this.isDown = true;
    this.work = this.work.then(() => this.revive(reason)).catch(() => undefined);
  }

  /** Nothing is brought back any more. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.work;
    await this.door.close();
  }

  private async revive(first: string): Promise<void> {
    const { port, start, changed, gaveUp, now, delays = usualDelays } = this.options;
    const { signal } = this.ending;
    let reason = first;
    for (;;) {
      if (signal.aborted) return;
      this.deaths = [...this.deaths.filter(at => now() - at < memory), now()];
      const wait = delays[this.deaths.length - 1];
      const ended = `Its process has ended: ${reason}`;
      this.tell(
        wait === undefined ? `${ended}. It has ended ${this.deaths.length} times and is not started again.` : ended,
      );
      changed(this.problem);
      await this.door.open(port, () => this.problem);
      if (wait === undefined) {
        gaveUp();
        return;
      }
      try {
        await delay(wait, undefined, { signal });
        await start(() => this.door.close());
        this.restarts++;
        this.isDown = false;
        changed(undefined);
        return;
      } catch (error) {
        reason = toWireError(error).message;
      }
    }
  }

  private tell(problem: string): void {
    this.problem = problem;
  }
}

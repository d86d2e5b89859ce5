import { ModelyardError } from '../errors';
import type { Database } from '../store/database';

/** One caller's change. */
export interface Change {
  /** Points it adds (at least 1 counts). */
  readonly weight: number;
  /** Refuses what the caller got wrong; reads only. Sees the changes before it in the same group. */
  check(): void;
  /** Writes what `check` let through. */
  write(): void;
}

export interface GroupCommitOptions {
  readonly db: Database;
  /** Ends the writes of a group, still inside the transaction. */
  readonly finish: () => void;
  /** What was written since the last commit is gone. */
  readonly undone: () => void;
  /** The changes of a group are on the disk. */
  readonly committed: () => void;
}

interface Waiting {
  readonly change: Change;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MAX_DELAY_MS = 50;
const JOIN_MS = 1;
const FULL = 1_000;
/** Of one transaction, so that the thread is free again soon. */
const MAX_WEIGHT = 10_000;

/**
 * Many callers, one commit: an fsync costs the same whatever a commit holds. A group is written as soon as as many
 * changes wait as the last group had (everybody who shared it is back) and 1 ms has gone by for one more to join; or
 * when as much time has passed since the last commit as that one took, at most 50 ms; or when 1,000 points wait. So a
 * lone caller is answered at once and a crowd shares. A promise resolves after COMMIT returned, never before.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private weight = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private lastEnd = 0;
  private lastDuration = 0;
  private lastCount = 0;
  /** When `timer` rings. */
  private due = 0;

  constructor(private readonly options: GroupCommitOptions) {}

  add(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ change, resolve, reject });
      this.weight += change.weight;
      this.schedule();
    });
  }

  /** Commits all that waits, now. */
  drain(): void {
    this.unschedule();
    while (this.waiting.length > 0) this.commitGroup(this.take());
  }

  private schedule(): void {
    if (this.immediate !== undefined) return;
    if (this.weight >= FULL) {
      this.unschedule();
      this.immediate = setImmediate(() => this.turn());
      return;
    }
    const now = performance.now();
    const rest = Math.min(this.lastEnd + this.lastDuration - now, MAX_DELAY_MS);
    const due = now + (this.waiting.length >= this.lastCount ? JOIN_MS : Math.max(rest, JOIN_MS));
    if (this.timer !== undefined && this.due <= due) return;
    this.unschedule();
    this.due = due;
    this.timer = setTimeout(() => this.turn(), due - now);
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
  }

  private turn(): void {
    this.unschedule();
    if (this.waiting.length > 0) this.commitGroup(this.take());
    if (this.waiting.length > 0) this.schedule();
  }

  private take(): readonly Waiting[] {
    let count = 0;
    let weight = 0;
    while (count < this.waiting.length && weight < MAX_WEIGHT) weight += this.waiting[count++]?.change.weight ?? 0;
    this.weight -= weight;
    return this.waiting.splice(0, count);
  }

  private commitGroup(group: readonly Waiting[]): void {
    const start = performance.now();
    let refused: ReadonlyMap<Waiting, unknown> | undefined;
    try {
      refused = this.write(group);
    } catch (error) {
      this.options.undone();
      // one caller's change broke the writing of all: each gets its own commit, so that only that one fails
      if (group.length > 1 && !isDisk(error)) for (const one of group) this.commitGroup([one]);
      else for (const one of group) one.reject(error);
    }
    if (refused !== undefined) {
      this.options.committed();
      for (const one of group)
        if (refused.has(one)) one.reject(refused.get(one));
        else one.resolve();
    }
    this.lastCount = group.length;
    this.lastEnd = performance.now();
    this.lastDuration = this.lastEnd - start;
  }

  private write(group: readonly Waiting[]): ReadonlyMap<Waiting, unknown> {
    const refused = new Map<Waiting, unknown>();
    this.options.db.transaction(() => {
      for (const one of group) {
        try {
          one.change.check();
        } catch (error) {
          refused.set(one, error);
          continue;
        }
        one.change.write();
      }
      this.options.finish();
    });
    return refused;
  }
}

const isDisk = (error: unknown): boolean =>
  error instanceof ModelyardError && (error.code === 'store.full' || error.code === 'store.readonly');

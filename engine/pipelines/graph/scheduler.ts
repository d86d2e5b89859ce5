import type { StepCondition } from '../../protocol/workspaceConfig';
import type { Steps } from './graph';

export type Outcome = 'succeeded' | 'failed' | 'cancelled';

export interface ScheduleOptions {
  readonly steps: Steps;
  /** Names in an order in which each stands after what it needs; what is not in it counts as done. */
  readonly order: readonly string[];
  /** Were asked for by name: their `if` does not count. */
  readonly named?: ReadonlySet<string>;
  /** How many at a time. */
  readonly limit: number;
  /**
   * Rejects only when the outcome cannot be kept (a full disk): then all ends, but not before what runs has ended.
   * `dropped`: another step of its matrix has failed.
   */
  readonly execute: (name: string, dropped: AbortSignal) => Promise<Outcome>;
  readonly skip: (name: string, because: string) => void;
  /** Asks all that runs to end. */
  readonly abort: () => void;
}

/**
 * Runs each step as soon as its `if` says so, mostly when all that it needs has succeeded, at most `limit` at a time. What
 * needs a failed step is skipped; the rest goes on, so that one failure does not hide another, except for the other steps
 * of a matrix with `fail-fast`. A cancelled step skips all that has not begun.
 */
export const schedule = (options: ScheduleOptions): Promise<Outcome> => new Scheduler(options).run();

/** `dropped`: ended because another step of its matrix has failed. */
type Ended = Outcome | 'skipped' | 'dropped';

class Scheduler {
  private readonly waiting: Set<string>;
  private readonly outcomes = new Map<string, Ended>();
  /** Skipped though nothing before has failed. */
  private readonly leftOut = new Set<string>();
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly drops = new Map<string, AbortController>();
  private readonly failures: unknown[] = [];
  private readonly needs: ReadonlyMap<string, readonly string[]>;
  /** By step with a matrix how many of its steps run, and the first that has failed. */
  private readonly crowd = new Map<string, number>();
  private readonly failedFirst = new Map<string, string>();
  private isCancelled = false;

  constructor(private readonly options: ScheduleOptions) {
    const { steps, order } = options;
    this.waiting = new Set(order);
    const part = new Set(order);
    this.needs = new Map(
      order.map(name => [name, (steps[name]?.needs ?? []).filter(needed => part.has(needed))] as const),
    );
  }

  async run(): Promise<Outcome> {
    while (this.waiting.size > 0 || this.running.size > 0) {
      for (const name of this.waiting) this.consider(name);
      if (this.running.size > 0) await Promise.race(this.running.values());
      if (this.failures.length > 0) break;
    }
    if (this.failures.length > 0) {
      this.options.abort();
      await Promise.all(this.running.values());
      throw this.failures[0];
    }
    if (this.isCancelled) return 'cancelled';
    return [...this.outcomes.values()].includes('failed') ? 'failed' : 'succeeded';
  }

  private consider(name: string): void {
    const step = this.options.steps[name];
    const needs = this.needs.get(name) ?? [];
    const condition = this.options.named?.has(name) === true ? 'success()' : (step?.if ?? 'success()');
    const sibling = this.failedFirst.get(step?.matrix?.step ?? '');
    const why =
      this.whySkipped(condition, needs) ?? sibling ?? (this.isCancelled ? 'the run was cancelled' : undefined);
    if (why !== undefined) {
      this.waiting.delete(name);
      this.outcomes.set(name, 'skipped');
      const isBroken = sibling !== undefined || needs.some(needed => this.isBroken(needed));
      if (!this.isCancelled && !isBroken) this.leftOut.add(name);
      this.options.skip(name, why);
    } else if (this.hasRoom(name) && needs.every(needed => this.outcomes.has(needed))) this.start(name);
  }

  private hasRoom(name: string): boolean {
    if (this.running.size >= this.options.limit) return false;
    const step = this.options.steps[name];
    const most = step?.['max-parallel'];
    return step?.matrix === undefined || most === undefined || (this.crowd.get(step.matrix.step) ?? 0) < most;
  }

  private start(name: string): void {
    this.waiting.delete(name);
    const drop = new AbortController();
    this.drops.set(name, drop);
    this.count(name, 1);
    const work = this.options
      .execute(name, drop.signal)
      .then(outcome => this.ended(name, outcome))
      .catch((error: unknown) => void this.failures.push(error))
      .finally(() => {
        this.count(name, -1);
        this.drops.delete(name);
        this.running.delete(name);
      });
    this.running.set(name, work);
  }

  private count(name: string, change: 1 | -1): void {
    const matrix = this.options.steps[name]?.matrix?.step;
    if (matrix !== undefined) this.crowd.set(matrix, (this.crowd.get(matrix) ?? 0) + change);
  }

  private ended(name: string, outcome: Outcome): void {
    const isDropped = outcome === 'cancelled' && this.drops.get(name)?.signal.aborted === true;
    this.outcomes.set(name, isDropped ? 'dropped' : outcome);
    if (outcome === 'cancelled' && !isDropped) this.isCancelled = true;
    const { matrix, 'fail-fast': failFast = true } = this.options.steps[name] ?? {};
    if (outcome !== 'failed' || matrix === undefined || !failFast || this.failedFirst.has(matrix.step)) return;
    this.failedFirst.set(matrix.step, name);
    for (const [other, drop] of this.drops)
      if (other !== name && this.options.steps[other]?.matrix?.step === matrix.step) drop.abort();
  }

  /** It has failed, or was skipped because something before it has. */
  private isBroken(name: string): boolean {
    const outcome = this.outcomes.get(name);
    return outcome === 'failed' || outcome === 'dropped' || (outcome === 'skipped' && !this.leftOut.has(name));
  }

  /** Why a step does not run; undefined when it may, now or later. */
  private whySkipped(condition: StepCondition, needs: readonly string[]): string | undefined {
    switch (condition) {
      case 'always()':
        return undefined;
      case 'failure()': {
        const areEnded = needs.every(needed => this.outcomes.has(needed));
        return areEnded && !needs.some(needed => this.isBroken(needed))
          ? 'nothing that it needs has failed'
          : undefined;
      }
      case false:
        return 'its `if`';
      default:
        return needs.find(needed => this.outcomes.has(needed) && this.outcomes.get(needed) !== 'succeeded');
    }
  }
}

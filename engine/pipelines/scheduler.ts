import type { Steps } from './graph';

export type Outcome = 'succeeded' | 'failed' | 'cancelled';

export interface ScheduleOptions {
  readonly steps: Steps;
  /** Names in an order in which each stands after what it needs; what is not in it counts as done. */
  readonly order: readonly string[];
  /** How many at a time. */
  readonly limit: number;
  /** Rejects only when the outcome cannot be kept (a full disk): then all ends, but not before what runs has ended. */
  readonly execute: (name: string) => Promise<Outcome>;
  readonly skip: (name: string, because: string) => void;
  /** Asks all that runs to end. */
  readonly abort: () => void;
}

/**
 * Runs each step as soon as all that it needs has succeeded, at most `limit` at a time. What needs a failed step is
 * skipped; the rest goes on, so that one failure does not hide another. A cancelled step skips all that has not begun.
 */
export async function schedule(options: ScheduleOptions): Promise<Outcome> {
  const { steps, order, execute, skip } = options;
  const waiting = new Set(order);
  const outcomes = new Map<string, Outcome | 'skipped'>();
  const running = new Map<string, Promise<unknown>>();
  const failures: unknown[] = [];
  const needs = (name: string): readonly string[] =>
    (steps[name]?.needs ?? []).filter(needed => order.includes(needed));

  const start = (name: string): void => {
    waiting.delete(name);
    const work = execute(name)
      .then(outcome => void outcomes.set(name, outcome))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(name));
    running.set(name, work);
  };
  const cancelled = (): boolean => [...outcomes.values()].includes('cancelled');

  while (waiting.size > 0 || running.size > 0) {
    for (const name of waiting) {
      const bad = needs(name).find(needed => outcomes.has(needed) && outcomes.get(needed) !== 'succeeded');
      if (cancelled() || bad !== undefined) {
        waiting.delete(name);
        outcomes.set(name, 'skipped');
        skip(name, bad ?? 'the run was cancelled');
      } else if (running.size < options.limit && needs(name).every(needed => outcomes.get(needed) === 'succeeded')) {
        start(name);
      }
    }
    if (running.size > 0) await Promise.race(running.values());
    if (failures.length > 0) break;
  }
  if (failures.length > 0) {
    options.abort();
    await Promise.all(running.values());
    throw failures[0];
  }
  if (cancelled()) return 'cancelled';
  return [...outcomes.values()].includes('failed') ? 'failed' : 'succeeded';
}

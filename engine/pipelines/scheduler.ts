import type { StepCondition } from '../protocol/workspaceConfig';
import type { Steps } from './graph';

export type Outcome = 'succeeded' | 'failed' | 'cancelled';

export interface ScheduleOptions {
  readonly steps: Steps;
  /** Names in an order in which each stands after what it needs; what is not in it counts as done. */
  readonly order: readonly string[];
  /** Was asked for by name: its `if` does not count. */
  readonly named?: string;
  /** How many at a time. */
  readonly limit: number;
  /** Rejects only when the outcome cannot be kept (a full disk): then all ends, but not before what runs has ended. */
  readonly execute: (name: string) => Promise<Outcome>;
  readonly skip: (name: string, because: string) => void;
  /** Asks all that runs to end. */
  readonly abort: () => void;
}

/**
 * Runs each step as soon as its `if` says so, mostly when all that it needs has succeeded, at most `limit` at a time. What
 * needs a failed step is skipped; the rest goes on, so that one failure does not hide another. A cancelled step skips all
 * that has not begun.
 */
export async function schedule(options: ScheduleOptions): Promise<Outcome> {
  const { steps, order, execute, skip } = options;
  const waiting = new Set(order);
  const outcomes = new Map<string, Outcome | 'skipped'>();
  const skipped = new Set<string>(); // though nothing before has failed
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
      const condition = name === options.named ? 'success()' : (steps[name]?.if ?? 'success()');
      const bad = whySkipped(condition, needs(name), { outcomes, skipped });
      const why = bad ?? (cancelled() ? 'the run was cancelled' : undefined);
      if (why !== undefined) {
        waiting.delete(name);
        outcomes.set(name, 'skipped');
        if (!cancelled() && !needs(name).some(needed => isBroken(needed, { outcomes, skipped }))) skipped.add(name);
        skip(name, why);
      } else if (running.size < options.limit && needs(name).every(needed => outcomes.has(needed))) {
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

interface Ended {
  readonly outcomes: ReadonlyMap<string, Outcome | 'skipped'>;
  readonly skipped: ReadonlySet<string>;
}

/** It has failed, or was skipped because something before it has. */
const isBroken = (name: string, { outcomes, skipped }: Ended): boolean =>
  outcomes.get(name) === 'failed' || (outcomes.get(name) === 'skipped' && !skipped.has(name));

/** Why a step does not run; undefined when it may, now or later. */
function whySkipped(condition: StepCondition, needs: readonly string[], ended: Ended): string | undefined {
  switch (condition) {
    case 'always()':
      return undefined;
    case 'failure()': {
      const areEnded = needs.every(needed => ended.outcomes.has(needed));
      return areEnded && !needs.some(needed => isBroken(needed, ended))
        ? 'nothing that it needs has failed'
        : undefined;
    }
    case false:
      return 'its `if`';
    default:
      return needs.find(needed => ended.outcomes.has(needed) && ended.outcomes.get(needed) !== 'succeeded');
  }
}

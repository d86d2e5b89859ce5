import type { BudgetPeriod, SkipReason, TriggerKind, TriggerLimits } from '../protocol/triggers';
import type { TriggerSpec } from './specs';
import type { TriggerStore } from './store';
import { timeText } from './timeText';

const hour = 3_600_000;
const periodMs: Readonly<Record<BudgetPeriod, number>> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
};

export interface Held {
  readonly reason: Extract<SkipReason, 'cool-down' | 'budget'>;
  readonly message: string;
  /** From when it may start again; ms since 1970. */
  readonly until: number;
}

/** Why a trigger may not start a run now: its own limits, then those of its pipeline. */
export function heldBack(store: TriggerStore, spec: TriggerSpec, now: number): Held | undefined {
  const { pipeline, kind, limits, on } = spec;
  return held(store, { pipeline, kind, limits, now }) ?? held(store, { pipeline, limits: on, now });
}

interface Question {
  readonly pipeline: string;
  /** Absent: all triggers of the pipeline. */
  readonly kind?: TriggerKind;
  readonly limits: TriggerLimits;
  readonly now: number;
}

function held(store: TriggerStore, { pipeline, kind, limits, now }: Question): Held | undefined {
  const { cool_down: coolDown, budget } = limits;
  if (coolDown !== undefined) {
    const last = store.times(pipeline, kind, { since: now - coolDown, until: now }).at(-1);
    if (last !== undefined) {
      const until = last + coolDown;
      return { reason: 'cool-down', until, message: `${pipeline} cools down until ${timeText(until)}.` };
    }
  }
  if (budget) {
    const period = periodMs[budget.per];
    const times = store.times(pipeline, kind, { since: now - period, until: now });
    if (times.length >= budget.runs) {
      const until = (times.at(-budget.runs) ?? now) + period;
      const spent = `The budget of ${budget.runs} ${budget.runs === 1 ? 'run' : 'runs'} a ${budget.per} of ${pipeline} is spent`;
      return { reason: 'budget', until, message: `${spent} until ${timeText(until)}.` };
    }
  }
  return undefined;
}

/** How much of the tighter budget is used. */
export function budgetOf(
  store: TriggerStore,
  { pipeline, kind, limits, on }: TriggerSpec,
  now: number,
): { readonly runs: number; readonly per: BudgetPeriod; readonly used: number } | undefined {
  const budget = limits.budget ?? on.budget;
  if (!budget) return undefined;
  const of = limits.budget ? kind : undefined;
  const used = store.times(pipeline, of, { since: now - periodMs[budget.per], until: now }).length;
  return { ...budget, used };
}

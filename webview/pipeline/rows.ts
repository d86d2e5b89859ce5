import type { GraphStep, StepState } from './graphSteps';
import { timeOf } from './graphSteps';

/** Columns of the table by which it can be sorted; `order`: as the pipeline has them. */
export type SortKey = 'order' | 'name' | 'state' | 'time' | 'started';

export interface Sorting {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

const ranks: Readonly<Record<StepState, number>> = {
  failed: 0,
  cancelled: 1,
  running: 2,
  waiting: 3,
  'will-run': 4,
  succeeded: 5,
  'will-cache': 6,
  cached: 7,
  'will-skip': 8,
  skipped: 9,
  unknown: 10,
};

/** Sorted, what has no value at the end either way. */
export function sorted(steps: readonly GraphStep[], { key, isDescending }: Sorting, now: number): readonly GraphStep[] {
  if (key === 'order') return isDescending ? steps.toReversed() : steps;
  const sign = isDescending ? -1 : 1;
  return steps.toSorted((a, b) => {
    const [left, right] = [valueOf(a, key, now), valueOf(b, key, now)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (typeof left === 'string' || typeof right === 'string')
      return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
    return sign * (left - right);
  });
}

function valueOf(step: GraphStep, key: SortKey, now: number): string | number | undefined {
  switch (key) {
    case 'order':
      return undefined;
    case 'name':
      return step.name;
    case 'state':
      return ranks[step.state];
    case 'time':
      return timeOf(step, now);
    case 'started':
      return step.startedAt;
  }
}

/** The steps whose name, kind, state or text has all the words. Undefined: nothing is searched. */
export function matching(
  steps: readonly GraphStep[],
  search: string,
  say: (step: GraphStep) => string,
): ReadonlySet<string> | undefined {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const has = (step: GraphStep): boolean => {
    const text = `${step.name} ${step.uses} ${say(step)} ${step.text ?? ''}`.toLowerCase();
    return words.every(word => text.includes(word));
  };
  return new Set(steps.filter(has).map(({ name }) => name));
}

import type { GraphStep, StepState } from './graphSteps';

/** Steps that are instances of one: `train (C=0.1)`, `train (C=1)`. */
export interface StepGroup {
  readonly name: string;
  readonly steps: readonly GraphStep[];
}

/** Fewer than these stand there one by one from the beginning. */
const fewest = 4;

/** The step that an instance of a matrix comes from; undefined for any other step. */
const baseOf = (name: string): string | undefined => /^(.+?) \(.+\)$/.exec(name)?.[1];

/** Instances of the same step, where there are some. */
export function groupsOf(steps: readonly GraphStep[]): readonly StepGroup[] {
  const found = new Map<string, GraphStep[]>();
  for (const step of steps) {
    const base = baseOf(step.name);
    if (base !== undefined) found.set(base, [...(found.get(base) ?? []), step]);
  }
  return [...found]
    .filter(([base, members]) => members.length > 1 && !steps.some(({ name }) => name === base))
    .map(([name, members]) => ({ name, steps: members }));
}

export const isLarge = ({ steps }: StepGroup): boolean => steps.length >= fewest;

/** The state that tells most of a group: what needs to be looked at comes before what goes well. */
const telling: readonly StepState[] = [
  'failed',
  'running',
  'cancelled',
  'waiting',
  'will-run',
  'succeeded',
  'will-cache',
  'cached',
  'will-skip',
  'skipped',
  'unknown',
];

export const stateOf = ({ steps }: StepGroup): StepState =>
  telling.find(state => steps.some(step => step.state === state)) ?? 'unknown';

/** How many there are of each state, the telling ones first. */
export const countsOf = ({ steps }: StepGroup): readonly (readonly [StepState, number])[] =>
  telling
    .map(state => [state, steps.filter(step => step.state === state).length] as const)
    .filter(([, count]) => count > 0);

import type { GraphStep } from './graphSteps';
import { inOrder } from '../shared/graph/inOrder';
import { isOver, timeOf, tookOf } from './graphSteps';

/** The chain of steps that decides how long the whole takes. */
export interface CriticalPath {
  /** From the first step to the last. */
  readonly steps: readonly string[];
  /** ms along it. */
  readonly time: number;
}

/** Of a plan: the longest chain by what its steps usually take. Undefined when of none of them that is known. */
export const plannedPath = (steps: readonly GraphStep[]): CriticalPath | undefined =>
  longestPath(steps, step => (step.state === 'will-run' ? (step.usually ?? 0) : 0));

/**
 * Of a run: from what ended last (or still runs) back over what each step waited for, the needed one that ended last.
 */
export function waitedPath(steps: readonly GraphStep[], now: number): CriticalPath | undefined {
  const byName = new Map(steps.map(step => [step.name, step]));
  const end = (step: GraphStep): number => {
    if (step.startedAt === undefined) return Number.NEGATIVE_INFINITY;
    return step.endedAt ?? (step.state === 'running' ? now : step.startedAt);
  };
  const path: GraphStep[] = [];
  let at = latest(steps, end);
  while (at !== undefined && !path.includes(at)) {
    path.unshift(at);
    at = latest(
      at.needs.flatMap(name => byName.get(name) ?? []),
      end,
    );
  }
  const [first] = path;
  const last = path.at(-1);
  if (first?.startedAt === undefined || last === undefined) return undefined;
  return { steps: path.map(({ name }) => name), time: Math.max(0, end(last) - first.startedAt) };
}

function latest(steps: readonly GraphStep[], end: (step: GraphStep) => number): GraphStep | undefined {
  let found: GraphStep | undefined;
  for (const step of steps)
    if (step.startedAt !== undefined && (found === undefined || end(step) > end(found))) found = step;
  return found;
}

/** ms that a run which is under way takes about yet: the longest chain of what is left. Undefined: nothing is known. */
export const timeLeft = (steps: readonly GraphStep[], now: number): number | undefined =>
  longestPath(steps, step => {
    if (isOver(step) || step.usually === undefined) return 0;
    return Math.max(0, step.usually - (tookOf(step, now) ?? 0));
  })?.time;

function longestPath(steps: readonly GraphStep[], weight: (step: GraphStep) => number): CriticalPath | undefined {
  const best = new Map<string, { readonly time: number; readonly before: string | undefined }>();
  let last: string | undefined;
  for (const step of inOrder(steps)) {
    let before: string | undefined;
    for (const needed of step.needs)
      if ((best.get(needed)?.time ?? 0) > (before === undefined ? 0 : (best.get(before)?.time ?? 0))) before = needed;
    const time = (before === undefined ? 0 : (best.get(before)?.time ?? 0)) + weight(step);
    best.set(step.name, { time, before });
    if (weight(step) > 0 && (last === undefined || time > (best.get(last)?.time ?? 0))) last = step.name;
  }
  if (last === undefined) return undefined;
  const time = best.get(last)?.time ?? 0;
  const path: string[] = [];
  const weights = new Map(steps.map(step => [step.name, weight(step)]));
  for (let at: string | undefined = last; at !== undefined; at = best.get(at)?.before)
    if ((weights.get(at) ?? 0) > 0) path.unshift(at);
  return { steps: path, time };
}

/** What the numbers beside the steps add up to. */
export const totalTime = (steps: readonly GraphStep[], now: number): number =>
  steps.reduce((sum, step) => sum + (timeOf(step, now) ?? 0), 0);

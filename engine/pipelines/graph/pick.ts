import { ModelyardError } from '../../errors';
import type { PickRule } from '../../protocol/workspaceConfig';
import type { Steps } from './graph';
import { counted } from '../../plural';

export interface Candidate {
  readonly name: string;
  /** Of the run that it logs to. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Picked {
  readonly name: string;
  readonly value: number;
  /** How many had the metric. */
  readonly of: number;
}

/** The steps that `pick:` of a step chooses among. */
export const candidatesOf = (name: string, steps: Steps): readonly string[] => {
  const { pick, needs = [] } = steps[name] ?? {};
  return pick === undefined ? [] : needs.filter(needed => steps[needed]?.matrix?.step === pick.step);
};

/**
 * The one with the best value; of equal ones the first. One without the metric, or whose value is no number, is left out.
 * @throws ModelyardError `config.invalid` when none of them has it
 */
export function pickBest({ metric, best, step }: PickRule, candidates: readonly Candidate[]): Picked {
  let found: Omit<Picked, 'of'> | undefined;
  let of = 0;
  for (const { name, metrics } of candidates) {
    const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
    if (value === undefined || Number.isNaN(value)) continue;
    of += 1;
    if (found === undefined || (best === 'highest' ? value > found.value : value < found.value))
      found = { name, value };
  }
  if (found) return { ...found, of };
  const known = [...new Set(candidates.flatMap(one => Object.keys(one.metrics)))]
    .filter(key => !key.includes('/'))
    .sort();
  throw new ModelyardError(
    'config.invalid',
    `None of the ${counted(candidates.length, 'step')} of ${step} has a value of the metric ${metric} in its run.`,
    {
      place: { file: 'modelyard.yaml', key: 'pick' },
      fix:
        known.length > 0 ? `They have ${known.slice(0, 20).join(', ')}.` : 'They have no metrics: evaluate them first.',
    },
  );
}

/** The steps with what was picked in the place of all that could be: what follows takes nothing of the others. */
export function withPicked(steps: Steps, name: string, picked: string): Steps {
  const step = steps[name];
  if (step === undefined) return steps;
  const others = new Set(candidatesOf(name, steps));
  others.delete(picked);
  return { ...steps, [name]: { ...step, needs: step.needs.filter(needed => !others.has(needed)) } };
}

/**
 * What a step with `pick` goes on with, now that what it needs has ended: the steps without the others, and the choice in
 * words, or why there is none. Empty for other steps.
 * @param measured the metrics of a step that has been made
 */
export function picking(
  name: string,
  steps: Steps,
  measured: (name: string) => Readonly<Record<string, number>> | undefined,
): { readonly steps?: Steps; readonly said?: string | ModelyardError } {
  const { pick } = steps[name] ?? {};
  if (pick === undefined) return {};
  const candidates = candidatesOf(name, steps).flatMap(candidate => {
    const metrics = measured(candidate);
    return metrics ? [{ name: candidate, metrics }] : [];
  });
  try {
    const picked = pickBest(pick, candidates);
    return { steps: withPicked(steps, name, picked.name), said: pickedText(pick, picked) };
  } catch (error) {
    if (error instanceof ModelyardError) return { said: error };
    throw error;
  }
}

const pickedText = ({ metric, best }: PickRule, { name, value, of }: Picked): string =>
  `Goes on with ${name}: its ${metric} of ${value} is the ${best} of ${of}.`;

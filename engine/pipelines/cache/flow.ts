import type { OutputKind } from '../../protocol/jobs';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Steps } from '../graph';

/** What a step of this kind makes that later ones compute with. */
const makes: Readonly<Partial<Record<StepConfig['uses'], OutputKind>>> = {
  split: 'split',
  prepare: 'preparation',
  train: 'model',
  import: 'model',
  tune: 'tuning',
  evaluate: 'evaluation',
};

/** What comes to a step from those before it. */
export interface StepFlow {
  /** By kind the nearest step that makes it. */
  readonly takes: ReadonlyMap<OutputKind, string>;
  /** That the step, or one before it, names. */
  readonly datasets: ReadonlySet<string>;
}

interface Place {
  readonly step: string;
  readonly distance: number;
}

/** For each step, in time linear in the steps, their needs and what there is to take. `order`: as `topologicalOrder`. */
export function stepFlows(steps: Steps, order: readonly string[]): ReadonlyMap<string, StepFlow> {
  const nearest = new Map<string, ReadonlyMap<OutputKind, Place>>();
  const flows = new Map<string, StepFlow>();
  for (const name of order) {
    const step = steps[name];
    if (step === undefined) continue;
    const places = new Map<OutputKind, Place>();
    const datasets = new Set<string>();
    for (const needed of step.needs) {
      for (const [kind, place] of reachable(nearest.get(needed), needed, steps[needed]?.uses)) {
        const known = places.get(kind);
        if (known === undefined || place.distance < known.distance) places.set(kind, place);
      }
      for (const dataset of flows.get(needed)?.datasets ?? []) datasets.add(dataset);
    }
    const own = datasetNamed(step);
    if (own !== undefined) datasets.add(own);
    nearest.set(name, places);
    const takes = new Map([...places].map(([kind, { step: from }]) => [kind, from] as const));
    flows.set(name, { takes, datasets });
  }
  return flows;
}

function* reachable(
  before: ReadonlyMap<OutputKind, Place> | undefined,
  needed: string,
  uses: StepConfig['uses'] | undefined,
): Generator<readonly [OutputKind, Place]> {
  const made = uses && makes[uses];
  if (made !== undefined) yield [made, { step: needed, distance: 1 }];
  for (const [kind, { step, distance }] of before ?? [])
    if (kind !== made) yield [kind, { step, distance: distance + 1 }];
}

const datasetNamed = (step: StepConfig): string | undefined =>
  step.uses === 'validate' || step.uses === 'split' ? step.with.dataset : undefined;

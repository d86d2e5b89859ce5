import type { OutputKind } from '../../protocol/jobs';
import type { FeaturesOptions } from '../../protocol/steps';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Steps } from '../graph/graph';

/** What a step of this kind makes that later ones compute with. */
const makes: Readonly<Partial<Record<StepConfig['uses'], OutputKind>>> = {
  features: 'feature-set',
  split: 'split',
  prepare: 'preparation',
  train: 'model',
  import: 'model',
  tune: 'tuning',
  'cross-validate': 'cross-validation',
  evaluate: 'evaluation',
};

/** What comes to a step from those before it. */
export interface StepFlow {
  /** By kind the nearest step that makes it. */
  readonly takes: ReadonlyMap<OutputKind, string>;
  /** Of these kinds: the step that must run before it is known which one is taken. */
  readonly unsure: ReadonlyMap<OutputKind, string>;
  /** That the step reads: those that it, or one before it, names or makes. */
  readonly datasets: ReadonlySet<string>;
}

interface Place {
  readonly step: string;
  readonly distance: number;
  /** It depends on what this step will make whether that is the one. */
  readonly unsure?: string;
}

/** What comes to each step, found step by step in an order in which each stands after what it needs. */
export class StepFlows {
  private readonly nearest = new Map<string, ReadonlyMap<OutputKind, Place>>();
  private readonly flows = new Map<string, StepFlow>();
  /** The datasets that each leaves to those after it. */
  private readonly left = new Map<string, ReadonlySet<string>>();

  constructor(private readonly steps: Steps) {}

  /**
   * In time linear in its needs and what there is to take.
   * @param needs of a step that picks among others, what it has picked with the rest
   * @param unsure a step that must run before it is known which one is picked
   */
  add(
    name: string,
    step: StepConfig,
    { needs = step.needs, unsure }: { needs?: readonly string[]; unsure?: string } = {},
  ): StepFlow {
    const places = new Map<OutputKind, Place>();
    const datasets = new Set<string>();
    for (const needed of needs) {
      for (const [kind, found] of reachable(this.nearest.get(needed), needed, this.steps[needed]?.uses)) {
        const known = places.get(kind);
        const place = unsure === undefined ? found : { ...found, unsure };
        if (known === undefined || place.distance < known.distance) places.set(kind, place);
      }
      for (const dataset of this.left.get(needed) ?? []) datasets.add(dataset);
    }
    const own = datasetNamed(step);
    if (own !== undefined) datasets.add(own);
    this.nearest.set(name, places);
    if (step.uses === 'features') return this.joined(name, step.with);
    this.left.set(name, datasets);
    const taken = [...places].filter(([kind]) => kind !== 'cross-validation' || takesFolds(step));
    const takes = new Map(taken.map(([kind, { step: from }]) => [kind, from] as const));
    const unsures = taken.flatMap(([kind, place]) =>
      place.unsure === undefined ? [] : [[kind, place.unsure] as const],
    );
    const flow = { takes, datasets, unsure: new Map(unsures) };
    this.flows.set(name, flow);
    return flow;
  }

  /** It reads files, nothing that a step has made; those after it read what it makes. */
  private joined(name: string, { entities, as }: FeaturesOptions): StepFlow {
    this.left.set(name, new Set([as]));
    const flow = { takes: new Map(), datasets: new Set([entities]), unsure: new Map() };
    this.flows.set(name, flow);
    return flow;
  }

  get(name: string): StepFlow | undefined {
    return this.flows.get(name);
  }
}

/** For each step, in time linear in the steps, their needs and what there is to take. `order`: as `topologicalOrder`. */
export function stepFlows(steps: Steps, order: readonly string[]): Pick<StepFlows, 'get'> {
  const flows = new StepFlows(steps);
  for (const name of order) {
    const step = steps[name];
    if (step !== undefined) flows.add(name, step);
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
  for (const [kind, place] of before ?? []) if (kind !== made) yield [kind, { ...place, distance: place.distance + 1 }];
}

/** Only a threshold is ever taken of a cross-validation. */
export const takesFolds = (step: StepConfig): boolean => step.uses === 'evaluate' && step.with.threshold === 'held-out';

const datasetNamed = (step: StepConfig): string | undefined =>
  step.uses === 'validate' || step.uses === 'split' ? step.with.dataset : undefined;

import type { StepConfig } from '../../protocol/workspaceConfig';
import { madeBy } from '../flow';

/** What a step computes with, of what the steps before it make. */
const reads: Readonly<Partial<Record<StepConfig['uses'], readonly string[]>>> = {
  split: ['dataset'],
  prepare: ['split'],
  tune: ['preparation', 'split'],
  train: ['preparation', 'split', 'tuning'],
  'cross-validate': ['preparation', 'split'],
  'learning-curve': ['preparation', 'split'],
  evaluate: ['model', 'preparation', 'split'],
  gate: ['evaluation', 'model'],
  register: ['model', 'evaluation'],
};

function readBy(step: StepConfig): readonly string[] {
  const own = reads[step.uses] ?? [];
  return step.uses === 'evaluate' && step.with.threshold === 'held-out' ? [...own, 'cross-validation'] : own;
}

/** Of one kind the nearest step that makes it, and how many of the same matrix are as near. */
interface Maker {
  readonly name: string;
  readonly distance: number;
  /** The step with the matrix when there are several. */
  readonly several?: string;
}

export interface Ambiguity {
  /** The step that takes it. */
  readonly name: string;
  readonly kind: string;
  /** The step with a matrix, of which several come. */
  readonly of: string;
}

/**
 * Steps to which several instances of one matrix bring the same kind of thing, a model say, so that it cannot be told
 * which one is meant. Of a step with `pick` one instance is looked at in the place of the one that will be picked.
 * @param steps each after all that it needs is not asked; cycles must not be there
 */
export function ambiguousInputs(steps: ReadonlyMap<string, StepConfig>): readonly Ambiguity[] {
  const found = new Map<string, ReadonlyMap<string, Maker>>();
  const ambiguities: Ambiguity[] = [];
  const finish = (name: string, step: StepConfig): void => {
    const makers = new Map<string, Maker>();
    const offer = (kind: string, maker: Maker): void => {
      const best = nearer(makers.get(kind), maker, steps);
      makers.set(kind, best);
    };
    for (const needed of visibleNeeds(step, steps)) {
      const before = steps.get(needed);
      if (!before) continue;
      const made = madeBy(before.uses);
      if (made !== undefined) offer(made, { name: needed, distance: 1 });
      for (const [kind, maker] of found.get(needed) ?? [])
        if (kind !== made) offer(kind, { ...maker, distance: maker.distance + 1 });
    }
    found.set(name, makers);
    if (step.uses === 'split' && step.with.dataset !== undefined) return;
    for (const kind of readBy(step)) {
      const of = makers.get(kind)?.several;
      if (of !== undefined) ambiguities.push({ name, kind, of });
    }
  };
  for (const start of steps.keys()) visit(start, steps, { isDone: name => found.has(name), finish });
  return ambiguities;
}

/** Depth first, without recursion. */
function visit(
  start: string,
  steps: ReadonlyMap<string, StepConfig>,
  { isDone, finish }: { isDone: (name: string) => boolean; finish: (name: string, step: StepConfig) => void },
): void {
  const trail: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const step = steps.get(top.name);
    const needed = step?.needs[top.next++];
    if (step && needed !== undefined) {
      if (!isDone(needed)) trail.push({ name: needed, next: 0 });
      continue;
    }
    if (step && !isDone(top.name)) finish(top.name, step);
    trail.pop();
  }
}

function* visibleNeeds({ needs, pick }: StepConfig, steps: ReadonlyMap<string, StepConfig>): Generator<string> {
  let isPicked = false;
  for (const name of needs) {
    const isCandidate = pick !== undefined && steps.get(name)?.matrix?.step === pick.step;
    if (isCandidate && isPicked) continue;
    isPicked ||= isCandidate;
    yield name;
  }
}

/** Of two makers of one kind the nearer one; of two that are as near the first, with what that means. */
function nearer(known: Maker | undefined, maker: Maker, steps: ReadonlyMap<string, StepConfig>): Maker {
  if (known === undefined || maker.distance < known.distance) return maker;
  if (maker.distance > known.distance || maker.name === known.name) return known;
  const matrix = steps.get(maker.name)?.matrix?.step;
  if (matrix !== undefined && matrix === steps.get(known.name)?.matrix?.step) return { ...known, several: matrix };
  return maker.several === undefined ? known : { ...known, several: maker.several };
}

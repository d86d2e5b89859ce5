import type { NamedPipeline, NamedStep } from './named';
import { child, textOf } from './yaml/tree';

/** What a step takes from the steps before it, and what it makes. */
const kinds: ReadonlyMap<string, { readonly takes?: string; readonly makes: string }> = new Map([
  ['validate', { makes: 'dataset' }],
  ['features', { makes: 'dataset' }],
  ['materialise', { makes: 'online features' }],
  ['check-features', { makes: 'feature check' }],
  ['split', { makes: 'split' }],
  ['prepare', { takes: 'split', makes: 'preparation' }],
  ['tune', { takes: 'preparation', makes: 'tuning' }],
  ['train', { takes: 'preparation', makes: 'model' }],
  ['cross-validate', { takes: 'preparation', makes: 'cross-validation' }],
  ['learning-curve', { takes: 'preparation', makes: 'learning curve' }],
  ['import', { makes: 'model' }],
  ['evaluate', { takes: 'model', makes: 'evaluation' }],
  ['test', { takes: 'model', makes: 'model tests' }],
  ['gate', { takes: 'evaluation', makes: 'gate report' }],
  ['register', { takes: 'model', makes: 'model version' }],
]);

export const takenBy = (uses: string): string | undefined => kinds.get(uses)?.takes;
export const madeBy = (uses: string): string | undefined => kinds.get(uses)?.makes;
export const makerOf = (kind: string): string => [...kinds].find(([, { makes }]) => makes === kind)?.[0] ?? '';

/** How the steps of a pipeline follow one another. */
export interface Flow {
  /** Steps in an order in which each comes after those it needs, as far as there are no cycles. */
  readonly order: ReadonlyMap<string, number>;
  /** By step: what the steps before it make, near and far. */
  readonly available: ReadonlyMap<string, ReadonlySet<string>>;
  /** By step: the dataset it names itself (of `features`: makes), or that of the nearest step before it, and how many steps away that is. */
  readonly datasets: ReadonlyMap<string, { readonly name: string; readonly distance: number }>;
  readonly cycles: readonly Cycle[];
}

export interface Cycle {
  /** From a step to itself again. */
  readonly round: readonly string[];
  /** The step whose `needs` closes it, and where. */
  readonly step: NamedStep;
  readonly need: NamedStep['needs'][number];
}

const known = new WeakMap<NamedPipeline, Flow>();

/** In time linear in the steps and their needs; bears cycles and unknown names. */
export function flowOf(pipeline: NamedPipeline): Flow {
  const found = known.get(pipeline) ?? new FlowReader(pipeline).read();
  known.set(pipeline, found);
  return found;
}

class FlowReader {
  readonly #pipeline: NamedPipeline;
  readonly #order = new Map<string, number>();
  readonly #available = new Map<string, ReadonlySet<string>>();
  readonly #datasets = new Map<string, { readonly name: string; readonly distance: number }>();
  readonly #cycles: Cycle[] = [];

  constructor(pipeline: NamedPipeline) {
    this.#pipeline = pipeline;
  }

  read(): Flow {
    for (const step of this.#pipeline.steps.values()) if (!this.#order.has(step.name)) this.#visit(step);
    return { order: this.#order, available: this.#available, datasets: this.#datasets, cycles: this.#cycles };
  }

  /** Depth first, without recursion: a chain may be as long as the file allows. */
  #visit(start: NamedStep): void {
    const trail: { readonly step: NamedStep; next: number }[] = [{ step: start, next: 0 }];
    const onTrail = new Map([[start.name, 0]]);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const need = top.step.needs[top.next++];
      const step = need && this.#pipeline.steps.get(need.value);
      if (!need) {
        this.#finish(top.step);
        onTrail.delete(top.step.name);
        trail.pop();
      } else if (step && onTrail.has(step.name)) {
        const round = trail.slice(onTrail.get(step.name)).map(one => one.step.name);
        this.#cycles.push({ round: [...round, step.name], step: top.step, need });
      } else if (step && !this.#order.has(step.name)) {
        onTrail.set(step.name, trail.length);
        trail.push({ step, next: 0 });
      }
    }
  }

  /** All that the step needs has been finished, unless it is part of a cycle. */
  #finish(step: NamedStep): void {
    this.#order.set(step.name, this.#order.size);
    const before = step.needs.flatMap(({ value }) => this.#pipeline.steps.get(value) ?? []);
    const available = before.flatMap(one => [
      ...(this.#available.get(one.name) ?? []),
      kinds.get(one.uses)?.makes ?? one.uses,
    ]);
    this.#available.set(step.name, new Set(available));
    const own = textOf(child(step.options, step.uses === 'features' ? 'as' : 'dataset'));
    if (own !== undefined) {
      this.#datasets.set(step.name, { name: own, distance: 0 });
      return;
    }
    for (const one of before) {
      const theirs = this.#datasets.get(one.name);
      const best = this.#datasets.get(step.name)?.distance ?? Infinity;
      if (theirs && theirs.distance + 1 < best) {
        this.#datasets.set(step.name, { name: theirs.name, distance: theirs.distance + 1 });
      }
    }
  }
}

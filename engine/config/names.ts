import type { Span } from './yaml/lineIndex';
import { child, entriesOf, entryOf, textOf, textsOf, type MapEntry, type TreeNode } from './yaml/tree';

/** What has a name in the file, read leniently: also from a text that has errors elsewhere. */
export interface Names {
  readonly name: string;
  readonly datasets: ReadonlyMap<string, Named>;
  readonly pipelines: ReadonlyMap<string, NamedPipeline>;
  readonly models: ReadonlyMap<string, NamedModel>;
}

export interface Named {
  readonly name: string;
  readonly keySpan: Span;
  readonly node: TreeNode;
}

export interface NamedPipeline extends Named {
  readonly steps: ReadonlyMap<string, NamedStep>;
}

export interface NamedStep extends Named {
  /** `run` for a command; empty when neither is written. */
  readonly uses: string;
  readonly needs: readonly (Span & { readonly value: string })[];
  readonly options?: TreeNode;
}

export interface NamedModel extends Named {
  readonly stages: ReadonlyMap<string, Span>;
  readonly gates: readonly MapEntry[];
}

export const defaultStages = ['dev', 'staging', 'production'] as const;

export function readNames(root: TreeNode | undefined): Names {
  return {
    name: textOf(child(root, 'name')) ?? '',
    datasets: named(child(root, 'datasets'), entry => asNamed(entry)),
    pipelines: named(child(root, 'pipelines'), entry => ({
      ...asNamed(entry),
      steps: named(child(entry.value, 'steps'), asStep),
    })),
    models: named(child(root, 'models'), asModel),
  };
}

function named<T>(section: TreeNode | undefined, make: (entry: MapEntry) => T): ReadonlyMap<string, T> {
  return new Map(entriesOf(section).map(entry => [entry.key, make(entry)]));
}

const asNamed = (entry: MapEntry): Named => ({ name: entry.key, keySpan: entry.keySpan, node: entry.value });

function asStep(entry: MapEntry): NamedStep {
  const options = child(entry.value, 'with');
  const uses = textOf(child(entry.value, 'uses')) ?? (entryOf(entry.value, 'run') ? 'run' : '');
  return { ...asNamed(entry), uses, needs: textsOf(child(entry.value, 'needs')), ...(options && { options }) };
}

function asModel(entry: MapEntry): NamedModel {
  const written = child(entry.value, 'stages');
  const stages = written
    ? textsOf(written).map((stage): [string, Span] => [stage.value, stage])
    : defaultStages.map((stage): [string, Span] => [stage, entry.keySpan]);
  return { ...asNamed(entry), stages: new Map(stages), gates: entriesOf(child(entry.value, 'gates')) };
}

/** Steps that run before this one, nearest first; itself excluded. Bears cycles and unknown names. */
export function ancestors(pipeline: NamedPipeline, step: NamedStep): readonly NamedStep[] {
  const found: NamedStep[] = [];
  const seen = new Set([step.name]);
  let front: readonly NamedStep[] = [step];
  while (front.length > 0) {
    const next: NamedStep[] = [];
    for (const { value } of front.flatMap(one => one.needs)) {
      const before = pipeline.steps.get(value);
      if (!before || seen.has(value)) continue;
      seen.add(value);
      next.push(before);
    }
    found.push(...next);
    front = next;
  }
  return found;
}

/** The dataset whose rows a step works on: its own, that of the nearest step before it, or the only one there is. */
export function datasetOf(names: Names, pipeline: NamedPipeline, step: NamedStep): string | undefined {
  for (const one of [step, ...ancestors(pipeline, step)]) {
    const dataset = textOf(child(one.options, 'dataset'));
    if (dataset !== undefined) return dataset;
  }
  const [only, ...others] = names.datasets.keys();
  return others.length === 0 ? only : undefined;
}

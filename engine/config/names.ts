import { flowOf } from './flow';
import type { Named, NamedModel, NamedPipeline, NamedStep, Names } from './named';
import { asService, asView } from './namedFeatures';
import type { Span } from './yaml/lineIndex';
import { child, entriesOf, entryOf, textOf, textsOf, type MapEntry, type TreeNode } from './yaml/tree';

export const defaultStages = ['dev', 'staging', 'production'] as const;

export function readNames(root: TreeNode | undefined): Names {
  const pipelines = named(child(root, 'pipelines'), entry => ({
    ...asNamed(entry),
    steps: named(child(entry.value, 'steps'), asStep),
  }));
  return {
    name: textOf(child(root, 'name')) ?? '',
    datasets: named(child(root, 'datasets'), asNamed),
    pipelines,
    models: named(child(root, 'models'), asModel),
    entities: named(child(root, 'entities'), asNamed),
    views: named(child(root, 'features'), asView),
    services: named(child(root, 'feature_services'), asService),
    users: usersOf(pipelines),
  };
}

function named<T>(section: TreeNode | undefined, make: (entry: MapEntry) => T): ReadonlyMap<string, T> {
  return new Map(entriesOf(section).map(entry => [entry.key, make(entry)]));
}

const asNamed = (entry: MapEntry): Named => ({ name: entry.key, keySpan: entry.keySpan, node: entry.value });

function asStep(entry: MapEntry): NamedStep {
  const options = child(entry.value, 'with');
  const uses = textOf(child(entry.value, 'uses')) ?? (entryOf(entry.value, 'run') ? 'run' : '');
  const run = textOf(child(entry.value, 'run'));
  return {
    ...asNamed(entry),
    uses,
    ...(run !== undefined && { run }),
    needs: textsOf(child(entry.value, 'needs')),
    ...(options && { options }),
  };
}

function asModel(entry: MapEntry): NamedModel {
  const written = child(entry.value, 'stages');
  const stages = written
    ? textsOf(written).map((stage): [string, Span] => [stage.value, stage])
    : defaultStages.map((stage): [string, Span] => [stage, entry.keySpan]);
  return { ...asNamed(entry), stages: new Map(stages), gates: entriesOf(child(entry.value, 'gates')) };
}

/** The dataset whose rows a step works on: its own, that of the nearest step before it, or the only one there is. */
export const datasetOf = (names: Names, pipeline: NamedPipeline, step: NamedStep): string | undefined =>
  flowOf(pipeline).datasets.get(step.name)?.name ?? onlyDataset(names);

/** The dataset that the first step which names the model works on. */
export function datasetOfModel(names: Names, model: string): string | undefined {
  const user = names.users.get(model);
  return user ? datasetOf(names, user.pipeline, user.step) : onlyDataset(names);
}

function onlyDataset(names: Names): string | undefined {
  if (names.datasets.size !== 1) return undefined;
  const [only] = names.datasets.keys();
  return only;
}

function usersOf(pipelines: Names['pipelines']): Names['users'] {
  const users = new Map<string, { readonly pipeline: NamedPipeline; readonly step: NamedStep }>();
  for (const pipeline of pipelines.values()) {
    for (const step of pipeline.steps.values()) {
      const model = textOf(child(step.options, 'model'));
      if (model !== undefined && !users.has(model)) users.set(model, { pipeline, step });
    }
  }
  return users;
}

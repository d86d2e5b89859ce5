import { referenceOf } from '../grammar/facts';
import type { Reference } from '../grammar/terms';
import type { NamedModel, NamedPipeline, NamedStep, NamedView, Names } from '../named';
import { datasetOf, datasetOfModel } from '../names';
import { didYouMean, editDistance, listed, suggest } from '../suggest';
import type { Site } from '../walk';
import type { Span } from '../yaml/lineIndex';
import type { Problem } from '../yaml/problem';
import { child, dotted, textOf, type Path } from '../yaml/tree';

/** Where in the file something stands: what its names can mean. */
export interface Scope {
  readonly pipeline?: NamedPipeline;
  readonly step?: NamedStep;
  readonly model?: NamedModel;
  readonly view?: NamedView;
  /** Whose columns are meant. */
  readonly dataset?: string;
}

export function scopeOf(names: Names, path: Path): Scope {
  const [section, name, part, stepName] = path.map(String);
  if (name === undefined) return {};
  if (section === 'datasets') return { dataset: name };
  if (section === 'features') {
    const view = names.views.get(name);
    return view ? { view, ...(view.source !== undefined && { dataset: view.source }) } : {};
  }
  if (section === 'models') {
    const model = names.models.get(name);
    const dataset = datasetOfModel(names, name);
    return { ...(model && { model }), ...(dataset !== undefined && { dataset }) };
  }
  const pipeline = section === 'pipelines' ? names.pipelines.get(name) : undefined;
  const step = part === 'steps' && stepName !== undefined ? pipeline?.steps.get(stepName) : undefined;
  if (pipeline && part === 'on') return triggerScope(names, pipeline);
  if (!pipeline || !step) return pipeline ? { pipeline } : {};
  const model = names.models.get(textOf(child(step.options, 'model')) ?? '');
  const dataset = step.uses === 'features' ? textOf(child(step.options, 'entities')) : datasetOf(names, pipeline, step);
  return { pipeline, step, ...(model && { model }), ...(dataset !== undefined && { dataset }) };
}

/** The model whose stages `on: model:` names, and the dataset whose columns `on: drift:` does. */
function triggerScope(names: Names, pipeline: NamedPipeline): Scope {
  const on = child(pipeline.node, 'on');
  const model = names.models.get(textOf(child(child(on, 'model'), 'name')) ?? '');
  const dataset = textOf(child(child(on, 'drift'), 'dataset'));
  return { pipeline, ...(model && { model }), ...(dataset !== undefined && { dataset }) };
}

export interface Target {
  readonly name: string;
  /** Its key. */
  readonly span: Span;
  /** For a list of proposals: what it is. */
  readonly detail: string;
}

/** What a reference of this kind can name, at this place. */
export function targetsOf(reference: Reference, names: Names, scope: Scope): readonly Target[] {
  switch (reference) {
    case 'dataset':
      return [...names.datasets.values()].map(dataset => ({
        name: dataset.name,
        span: dataset.keySpan,
        detail: textOf(child(dataset.node, 'path')) ?? 'dataset',
      }));
    case 'pipeline':
      return [...names.pipelines.values()].map(one => ({ name: one.name, span: one.keySpan, detail: 'pipeline' }));
    case 'step':
      return [...(scope.pipeline?.steps.values() ?? [])].map(step => ({
        name: step.name,
        span: step.keySpan,
        detail: step.uses === '' ? 'step' : step.uses,
      }));
    case 'model':
      return [...names.models.values()].map(model => ({ name: model.name, span: model.keySpan, detail: 'model' }));
    case 'holder':
    case 'stage':
      return [...(scope.model?.stages ?? [])].map(([name, span]) => ({
        name,
        span,
        detail: `stage of ${scope.model?.name ?? ''}`,
      }));
    case 'entity':
      return [...names.entities.values()].map(one => ({
        name: one.name,
        span: one.keySpan,
        detail: `entity by ${textOf(child(one.node, 'key')) ?? 'its key'}`,
      }));
    case 'service':
      return [...names.services.values()].map(one => ({
        name: one.name,
        span: one.keySpan,
        detail: 'feature service',
      }));
    case 'view':
      return [...names.views.values()].map(view => ({ name: view.name, span: view.keySpan, detail: 'feature view' }));
    case 'feature':
      return featureTargets(names, scope);
    default:
      return [];
  }
}

/** Views with all their features; those of the view itself are none that it can use. */
function featureTargets(names: Names, { view: own }: Scope): readonly Target[] {
  return [...names.views.values()].flatMap(view =>
    view === own
      ? []
      : [
          { name: view.name, span: view.keySpan, detail: 'feature view' },
          ...view.features.map(one => ({
            name: `${view.name}:${one.name}`,
            span: one.keySpan,
            detail: `${one.kind === 'expression' ? 'computed' : one.kind} of ${view.name}`,
          })),
        ],
  );
}

function isTarget(reference: Reference, name: string, { names, scope }: { names: Names; scope: Scope }): boolean {
  if (reference === 'dataset') return names.datasets.has(name);
  if (reference === 'model') return names.models.has(name);
  if (reference === 'pipeline') return names.pipelines.has(name);
  if (reference === 'view') return names.views.has(name);
  if (reference === 'service') return names.services.has(name);
  if (reference === 'step') return scope.pipeline?.steps.has(name) ?? false;
  return reference !== 'stage' || (scope.model?.stages.has(name) ?? false);
}

/** More are not shown, and each costs a search for what was meant. */
const most = 250;

/** Names that name nothing. */
export function referenceProblems(all: readonly Site[], names: Names): readonly Problem[] {
  const problems: Problem[] = [];
  for (const site of all) {
    if (problems.length > most) break;
    const keyReference = site.keySchema && referenceOf(site.keySchema);
    if (keyReference && site.entry) {
      problems.push(
        ...unknown({ site, reference: keyReference, name: site.entry.key, span: site.entry.keySpan, names }),
      );
    }
    const reference = referenceOf(site.schema) ?? referenceOf(site.declared);
    const text = textOf(site.node);
    if (reference && text !== undefined && text !== '') {
      problems.push(...unknown({ site, reference, name: text, span: site.node, names }));
    }
  }
  return problems;
}

interface Named {
  readonly site: Site;
  readonly reference: Reference;
  readonly name: string;
  readonly span: Span;
  readonly names: Names;
}

function* unknown({ site, reference, name, span, names }: Named): Generator<Problem> {
  if (reference === 'holder') {
    yield* mistaken({ site, reference: 'stage', name, span, names });
    return;
  }
  if (!isNamed(reference)) return;
  const scope = scopeOf(names, site.path);
  // Whose stages they are is not known, and that has been said at `model`.
  if (reference === 'stage' && !scope.model) return;
  if (isTarget(reference, name, { names, scope })) return;
  const targets = targetsOf(reference, names, scope).map(target => target.name);
  const others = reference === 'step' ? targets.filter(target => target !== scope.step?.name) : targets;
  const suggestion = suggest(name, others);
  const known =
    others.length === 0 ? nothing(reference) : ` There ${others.length === 1 ? 'is' : 'are'} ${listed(others, 'and')}.`;
  const owner =
    reference === 'stage'
      ? ` of model \`${scope.model?.name ?? ''}\``
      : reference === 'step'
        ? ' of this pipeline'
        : '';
  yield {
    start: span.start,
    end: span.end,
    code: `unknown-${reference}`,
    message: `\`${name}\` is not a ${wordFor(reference)}${owner}.${suggestion === undefined ? known : didYouMean(suggestion)}`,
    key: dotted(site.path),
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** A name that is no stage is an alias, unless a stage is hardly written otherwise. */
function* mistaken(named: Named): Generator<Problem> {
  const stages = [...(scopeOf(named.names, named.site.path).model?.stages.keys() ?? [])];
  const { name } = named;
  if (stages.includes(name) || name.length < 4) return;
  if (stages.some(stage => editDistance(name.toLowerCase(), stage.toLowerCase()) <= 2)) yield* unknown(named);
}

const wordFor = (reference: Reference): string =>
  reference === 'service' || reference === 'view' ? `feature ${reference}` : reference;

const named: readonly Reference[] = ['dataset', 'pipeline', 'step', 'model', 'stage', 'service', 'view'];
const isNamed = (reference: Reference): boolean => named.includes(reference);

const nothing = (reference: Reference): string =>
  reference === 'step'
    ? ' It has no other steps.'
    : ` None is declared: add it under \`${reference === 'view' ? 'features' : `${wordFor(reference).replace(' ', '_')}s`}:\` at the top of the file.`;

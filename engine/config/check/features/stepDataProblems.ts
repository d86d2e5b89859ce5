import { expressionColumns } from '../../../expressions/compileExpression';
import type { Column } from '../../columns';
import { readFeatureReference } from '../../featureReference';
import type { NamedPipeline, NamedStep, NamedView, Names } from '../../named';
import { didYouMean, suggest } from '../../suggest';
import type { Problem } from '../../yaml/problem';
import { child, entriesOf, textOf } from '../../yaml/tree';
import { expressionPlaces } from './expressionPlaces';
import { joinedColumns } from './joinedColumns';
import { keyOf } from './viewProblems';

/** Steps that join features to rows without the keys for it, or without what is asked with. */
export function* stepDataProblems(names: Names, known: ReadonlyMap<string, readonly Column[]>): Generator<Problem> {
  for (const pipeline of names.pipelines.values())
    for (const step of pipeline.steps.values())
      if (step.uses === 'features') yield* ofStep(step, { pipeline, names, known });
}

interface Around {
  readonly pipeline: NamedPipeline;
  readonly names: Names;
  readonly known: ReadonlyMap<string, readonly Column[]>;
}

function* ofStep(step: NamedStep, { pipeline, names, known }: Around): Generator<Problem> {
  const node = child(step.options, 'entities');
  const dataset = textOf(node) ?? '';
  const columns = known.get(dataset)?.map(({ name }) => name);
  if (!node || !columns) return;
  const base = { start: node.start, end: node.end, key: `pipelines.${pipeline.name}.steps.${step.name}.with.entities` };
  for (const [column, what] of neededBy(textOf(child(step.options, 'service')) ?? '', names)) {
    if (columns.includes(column)) continue;
    const suggestion = suggest(column, columns);
    const message = `Dataset \`${dataset}\` has no column \`${column}\`, ${what}.${didYouMean(suggestion)}`;
    yield { ...base, code: 'unknown-column', message };
  }
  for (const { name, reference } of joinedColumns(step, names, known) ?? []) {
    if (reference === undefined || !columns.includes(name)) continue;
    const message = `\`${name}\` is a column of dataset \`${dataset}\`, and \`${reference}\` of the service is called the same. Leave one of them out, or say \`full_names: true\`.`;
    yield { ...base, code: 'same-name', message };
  }
}

/** Columns that the rows must have, with what they are. */
function neededBy(service: string, names: Names): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  const add = (view: NamedView, feature?: string): void => {
    for (const { value } of view.entities) needed.set(keyOf(names, value), `the key of entity \`${value}\``);
    const computed = namesIn(view, feature);
    for (const { key } of entriesOf(child(view.node, 'request')))
      if (computed.has(key)) needed.set(key, `which \`${view.name}\` is asked with`);
  };
  const viewOf = (reference: string): readonly NamedView[] => {
    const found = names.views.get(readFeatureReference(reference)?.view ?? '');
    return found ? [found] : [];
  };
  for (const { value } of names.services.get(service)?.features ?? [])
    for (const view of viewOf(value)) {
      add(view, readFeatureReference(value)?.feature);
      for (const used of view.uses) viewOf(used.value).forEach(one => add(one));
    }
  return needed;
}

/** What a feature of a view is computed from, also by way of others of it; without one: what all are. */
function namesIn(view: NamedView, feature: string | undefined): ReadonlySet<string> {
  const texts = new Map(
    expressionPlaces(view).flatMap(({ feature: of, text }) => (of ? [[of.name, text] as const] : [])),
  );
  const reached = new Set(feature === undefined ? texts.keys() : [feature]);
  const found = new Set<string>();
  for (const name of reached) {
    const read = expressionColumns(texts.get(name) ?? '');
    for (const { name: used } of read.problem ? [] : read.columns)
      if (used !== name && texts.has(used)) reached.add(used);
      else found.add(used);
  }
  return found;
}

import { joinedColumns } from '../check/features/joinedColumns';
import { madeDatasets } from '../check/features/madeDatasets';
import { readFeatureReference } from '../featureReference';
import type { Column } from '../columns';
import type { NamedView, Names } from '../named';
import { child, textOf } from '../yaml/tree';
import type { ColumnsOf } from './expressionScope';

/** The columns that a dataset will have once the step has run that makes it; none when there is no such step. */
export async function columnsToBe(names: Names, dataset: string, columnsOf: ColumnsOf): Promise<readonly Column[]> {
  const step = madeDatasets(names).find(one => one.dataset === dataset)?.step;
  if (!step) return [];
  const service = names.services.get(textOf(child(step.options, 'service')) ?? '');
  const read = (service?.features ?? []).flatMap(({ value }) => viewsOf(value, names));
  const sources = read.flatMap(({ source }) => source ?? []);
  const known = new Map<string, readonly Column[]>();
  for (const one of new Set([textOf(child(step.options, 'entities')) ?? '', ...sources])) {
    const columns = await columnsOf(one);
    if (columns.length > 0) known.set(one, columns);
  }
  return joinedColumns(step, names, known) ?? [];
}

/** The view that a reference is about, and those that it uses. */
function viewsOf(reference: string, names: Names): readonly NamedView[] {
  const view = names.views.get(readFeatureReference(reference)?.view ?? '');
  if (!view) return [];
  const used = view.uses.flatMap(({ value }) => names.views.get(readFeatureReference(value)?.view ?? '') ?? []);
  return [view, ...used];
}

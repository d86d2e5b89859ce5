import { typedViews } from '../check/features/typedViews';
import type { TypedView } from '../check/features/viewTypes';
import type { Column } from '../columns';
import { readFeatureReference } from '../featureReference';
import type { NamedView, Names } from '../named';

/** The columns of a dataset; none when they cannot be known. */
export type ColumnsOf = (dataset: string) => Promise<readonly Column[]>;

/** The types of a view's features and of what they are computed from; undefined when they cannot be told. */
export async function typedScope(names: Names, view: NamedView, columnsOf: ColumnsOf): Promise<TypedView | undefined> {
  const used = view.uses.flatMap(({ value }) => names.views.get(readFeatureReference(value)?.view ?? '') ?? []);
  const views = [...new Set([view, ...used])];
  const known = new Map<string, readonly Column[]>();
  for (const source of new Set(views.flatMap(one => one.source ?? []))) {
    const columns = await columnsOf(source);
    if (columns.length > 0) known.set(source, columns);
  }
  return typedViews({ ...names, views: new Map(views.map(one => [one.name, one])) }, known).get(view.name);
}

import type { ColumnType } from '../../../protocol/data';
import type { Column } from '../../columns';
import { readFeatureReference } from '../../featureReference';
import type { NamedView, Names } from '../../named';
import { child, entriesOf, textOf } from '../../yaml/tree';
import { typeNamed } from './typeRules';
import { featuresOf } from './usedProblems';
import { keyOf } from './viewProblems';
import { typedView, type TypedView } from './viewTypes';

/** Those of which the columns are known: of whose source, or of the features that they use. */
export function typedViews(
  names: Names,
  known: ReadonlyMap<string, readonly Column[]>,
): ReadonlyMap<string, TypedView> {
  const typed = new Map<string, TypedView>();
  const views = [...names.views.values()];
  for (const view of views) {
    const columns = view.isOnDemand ? undefined : rowColumns(view, names, known);
    if (columns) typed.set(view.name, typedView(view, columns));
  }
  for (const view of views) {
    const columns = view.isOnDemand ? requestColumns(view, names, typed) : undefined;
    if (columns) typed.set(view.name, typedView(view, columns));
  }
  return typed;
}

type Columns = ReadonlyMap<string, ColumnType>;

function rowColumns(view: NamedView, names: Names, known: ReadonlyMap<string, readonly Column[]>): Columns | undefined {
  if (view.source !== undefined) {
    const columns = known.get(view.source);
    return columns && new Map(columns.map(({ name, type }) => [name, type]));
  }
  const pushed = new Map<string, ColumnType>();
  for (const word of ['event_time', 'created_time']) {
    const name = textOf(child(view.node, word));
    if (name !== undefined) pushed.set(name, 'datetime');
  }
  for (const { value } of view.entities) {
    const type = typeNamed(textOf(child(names.entities.get(value)?.node, 'type')));
    pushed.set(keyOf(names, value), type ?? 'string');
  }
  const identity = textOf(child(view.node, 'identity'));
  if (identity !== undefined) pushed.set(identity, 'string');
  for (const { kind, name, column = name, node } of view.features) {
    const type = kind === 'column' ? typeNamed(textOf(child(node, 'type'))) : undefined;
    if (type) pushed.set(column, type);
  }
  return pushed;
}

/** Undefined when it uses something of which the type cannot be told. */
function requestColumns(view: NamedView, names: Names, typed: ReadonlyMap<string, TypedView>): Columns | undefined {
  const columns = new Map<string, ColumnType>();
  for (const { key, value } of entriesOf(child(view.node, 'request'))) {
    const type = typeNamed(textOf(value));
    if (!type) return undefined;
    columns.set(key, type);
  }
  for (const { value } of view.uses) {
    if (readFeatureReference(value)?.version !== undefined) return undefined;
    const used = featuresOf(value, names);
    if (used.length === 0) return undefined;
    for (const one of used) {
      const type = typed.get(one.view)?.features.get(one.feature);
      if (!type) return undefined;
      columns.set(one.feature, type);
    }
  }
  return columns;
}

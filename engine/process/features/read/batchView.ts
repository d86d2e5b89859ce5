import type { BatchDefinition, BatchView } from '../../../protocol/featurePlans';
import type { ColumnType } from '../../../protocol/data';
import type { FeatureDefinition, FeatureViewDefinition } from '../../../protocol/features';

export const viewName = ({ view, version }: Pick<BatchView, 'view' | 'version'>): string => `${view}@v${version}`;

export function featureOf(definition: FeatureViewDefinition, name: string): FeatureDefinition {
  return definition.features.find(feature => feature.name === name)!;
}

/** Types of columns that the definition itself says something of: those of rows that were only pushed. */
export function declaredColumns(definition: BatchDefinition): Map<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const column of [definition.event_time, definition.created_time])
    if (column !== undefined) types.set(column, 'datetime');
  for (const { key, type } of definition.entities) types.set(key, type);
  if (definition.identity !== undefined) types.set(definition.identity, 'string');
  for (const { from, type } of definition.features) if (from.kind === 'column') types.set(from.column, type);
  return types;
}

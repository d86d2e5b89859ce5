import type { ColumnType } from '../../protocol/data';
import type { BatchViewConfig, EntityConfig, EntityType } from '../../protocol/featureConfig';
import type { EntityKey, FeatureSource, FeatureViewDefinition } from '../../protocol/features';
import { wrongView, type DefinedView, type DefiningContext, type NamedColumns } from './defined';
import { FeatureTypes } from './featureTypes';
import { viewHash } from './viewHash';

export interface BatchViewParts extends DefiningContext {
  readonly view: BatchViewConfig;
  readonly entities: Readonly<Record<string, EntityConfig>>;
  /** Absent: rows are only pushed. */
  readonly source?: { readonly file: FeatureSource; readonly columns: NamedColumns };
}

/** @throws ModelyardError `config.invalid`, `data.column`: with the key that is wrong */
export function defineBatchView(parts: BatchViewParts): DefinedView {
  const { view, source, expressions } = parts;
  const pushed = source ? undefined : pushedColumns(parts);
  const columns = new Map(source?.columns.map(({ name, type }) => [name, type]) ?? pushed);
  const types = new FeatureTypes(parts, view.features, columns);
  const entities = view.entities.map((name, index) => entityKey(parts, { name, index, types }));
  for (const key of ['event_time', 'created_time'] as const) {
    const column = view[key];
    if (column !== undefined) requireTime(parts, { key, column, type: types.column(column, key) });
  }
  if (view.identity !== undefined) types.column(view.identity, 'identity');
  if (view.where !== undefined) types.condition(view.where, 'where');
  const { kind, push, event_time, created_time, timezone, ttl, where, identity } = view;
  const definition: FeatureViewDefinition = {
    ...{ kind, push, timezone, entities },
    ...(event_time !== undefined && { event_time }),
    ...(created_time !== undefined && { created_time }),
    ...(ttl !== undefined && { ttl }),
    ...(where !== undefined && { where }),
    ...(identity !== undefined && { identity }),
    ...(source && { source: source.file }),
    features: types.all(),
  };
  return {
    definition,
    hash: viewHash(definition, { features: view.features, plain: text => expressions.plain(text) }),
  };
}

/** What rows that are pushed have, as far as the view says. */
function pushedColumns(parts: BatchViewParts): ReadonlyMap<string, ColumnType> {
  const { view } = parts;
  const columns = new Map<string, ColumnType>();
  for (const key of [view.event_time, view.created_time]) if (key !== undefined) columns.set(key, 'datetime');
  for (const name of view.entities) columns.set(keyOf(parts, name).key, keyOf(parts, name).type ?? 'string');
  if (view.identity !== undefined) columns.set(view.identity, 'string');
  for (const [name, { from, type }] of Object.entries(view.features)) {
    if (from.kind !== 'column') continue;
    if (type === undefined)
      throw wrongView(parts, `columns.${name}`, {
        message: `nothing says of which type \`${name}\` is, since there is no source.`,
        fix: `Say it: \`${name}: {type: number}\`.`,
      });
    columns.set(from.column, type);
  }
  return columns;
}

const keyOf = ({ entities }: BatchViewParts, name: string): Pick<EntityConfig, 'key' | 'type'> =>
  (Object.hasOwn(entities, name) ? entities[name] : undefined) ?? { key: name };

interface EntityPlace {
  readonly name: string;
  readonly index: number;
  readonly types: FeatureTypes;
}

function entityKey(parts: BatchViewParts, { name, index, types }: EntityPlace): EntityKey {
  const { key, type } = keyOf(parts, name);
  const place = parts.view.entities.length === 1 ? 'entity' : `entity.${index}`;
  if (type !== undefined || parts.source !== undefined)
    return { entity: name, key, type: type ?? keyType(types.column(key, place)) };
  throw wrongView(parts, place, {
    message: `nothing says of which type the keys of ${name} are, since there is no source.`,
    fix: `Say it under \`entities:\`: \`${name}: {key: ${key}, type: integer}\`.`,
  });
}

/** A column of keys some of which are missing may be one of numbers with a point. */
const keyType = (type: ColumnType): EntityType => (type === 'integer' || type === 'number' ? 'integer' : 'string');

interface TimeColumn {
  readonly key: 'event_time' | 'created_time';
  readonly column: string;
  readonly type: ColumnType;
}

function requireTime(parts: BatchViewParts, { key, column, type }: TimeColumn): void {
  if (type === 'date' || type === 'datetime') return;
  throw wrongView(parts, key, {
    code: 'data.column',
    message: `\`${column}\` has no times but values of the type ${type}.`,
    fix: `Name a column with times such as 2024-02-29T12:30:00Z, or make one with a query or a step. Where it has no values yet, say \`{column: ${column}, type: datetime}\` under \`expect:\` of the dataset.`,
  });
}

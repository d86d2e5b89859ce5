import { LISTS, NUMERIC, TEXTUAL } from '../search/filterParser';
import type { Dialect, Field } from '../search/filterParser';

const attribute = (key: string, rest: Pick<Field, 'type' | 'comparators'>): Field => ({
  entity: 'attribute',
  key,
  sortable: true,
  ...rest,
});
const textual = { type: 'text', comparators: TEXTUAL } as const;
const listed = { type: 'text', comparators: [...TEXTUAL, ...LISTS] } as const;
const numeric = { type: 'number', comparators: NUMERIC } as const;

const times = [attribute('creation_timestamp', numeric), attribute('last_updated_timestamp', numeric)];

/** MLflow's names in a search of registered models or of versions: some attributes, and tags. */
const dialectOf =
  (attributes: readonly Field[], aliases: Readonly<Record<string, string>> = {}): Dialect =>
  (entity, key) => {
    if (entity === 'tag' || entity === 'tags')
      return { entity: 'tag', key, type: 'text', comparators: TEXTUAL, sortable: false };
    if (entity !== undefined && entity !== 'attribute')
      return `Invalid entity type '${entity}'. Valid entity types are attribute, tag and tags.`;
    const field = attributes.find(one => one.key === (Object.hasOwn(aliases, key) ? aliases[key] : key));
    return (
      field ?? `Invalid attribute key '${key}' specified. Valid keys are ${attributes.map(one => one.key).join(', ')}.`
    );
  };

export const modelFilter = dialectOf([attribute('name', listed)]);
export const modelOrder = dialectOf([attribute('name', listed), ...times], { timestamp: 'last_updated_timestamp' });

const versionName = [attribute('name', listed), attribute('version_number', numeric)];
export const versionFilter = dialectOf([
  ...versionName,
  attribute('run_id', listed),
  attribute('source_path', textual),
]);
export const versionOrder = dialectOf([...versionName, ...times]);

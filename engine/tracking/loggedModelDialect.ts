import { LISTS, NUMERIC, TEXTUAL } from '../search/filterParser';
import type { Dialect, Field } from '../search/filterParser';

const ENTITIES = ['attributes', 'metrics', 'params', 'tags'] as const;
const TEXTS = ['name', 'model_id', 'model_type', 'status', 'source_run_id'];
const TIMES = new Map([
  ['creation_timestamp', 'creation_timestamp'],
  ['creation_timestamp_ms', 'creation_timestamp'],
  ['creation_time', 'creation_timestamp'],
  ['last_updated_timestamp', 'last_updated_timestamp'],
  ['last_updated_timestamp_ms', 'last_updated_timestamp'],
]);

const listed = { type: 'text', comparators: [...TEXTUAL, ...LISTS] } as const;
const numeric = { type: 'number', comparators: NUMERIC } as const;

/** An attribute by one of its names. */
export function modelAttribute(name: string): Field | undefined {
  if (TEXTS.includes(name)) return { entity: 'attribute', key: name, ...listed, sortable: true };
  const time = TIMES.get(name);
  return time === undefined ? undefined : { entity: 'attribute', key: time, ...numeric, sortable: true };
}

/** MLflow's names in a search of logged models. */
export const loggedModelDialect: Dialect = (entity, key) => {
  switch (ENTITIES.find(one => one === (entity ?? 'attributes'))) {
    case 'attributes':
      return modelAttribute(key) ?? `Invalid attribute key '${key}'; valid are ${[...TEXTS, ...new Set(TIMES.values())].join(', ')}.`; // prettier-ignore
    case 'metrics':
      return { entity: 'metric', key, ...numeric, sortable: true };
    case 'params':
      return { entity: 'param', key, ...listed, sortable: false };
    case 'tags':
      return { entity: 'tag', key, ...listed, sortable: false };
    case undefined:
      return `Invalid entity type: '${entity ?? ''}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`;
  }
};

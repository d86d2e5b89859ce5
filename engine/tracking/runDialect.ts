import { LISTS, NULLS, NUMERIC, TEXTUAL } from '../search/filterParser';
import type { Dialect, Field } from '../search/filterParser';

const ENTITIES = new Map<string, Field['entity']>([
  ...['metric', 'metrics'].map(name => [name, 'metric'] as const),
  ...['param', 'params', 'parameter', 'parameters'].map(name => [name, 'param'] as const),
  ...['tag', 'tags'].map(name => [name, 'tag'] as const),
  ...['attribute', 'attributes', 'attr', 'run'].map(name => [name, 'attribute'] as const),
  ...['dataset', 'datasets'].map(name => [name, 'dataset'] as const),
]);

const attribute = (key: string, rest: Pick<Field, 'type' | 'comparators'>): Field => ({
  entity: 'attribute',
  key,
  sortable: true,
  ...rest,
});
const textual = { type: 'text', comparators: TEXTUAL } as const;
const numeric = { type: 'number', comparators: NUMERIC } as const;
const listed = { type: 'text', comparators: [...TEXTUAL, ...LISTS] } as const;

const ATTRIBUTES: readonly Field[] = [
  attribute('run_id', listed),
  attribute('run_name', textual),
  attribute('status', textual),
  attribute('user_id', textual),
  attribute('artifact_uri', textual),
  attribute('start_time', numeric),
  attribute('end_time', numeric),
];
/** Names after `attributes.`, and after `datasets.` below. */
export const ATTRIBUTE_NAMES: readonly string[] = ATTRIBUTES.map(({ key }) => key);
const ALIASES = new Map([
  ['run name', 'run_name'],
  ['Run name', 'run_name'],
  ['Run Name', 'run_name'],
  ['created', 'start_time'],
  ['Created', 'start_time'],
]);
export const DATASET_NAMES: readonly string[] = ['name', 'digest', 'context'];

/** MLflow's names in a search of runs. */
export const runDialect: Dialect = (entityName, key) => {
  const entity = entityName === undefined ? 'attribute' : ENTITIES.get(entityName);
  switch (entity) {
    case undefined:
      return `Invalid entity type '${entityName ?? ''}'. Valid values are metrics, params, tags, attributes and datasets.`;
    case 'metric':
      return { entity, key, ...numeric, sortable: true };
    case 'param':
    case 'tag':
      return { entity, key, type: 'text', comparators: [...TEXTUAL, ...NULLS], sortable: true };
    case 'dataset':
      if (!DATASET_NAMES.includes(key))
        return `Invalid dataset key '${key}' specified. Valid keys are ${DATASET_NAMES.join(', ')}.`;
      return { entity, key, ...listed, sortable: false };
    case 'attribute': {
      const field = ATTRIBUTES.find(one => one.key === (ALIASES.get(key) ?? key));
      const names = ATTRIBUTES.map(one => one.key).join(', ');
      return (
        field ?? `Invalid attribute key '${key}' specified. Valid keys are ${names}. Write metrics.${key} for a metric.`
      );
    }
  }
};

/** MLflow's names in a search of experiments. */
export const experimentDialect: Dialect = (entityName, key) => {
  if (entityName === 'tag' || entityName === 'tags')
    return { entity: 'tag', key, type: 'text', comparators: [...TEXTUAL, ...NULLS], sortable: false };
  if (entityName !== undefined && ENTITIES.get(entityName) !== 'attribute')
    return `Invalid entity type '${entityName}'. Valid values are tags and attributes.`;
  const field = EXPERIMENT_ATTRIBUTES.find(one => one.key === key);
  return (
    field ??
    `Invalid attribute key '${key}' specified. Valid keys are ${EXPERIMENT_ATTRIBUTES.map(one => one.key).join(', ')}.`
  );
};

const EXPERIMENT_ATTRIBUTES: readonly Field[] = [
  attribute('name', textual),
  attribute('experiment_id', { type: 'text', comparators: ['=', '!=', ...LISTS] }),
  attribute('creation_time', numeric),
  attribute('last_update_time', numeric),
];

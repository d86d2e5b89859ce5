import type { FilterCondition } from '../../engine/protocol/runTable';

/** How an entity is written before its dot. */
const prefixes: Readonly<Record<FilterCondition['entity'], string>> = {
  metric: 'metrics',
  param: 'params',
  tag: 'tags',
  attribute: 'attributes',
  dataset: 'datasets',
};

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const fieldText = ({ entity, key }: Pick<FilterCondition, 'entity' | 'key'>): string =>
  `${prefixes[entity]}.${/^[A-Za-z_][\w.\-/:@]*$/.test(key) ? key : `\`${key.replaceAll('`', '``')}\``}`;

/** The conditions in the language of filters. */
export const filterText = (conditions: readonly FilterCondition[]): string =>
  conditions
    .map(condition => {
      const { comparator, value } = condition;
      return [fieldText(condition), comparator, ...(value === undefined ? [] : [valueText(value)])].join(' ');
    })
    .join(' AND ');

function valueText(value: NonNullable<FilterCondition['value']>): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? quoteText(value) : `(${value.map(quoteText).join(', ')})`;
}

export const joinFilters = (...parts: readonly string[]): string =>
  parts.filter(part => part.trim() !== '').join(' AND ');

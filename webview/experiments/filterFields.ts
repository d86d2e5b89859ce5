import type { FilterCondition, FilterEntity, RunKeys } from '../../engine/protocol/runTable';
import { t } from '../shared/l10n';
import { isOwnTag } from './columns';

export interface FilterField {
  readonly entity: FilterEntity;
  readonly key: string;
  readonly title: string;
  readonly group: string;
  readonly kind: 'number' | 'text' | 'time';
  readonly comparators: readonly string[];
}

const numeric: readonly string[] = ['=', '!=', '>', '>=', '<', '<='];
const textual: readonly string[] = ['=', '!=', 'LIKE', 'ILIKE'];
const nullable: readonly string[] = [...textual, 'IS NULL', 'IS NOT NULL'];
const listed: readonly string[] = [...textual, 'IN', 'NOT IN'];

const attributes: readonly (readonly [
  key: string,
  title: string,
  kind: FilterField['kind'],
  comparators: readonly string[],
])[] = [
  ['run_name', t('Name'), 'text', textual],
  ['status', t('Status'), 'text', textual],
  ['user_id', t('User'), 'text', textual],
  ['start_time', t('Started'), 'time', numeric],
  ['end_time', t('Ended'), 'time', numeric],
  ['run_id', t('Id'), 'text', listed],
];

/** What a condition can be about. */
export function filterFields({ metrics, params, tags }: RunKeys): readonly FilterField[] {
  const keyed = (entity: FilterEntity, group: string, keys: readonly { readonly key: string }[]): FilterField[] =>
    keys.map(({ key }) => ({
      entity,
      key,
      title: key,
      group,
      kind: entity === 'metric' ? 'number' : 'text',
      comparators: entity === 'metric' ? numeric : nullable,
    }));
  return [
    ...keyed('metric', t('Metrics'), metrics),
    ...keyed('param', t('Parameters'), params),
    ...attributes.map(([key, title, kind, comparators]): FilterField => ({
      entity: 'attribute',
      key,
      title,
      group: t('Attributes'),
      kind,
      comparators,
    })),
    ...keyed('tag', t('Tags'), [
      ...tags.filter(({ key }) => isOwnTag(key)),
      ...tags.filter(({ key }) => !isOwnTag(key)),
    ]),
    ...['name', 'digest', 'context'].map((key): FilterField => ({
      entity: 'dataset',
      key,
      title: key,
      group: t('Data'),
      kind: 'text',
      comparators: listed,
    })),
  ];
}

export const hasValue = (comparator: string): boolean => !comparator.endsWith('NULL');
const isList = (comparator: string): boolean => comparator.endsWith('IN');

/** The condition with what was written as its value; undefined while that cannot be one. */
export function conditionOf(field: FilterField, comparator: string, written: string): FilterCondition | undefined {
  const { entity, key, kind } = field;
  if (!hasValue(comparator)) return { entity, key, comparator };
  if (isList(comparator)) {
    const value = written.split(',').flatMap(part => (part.trim() === '' ? [] : [part.trim()]));
    return value.length === 0 ? undefined : { entity, key, comparator, value };
  }
  if (kind === 'text') return { entity, key, comparator, value: written };
  const value = kind === 'time' ? new Date(written).getTime() : Number(written);
  return written.trim() === '' || Number.isNaN(value) ? undefined : { entity, key, comparator, value };
}

/** What stands in the field of a condition's value. */
export function writtenValue({ kind }: Pick<FilterField, 'kind'>, value: FilterCondition['value']): string {
  if (value === undefined) return '';
  if (typeof value === 'object') return value.join(', ');
  if (kind !== 'time' || typeof value !== 'number') return String(value);
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

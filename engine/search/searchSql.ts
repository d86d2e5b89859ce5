import type { SqlValue } from '../store/database';
import type { Comparator, Condition } from './filterParser';
import type { KeyPart } from './pageToken';

/** A piece of SQL with the values of its question marks, in order. */
export interface Sql {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

/** A column of the order of a search. */
export interface SortColumn extends Sql {
  readonly descending: boolean;
}

/** `%` and `_` as GLOB has them: SQLite's LIKE ignores case, MLflow's does not. */
const likeToGlob = (pattern: string): string =>
  pattern.replace(/[*?[]/g, '[$&]').replaceAll('%', '*').replaceAll('_', '?');

const OPERATORS: Readonly<Record<Comparator, string>> = {
  '=': '= ?',
  '!=': '<> ?',
  '>': '> ?',
  '>=': '>= ?',
  '<': '< ?',
  '<=': '<= ?',
  LIKE: 'GLOB ?',
  ILIKE: 'LIKE ?',
  IN: 'IN (SELECT value FROM json_each(?))',
  'NOT IN': 'NOT IN (SELECT value FROM json_each(?))',
  'IS NULL': 'IS NULL',
  'IS NOT NULL': 'IS NOT NULL',
};

/** `expression comparator value` */
export function compare(expression: string, { comparator, value }: Condition): Sql {
  return { text: `${expression} ${OPERATORS[comparator]}`, params: boundValue(comparator, value) };
}

function boundValue(comparator: Comparator, value: Condition['value']): readonly SqlValue[] {
  if (value === undefined) return [];
  if (typeof value === 'object') return [JSON.stringify(value)];
  return [comparator === 'LIKE' && typeof value === 'string' ? likeToGlob(value) : value];
}

/** The rows behind `key` in the order of `columns`: no OFFSET, so page 1,000 costs what page 1 does. */
export function after(columns: readonly SortColumn[], key: readonly KeyPart[]): Sql {
  const [column, ...rest] = columns;
  const [value, ...restKey] = key;
  if (column === undefined || value === undefined) return { text: '0', params: [] };
  const further = after(rest, restKey);
  return {
    text: `(${column.text} ${column.descending ? '<' : '>'} ? OR (${column.text} IS ? AND ${further.text}))`,
    params: [...column.params, value, ...column.params, value, ...further.params],
  };
}

export const orderBy = (columns: readonly SortColumn[]): string =>
  columns.map(({ text, descending }) => `${text} ${descending ? 'DESC' : 'ASC'}`).join(', ');

export const joinAnd = (parts: readonly Sql[]): Sql => ({
  text: parts.map(({ text }) => text).join(' AND '),
  params: parts.flatMap(({ params }) => params),
});

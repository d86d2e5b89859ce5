import type { ExperimentId } from '../../protocol/ids';
import type { FilterCompletion, FilterItem, KeySummary } from '../../protocol/runTable';
import { expectedAt } from '../../search/filterCompletion';
import type { Expected } from '../../search/filterCompletion';
import { LISTS } from '../../search/filterParser';
import { quoteName, quoteText } from '../../search/filterText';
import type { Database } from '../../store/database';
import { ATTRIBUTE_NAMES, DATASET_NAMES, runDialect } from '../runDialect';
import { runKeys } from './runKeys';
import { runValues } from './runValues';

const MOST = 100;

export interface FilterPlace {
  readonly filter: string;
  /** Where in the filter, in UTF-16 units. */
  readonly offset: number;
  readonly experimentIds?: readonly ExperimentId[];
}

/** What may stand at a place of a filter of runs, from what the runs have. */
export function completeFilter(db: Database, { filter, offset, experimentIds }: FilterPlace): FilterCompletion {
  const expected = expectedAt(filter, offset, runDialect);
  if (expected === undefined) return { from: offset, to: offset, items: [] };
  const scope = experimentIds === undefined ? {} : { experimentIds };
  const items = itemsOf(db, expected, scope);
  return { from: expected.from, to: expected.to, items: items.slice(0, MOST) };
}

type Scope = Pick<FilterPlace, 'experimentIds'>;

function itemsOf(db: Database, expected: Expected, scope: Scope): readonly FilterItem[] {
  switch (expected.kind) {
    case 'name':
      return fitting(names(db, scope), expected.typed);
    case 'comparator': {
      const typed = expected.typed.toUpperCase().replace(/\s+/g, ' ');
      return expected.field.comparators
        .filter(comparator => comparator.startsWith(typed))
        .map(comparator => ({ kind: 'comparator', label: comparator, insert: `${comparator} ` }));
    }
    case 'value':
      return values(db, expected, scope);
    case 'and':
      return [{ kind: 'and', label: 'AND', insert: 'AND ' }];
  }
}

function names(db: Database, scope: Scope): readonly FilterItem[] {
  const { metrics, params, tags } = runKeys(db, scope);
  const named = (entity: string, keys: readonly KeySummary[]): FilterItem[] =>
    keys.map(({ key, runs }) => {
      const label = `${entity}.${quoteName(key)}`;
      return { kind: 'name', label, insert: `${label} `, runs };
    });
  const fixed = (entity: string, keys: readonly string[]): FilterItem[] =>
    keys.map(key => ({ kind: 'name', label: `${entity}.${key}`, insert: `${entity}.${key} ` }));
  const isOwn = ({ key }: KeySummary): boolean => /^(?:mlflow|modelyard)\./.test(key);
  return [
    ...named('metrics', metrics),
    ...named('params', params),
    ...fixed('attributes', ATTRIBUTE_NAMES),
    ...named(
      'tags',
      tags.filter(tag => !isOwn(tag)),
    ),
    ...fixed('datasets', DATASET_NAMES),
    ...named('tags', tags.filter(isOwn)),
  ];
}

/** Those that begin with what was typed, then those whose key does, then those that contain it. */
function fitting(items: readonly FilterItem[], typed: string): readonly FilterItem[] {
  const plain = (text: string): string => text.replace(/[`"]/g, '').toLowerCase();
  const wanted = plain(typed);
  const rank = ({ label }: FilterItem): number => {
    const name = plain(label);
    if (name.startsWith(wanted)) return 0;
    if (name.slice(name.indexOf('.') + 1).startsWith(wanted)) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return items
    .map(item => ({ item, rank: rank(item) }))
    .filter(one => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function values(db: Database, expected: Extract<Expected, { kind: 'value' }>, scope: Scope): readonly FilterItem[] {
  const { entity, key, type } = expected.field;
  const like = unquoted(expected.typed);
  const found = runValues(db, { entity, key, like, limit: MOST, ...scope });
  const after = LISTS.some(one => one === expected.comparator) ? '' : ' ';
  return found.map(({ value, runs }) => {
    const written = type === 'number' ? value : quoteText(value);
    return { kind: 'value', label: value, insert: `${written}${after}`, runs };
  });
}

const unquoted = (typed: string): string => {
  const quote = /^['"]/.exec(typed)?.[0];
  return quote === undefined ? typed : typed.slice(1).replaceAll(quote + quote, quote);
};

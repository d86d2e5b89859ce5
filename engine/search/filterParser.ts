import { invalid } from './invalid';
import { FilterScanner } from './filterScanner';
import type { FilterValue, Identifier } from './filterScanner';

export const NUMERIC = ['=', '!=', '>', '>=', '<', '<='] as const;
export const TEXTUAL = ['=', '!=', 'LIKE', 'ILIKE'] as const;
export const LISTS = ['IN', 'NOT IN'] as const;
export const NULLS = ['IS NULL', 'IS NOT NULL'] as const;
export type Comparator =
  | (typeof NUMERIC)[number]
  | (typeof TEXTUAL)[number]
  | (typeof LISTS)[number]
  | (typeof NULLS)[number];

/** What an identifier means in one kind of search. */
export interface Field {
  readonly entity: 'metric' | 'param' | 'tag' | 'attribute' | 'dataset';
  /** Its one official name. */
  readonly key: string;
  readonly type: 'number' | 'text';
  readonly comparators: readonly Comparator[];
  readonly sortable: boolean;
}

/** @returns the field, or a sentence that says why there is none */
export type Dialect = (entity: string | undefined, key: string) => Field | string;

export interface Condition {
  readonly field: Field;
  readonly comparator: Comparator;
  /** Undefined for IS [NOT] NULL. */
  readonly value: FilterValue | undefined;
}

export interface SortTerm {
  readonly field: Field;
  readonly descending: boolean;
}

const MAX_TEXT = 100_000;
/** SQLite nests and joins only so much. */
const MAX_CONDITIONS = 500;
const MAX_TERMS = 50;
/** SQLite takes time in the square of a pattern's length. */
const MAX_PATTERN = 1_000;

/**
 * Parses `clause { AND clause }` (MLflow's search grammar).
 * @throws ModelyardError `params.invalid` with the column
 */
export function parseFilter(text: string, dialect: Dialect): readonly Condition[] {
  if (text.length > MAX_TEXT) throw invalid(`The filter has ${text.length} characters; ${MAX_TEXT} are allowed.`);
  const scanner = new FilterScanner(text, 'filter string');
  const conditions: Condition[] = [];
  while (!scanner.atEnd()) {
    conditions.push(clause(scanner, dialect));
    if (scanner.atEnd()) break;
    if (conditions.length === MAX_CONDITIONS) scanner.fail(`At most ${MAX_CONDITIONS} conditions are possible.`);
    if (!scanner.keyword('AND')) scanner.fail('Conditions can only be joined by AND, without parentheses.');
  }
  return conditions;
}

/** Parses `metrics.auc DESC` and its like. A field given twice is refused. */
export function parseOrder(texts: readonly string[], dialect: Dialect): readonly SortTerm[] {
  if (texts.length > MAX_TERMS)
    throw invalid(`An order may have ${MAX_TERMS} fields, not ${texts.length}.`, 'Order by fewer fields.');
  const terms = texts.map(text => {
    const scanner = new FilterScanner(text, 'order_by');
    if (scanner.atEnd()) scanner.fail('Expected a name such as metrics.auc.');
    const field = resolve(scanner, scanner.identifier(), dialect);
    if (!field.sortable) scanner.fail('The result cannot be ordered by this.', 0);
    const descending = scanner.keyword('DESC');
    if (!descending) scanner.keyword('ASC');
    if (!scanner.atEnd()) scanner.fail('Only ASC or DESC may follow the name.');
    return { field, descending };
  });
  const names = terms.map(({ field }) => `${field.entity}.${field.key}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`\`order_by\` contains duplicate fields: ${twice}`);
  return terms;
}

function resolve(scanner: FilterScanner, identifier: Identifier, dialect: Dialect): Field {
  const field = dialect(identifier.entity, identifier.key);
  return typeof field === 'string' ? scanner.fail(field, identifier.at) : field;
}

function clause(scanner: FilterScanner, dialect: Dialect): Condition {
  const identifier = scanner.identifier();
  const field = resolve(scanner, identifier, dialect);
  scanner.skipBlanks();
  const at = scanner.position;
  const written = scanner.comparator();
  const comparator = field.comparators.find(one => one === written);
  if (comparator === undefined)
    scanner.fail(
      `Invalid comparator '${written}' for ${label(field)}; possible are ${field.comparators.join(', ')}.`,
      at,
    );
  if (NULLS.some(one => one === comparator)) return { field, comparator, value: undefined };
  scanner.skipBlanks();
  const valueAt = scanner.position;
  const value = scanner.value();
  const problem = valueProblem(field, comparator, value);
  if (problem !== undefined) scanner.fail(problem, valueAt);
  return { field, comparator, value };
}

const label = (field: Field): string => `${field.entity} '${field.key}'`;

function valueProblem(field: Field, comparator: Comparator, value: FilterValue): string | undefined {
  const isList = LISTS.some(one => one === comparator);
  if (isList !== (typeof value === 'object'))
    return isList
      ? `${comparator} needs a list such as ('a', 'b').`
      : `Only IN and NOT IN take a list, not ${comparator}.`;
  if (field.type === 'number' && typeof value !== 'number')
    return `Expected numeric value type for ${label(field)}, without quotes.`;
  if (field.type === 'text' && typeof value === 'number')
    return `Expected a quoted string value for ${label(field)} (e.g. 'my-value').`;
  if (comparator.endsWith('LIKE') && typeof value === 'string' && value.length > MAX_PATTERN)
    return `A pattern may have ${MAX_PATTERN} characters.`;
  return undefined;
}

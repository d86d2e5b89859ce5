import type { FrameColumn, TextColumn } from '../protocol/frame';
import type { CategoricalEncoding, NumericEncoding, PrepareOptions } from '../protocol/steps/preparation';
import { ModelyardError } from '../errors';
import { count, optionPlace } from './columns';
import { plural } from '../plural';
import { codeNumbers, frequentCategories, oneHot, ordinal, type Coded } from './encoders/categorical';
import { learnScale } from './encoders/numeric';
import { learnCategoryWoe, learnNumberWoe, type WoeTable } from './encoders/woe';
import type { MapOp, OneHotOp, PreparedColumn } from './preparation';

/** What a column is learnt from: its values in the training rows. */
export interface ColumnData {
  readonly column: FrameColumn;
  readonly rows: ArrayLike<number>;
  /** 1 for the positive class; absent unless there are two classes. */
  readonly bad?: Float64Array;
  readonly options: PrepareOptions;
}

export interface LearntColumn {
  /** Absent: the column says nothing that could be learnt and is left out. */
  readonly prepared?: PreparedColumn;
  readonly notes: readonly string[];
  readonly woe?: WoeTable;
}

const manyCategories = 1_000;
/** A column that never repeats in this many rows is likely an id. */
const fewestIds = 50;

/**
 * Learns how one input column becomes features.
 * @throws ModelyardError `config.invalid` when an option does not fit the column, `training.numeric` on ±Infinity.
 */
export function learnColumn(data: ColumnData): LearntColumn {
  const { column } = data;
  const values = trainingValues(data);
  const present = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  if (present === 0) return { notes: [`${column.name} has no value in the training part and is left out.`] };
  const constant = present === values.length && values.every(value => value === values[0]);
  const notes = constant ? [`${column.name} has the same value in every row of the training part.`] : [];
  const learnt = isCategorical(data) ? learnCategories(data, values) : learnNumbers(data, values);
  return { ...learnt, notes: [...notes, ...learnt.notes] };
}

/** Numbers as they are, codes for text; NaN: missing. */
function trainingValues({ column, rows }: ColumnData): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (column.kind === 'text') values[i] = column.codes[row]! < 0 ? NaN : column.codes[row]!;
    else values[i] = column.values[row]!;
    if (Math.abs(values[i]!) === Infinity)
      throw new ModelyardError('training.numeric', `${column.name} is infinite in data row ${row + 1}.`, {
        fix: 'Correct the value, or list its text under `missing` of the dataset.',
        data: { row: row + 1, column: column.name },
      });
  }
  return values;
}

const categoricalOnly = new Set(['one-hot', 'ordinal']);

function isCategorical({ column, options, rows }: ColumnData): boolean {
  const own = options.columns[column.name];
  if (column.kind === 'text') {
    if (own?.type === 'numeric' || own?.encode === 'numeric') throw noNumbers(column, rows);
    return true;
  }
  return own?.type === 'categorical' || (own?.encode !== undefined && categoricalOnly.has(own.encode));
}

/** Names the first value that is no number. */
function noNumbers(column: TextColumn, rows: ArrayLike<number>): ModelyardError {
  const isNumber = column.categories.map(text => Number.isFinite(Number(text)));
  const row = Array.from(rows).find(each => isNumber[column.codes[each]!] === false);
  const value =
    row === undefined ? '' : `: "${column.categories[column.codes[row]!] ?? ''}" in data row ${row + 1} is none`;
  return new ModelyardError('config.invalid', `${column.name} is text and cannot be used as a number${value}.`, {
    place: optionPlace(`columns.${column.name}`),
    fix: 'Remove the exception for it under `columns`, or repair the values that are no numbers.',
    data: { column: column.name, ...(row !== undefined && { row: row + 1 }) },
  });
}

function learnNumbers(data: ColumnData, values: Float64Array): LearntColumn {
  const { column, options } = data;
  const own = options.columns[column.name];
  const { name, type } = column;
  const common = { kind: 'number', name, type, features: [name] } as const;
  if ((own?.encode ?? options.numeric.encode) === 'woe') {
    const { op, table } = learnNumberWoe(values, twoClasses(data));
    return { prepared: { ...common, op }, notes: [], woe: table };
  }
  const impute = own?.impute ?? options.numeric.impute;
  const missing = values.findIndex(value => Number.isNaN(value));
  if (impute === 'none' && missing >= 0)
    throw new ModelyardError(
      'training.numeric',
      `${name} has missing values, the first in data row ${data.rows[missing]! + 1}, and \`impute: none\` refuses them.`,
      {
        place: optionPlace(own?.impute === undefined ? 'numeric.impute' : `columns.${name}.impute`),
        fix: 'Set `impute: median` (or mean, zero; keep for trees) for it.',
        data: { row: data.rows[missing]! + 1, column: name },
      },
    );
  return {
    prepared: { ...common, op: learnScale(values, { impute, scale: own?.scale ?? options.numeric.scale }) },
    notes:
      type === 'date' || type === 'datetime'
        ? [`${name} is a date and is used as a number that keeps growing; rows to come lie outside of what was learnt.`]
        : [],
  };
}

function learnCategories(data: ColumnData, values: Float64Array): LearntColumn {
  const { name, type, kind } = data.column;
  if (kind === 'number') {
    const { op, notes, woe } = encode(data, codeNumbers(values));
    return { prepared: { kind, name, type, op, features: featureNames(name, op) }, notes, ...(woe && { woe }) };
  }
  const codes = Int32Array.from(values, value => (Number.isNaN(value) ? -1 : value));
  const { op, notes, woe } = encode(data, { codes, categories: data.column.categories });
  return { prepared: { kind, name, type, op, features: featureNames(name, op) }, notes, ...(woe && { woe }) };
}

function encode<T extends string | number>(
  data: ColumnData,
  coded: Coded<T>,
): { readonly op: OneHotOp<T> | MapOp<T>; readonly notes: readonly string[]; readonly woe?: WoeTable } {
  const { column, options } = data;
  const encoding = categoricalEncoding(options.columns[column.name]?.encode, options.categorical.encode);
  const { categories, missing, rare } = frequentCategories(coded, options.categorical.min_count);
  const notes: string[] = [];
  const eachItsOwn = categories.length >= fewestIds && categories.length + missing === data.rows.length;
  if (categories.length > manyCategories || eachItsOwn)
    notes.push(
      `${column.name} has ${count(categories.length)} categories in ${plural(data.rows.length, 'row')}; if it is an id, put it under \`drop\`.`,
    );
  if (rare > 0)
    notes.push(
      `${column.name}: ${plural(rare, 'category', 'categories')} with fewer than ${options.categorical.min_count} rows count as unknown.`,
    );
  if (encoding === 'one-hot') return { op: oneHot(categories, missing), notes };
  if (encoding === 'ordinal') return { op: ordinal(categories), notes };
  const { op, table } = learnCategoryWoe(coded, { bad: twoClasses(data), kept: new Set(categories) });
  return { op, notes, woe: table };
}

const categoricalEncoding = (
  own: CategoricalEncoding | NumericEncoding | undefined,
  common: CategoricalEncoding,
): CategoricalEncoding => (own === undefined || own === 'numeric' ? common : own);

function twoClasses({ bad, column }: ColumnData): Float64Array {
  if (bad) return bad;
  throw new ModelyardError(
    'config.invalid',
    `Weight of evidence (\`encode: woe\` of ${column.name}) needs a label with two classes.`,
    {
      fix: 'Use `encode: one-hot` or `encode: numeric`.',
    },
  );
}

function featureNames(name: string, op: OneHotOp<string | number> | MapOp<string | number>): string[] {
  if (op.op === 'map') return [name];
  return [...op.categories.map(category => `${name}=${category}`), ...(op.missing ? [`${name}=(missing)`] : [])];
}

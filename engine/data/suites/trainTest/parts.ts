import type { DataCheckFinding } from '../../../protocol/dataChecks';
import { cellAt, columnNamed, featureColumns, features, useOf, type Rows } from '../columns';
import { countsOf, textColumns, variantsOf } from '../integrity/texts';
import { labelOf, noColumn } from '../label';
import {
  byColumn,
  failingRows,
  listed,
  mostRows,
  number,
  percent,
  placeOf,
  score,
  shown,
  type CheckInput,
  type Judge,
  type Outcome,
  type Unjudged,
} from '../outcome';
import { plural } from '../../../plural';
import { RowKeys } from '../rowKeys';

interface Parts {
  readonly train: Rows;
  readonly test: Rows;
}

/** The parts, when both have rows. */
export function partsOf({ parts }: CheckInput): Parts | Unjudged {
  if (parts === undefined) return { unjudged: 'there is no split', broken: true };
  if (parts.train.length === 0) return { unjudged: 'the training part has no rows', broken: true };
  if (parts.test.length === 0) return { unjudged: 'the test part has no rows', broken: true };
  return parts;
}

/** `sizes` */
export const sizes: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { ratio: bound = 0.01, at_least: least } = input.check;
  const [train, test] = [parts.train.length, parts.test.length];
  const value = test / train;
  const asked = least === undefined ? '' : ` and at least ${plural(least, 'row')}`;
  return {
    passed: value > bound && (least === undefined || test >= least),
    message: `the test part has ${plural(test, 'row')}, ${score(value)} for each of the ${number(train)} training rows; more than ${score(bound)}${asked} are asked for`,
    value,
    bound,
  };
};

/** `new-labels` */
export const newLabels: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  if (label.target.kind === 'values') return { unjudged: `the label ${label.name} is a number, not a class` };
  const { codes } = label.target;
  const most = input.check.at_most ?? 0;
  const { fresh, failing } = newIn(codes, parts);
  const names = [...fresh].map(([, row]) => cellAt(label.column, row));
  return {
    passed: fresh.size <= most,
    message:
      fresh.size === 0
        ? `the test part has no class of ${label.name} that the training part lacks`
        : `the test part has ${plural(fresh.size, 'class', 'classes')} of ${label.name} that the training part lacks (${listed(names)}), in ${plural(failing.length, 'row')}; at most ${number(most)} may be new`,
    value: fresh.size,
    bound: most,
    failing: failing.length,
    checked: parts.test.length,
    rows: failingRows(input.table, failing, row => cellAt(label.column, row)),
  };
};

/** Codes that only the test part has, each with its first row, and all the rows that have one. */
function newIn(codes: Int32Array, { train, test }: Parts): { fresh: Map<number, number>; failing: number[] } {
  const known = new Set<number>();
  for (const row of train) known.add(codes[row]!);
  const fresh = new Map<number, number>();
  const failing: number[] = [];
  for (const row of test) {
    const code = codes[row]!;
    if (code < 0 || known.has(code)) continue;
    if (!fresh.has(code)) fresh.set(code, row);
    failing.push(row);
  }
  return { fresh, failing };
}

/** `new-categories` */
export const newCategories: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles } = input;
  const most = check.at_most ?? 0;
  const rows: Rowed[] = [];
  const findings = features(table, check, roles).flatMap((feature): readonly DataCheckFinding[] => {
    if (feature.kind === 'numeric') return [];
    const { fresh, failing } = newIn(feature.codes, parts);
    const column = columnNamed(table, feature.name);
    const value = failing.length / parts.test.length;
    const passed = value <= most;
    if (column) rows.push(...placesOf(input, failing, row => `${feature.name}: ${shown(cellAt(column, row))}`));
    const names = column ? [...fresh.values()].map(row => cellAt(column, row)) : [];
    return [{ subject: feature.name, value, passed, ...(fresh.size > 0 && { detail: listed(names) }) }];
  });
  return ofRows({
    found: byColumn(findings, {
      what: 'the share of test rows with a new category',
      bound: `at most ${percent(most)}`,
    }),
    bound: most,
    rows,
    checked: parts.test.length,
  });
};

/** `new-variants` */
export const newVariants: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const most = input.check.at_most ?? 0;
  const rows: Rowed[] = [];
  const findings = textColumns(input).map((column): DataCheckFinding => {
    const [before, after] = [countsOf(column, parts.train), countsOf(column, parts.test)];
    const groups = variantsOf(column.categories, code => before[code]! > 0 || after[code]! > 0);
    const fresh = new Map<number, string>();
    for (const codes of groups.values()) {
      const known = codes.find(code => before[code]! > 0);
      if (known === undefined) continue;
      for (const code of codes) if (before[code] === 0) fresh.set(code, column.categories[known]!);
    }
    const failing = [...parts.test].filter(row => fresh.has(column.codes[row]!));
    const value = failing.length / parts.test.length;
    rows.push(...placesOf(input, failing, row => `${column.name}: ${shown(cellAt(column, row))}`));
    const [first] = fresh;
    const detail = first && `${shown(column.categories[first[0]]!)} for ${shown(first[1])}`;
    return { subject: column.name, value, passed: value <= most, ...(detail !== undefined && { detail }) };
  });
  return ofRows({
    found: byColumn(findings, {
      what: 'the share of test rows with another way of writing a text of the training part',
      bound: `at most ${percent(most)}`,
    }),
    bound: most,
    rows,
    checked: parts.test.length,
  });
};

interface Rowed {
  readonly line: number;
  readonly value: string;
  readonly of: number;
}

const placesOf = ({ table }: CheckInput, rows: readonly number[], valueOf: (row: number) => string): Rowed[] =>
  rows.map(row => ({ ...placeOf(table, row), value: valueOf(row), of: row })).slice(0, mostRows);

/** What is judged by column, with the rows that fail. */
function ofRows({
  found,
  bound,
  rows,
  checked,
}: {
  readonly found: Pick<Outcome, 'passed' | 'message' | 'value' | 'findings'>;
  readonly bound: number;
  readonly rows: readonly Rowed[];
  readonly checked: number;
}): Outcome {
  const worst = found.findings?.find(({ passed }) => !passed);
  return {
    ...found,
    message: worst?.detail === undefined ? found.message : `${found.message} (${worst.subject}: ${worst.detail})`,
    bound,
    failing: new Set(rows.map(({ of }) => of)).size,
    checked,
    rows: [...rows]
      .sort((a, b) => a.line - b.line)
      .slice(0, mostRows)
      .map(({ line, value }) => ({ line, value })),
  };
}

/** `date-duplicates` and `date-overlap` */
export const dateLeakage =
  (way: 'duplicates' | 'overlap'): Judge =>
  input => {
    const parts = partsOf(input);
    if ('unjudged' in parts) return parts;
    const { table, check, roles } = input;
    const name = useOf(check, roles).date;
    if (name === undefined) return { unjudged: 'no column is known as the date: name it with `date`' };
    const column = columnNamed(table, name);
    if (column === undefined) return noColumn(input, name, 'date');
    if (column.kind === 'text')
      return {
        unjudged: `the date ${name} is text, which has no order; write dates as ISO 8601 (2024-05-31)`,
        broken: true,
      };
    const { values } = column;
    const most = check.at_most ?? 0;
    let newest = -Infinity;
    const known = new Set<number>();
    for (const row of parts.train) {
      const value = values[row]!;
      if (Number.isNaN(value)) continue;
      newest = Math.max(newest, value);
      if (way === 'duplicates') known.add(value);
    }
    if (newest === -Infinity) return { unjudged: `the date ${name} has no value in the training part`, broken: true };
    const leaks = (value: number): boolean => (way === 'duplicates' ? known.has(value) : value < newest);
    const failing = [...parts.test].filter(row => leaks(values[row]!));
    const newestRow = parts.train.find(row => values[row] === newest) ?? 0;
    const what =
      way === 'duplicates'
        ? `have a ${name} that training rows have too`
        : `have a ${name} before the newest of the training part, ${shown(cellAt(column, newestRow))}`;
    const none = what.replace('have', 'has');
    return shareOfTest(input, { failing, most, what, none, valueOf: row => cellAt(column, row) });
  };

function shareOfTest(
  { table, parts }: CheckInput,
  {
    failing,
    most,
    what,
    none,
    valueOf,
  }: {
    readonly failing: readonly number[];
    readonly most: number;
    readonly what: string;
    /** The sentence when none fails, after `none of 300 test rows`. */
    readonly none: string;
    readonly valueOf: (row: number) => string | number | boolean | null;
  },
): Outcome {
  const all = parts?.test.length ?? 0;
  const value = failing.length / all;
  return {
    passed: value <= most,
    message:
      failing.length === 0
        ? `none of ${plural(all, 'test row')} ${none}`
        : `${percent(value)} of the test rows (${number(failing.length)} of ${number(all)}) ${what}; at most ${percent(most)} may`,
    value,
    bound: most,
    failing: failing.length,
    checked: all,
    rows: failingRows(table, failing, valueOf),
  };
}

/** `index-leakage` */
export const indexLeakage: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles } = input;
  const name = useOf(check, roles).index;
  if (name === undefined) return { unjudged: 'no column is known as the identifier: name it with `index`' };
  const column = columnNamed(table, name);
  if (column === undefined) return noColumn(input, name, 'index');
  const cells: ArrayLike<number> = column.kind === 'text' ? column.codes : column.values;
  const known = new Set<number>();
  for (const row of parts.train) known.add(cells[row]!);
  const isThere = (value: number): boolean =>
    (column.kind === 'text' ? value >= 0 : !Number.isNaN(value)) && known.has(value);
  const failing = [...parts.test].filter(row => isThere(cells[row]!));
  return shareOfTest(input, {
    failing,
    most: check.at_most ?? 0,
    what: `have an identifier (${name}) that training rows have too`,
    none: `has an identifier (${name}) that training rows have too`,
    valueOf: row => cellAt(column, row),
  });
};

/** `samples-mix` */
export const samplesMix: Judge = input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles } = input;
  const name = useOf(check, roles).label;
  const label = name === undefined ? undefined : columnNamed(table, name);
  if (name !== undefined && label === undefined) return noColumn(input, name, 'label');
  const columns = [...featureColumns(table, check, roles), ...(label ? [label] : [])];
  const keys = new RowKeys(columns);
  for (const row of parts.train) keys.add(row);
  const isTrain = new Uint8Array(table.frame.rows);
  for (const row of parts.train) isTrain[row] = 1;
  const twin = new Map<number, number>();
  for (const row of parts.test) {
    const first = keys.add(row);
    if (isTrain[first] === 1) twin.set(row, first);
  }
  return shareOfTest(input, {
    failing: [...twin.keys()],
    most: check.at_most ?? 0.05,
    what: 'are training rows too, in all features and the label',
    none: 'is a training row too, in all features and the label',
    valueOf: row => `as line ${number(table.lines[twin.get(row) ?? row]!)}`,
  });
};

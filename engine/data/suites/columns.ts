import type { Cell } from '../../protocol/data';
import type { FrameColumn } from '../../protocol/frame';
import type { DataRoles, PlannedCheck } from '../../protocol/dataChecks';
import type { SuiteTable } from './table';

/** Texts with more different values are no categories. */
const mostCategories = 150;

export type Rows = Int32Array;

export const allRows = (rows: number): Rows => Int32Array.from({ length: rows }, (_, row) => row);

/** Category of each row, or its value as a number; −1 and NaN: missing. */
export type Feature =
  | { readonly kind: 'numeric'; readonly name: string; readonly values: Float64Array }
  | { readonly kind: 'categorical'; readonly name: string; readonly codes: Int32Array; readonly count: number };

/** Which columns mean what, for one check. */
export interface ColumnUse {
  readonly label: string | undefined;
  readonly index: string | undefined;
  readonly date: string | undefined;
}

export const useOf = (check: PlannedCheck, roles: DataRoles): ColumnUse => ({
  label: check.label ?? roles.label,
  index: check.index,
  date: check.date ?? roles.date,
});

export const columnNamed = (table: SuiteTable, name: string): FrameColumn | undefined =>
  table.frame.columns.find(column => column.name === name);

/** The columns that a check looks at. */
export function chosen(table: SuiteTable, check: PlannedCheck): readonly FrameColumn[] {
  const { columns, ignore = [] } = check;
  return table.frame.columns.filter(
    ({ name }) => (columns === undefined || columns.includes(name)) && !ignore.includes(name),
  );
}

/** What a model would see: not the label, the identifier, the date, nor what `prepare` drops. */
export function featureColumns(table: SuiteTable, check: PlannedCheck, roles: DataRoles): readonly FrameColumn[] {
  const use = useOf(check, roles);
  const apart = new Set([use.label, use.index, use.date, ...(check.columns === undefined ? (roles.drop ?? []) : [])]);
  return chosen(table, check).filter(({ name }) => !apart.has(name));
}

/** The features that are numbers or categories; free text is neither. */
export function features(table: SuiteTable, check: PlannedCheck, roles: DataRoles): readonly Feature[] {
  const categorical = new Set(roles.categorical);
  return featureColumns(table, check, roles).flatMap((column): readonly Feature[] => {
    if (column.kind === 'number' && !categorical.has(column.name))
      return [{ kind: 'numeric', name: column.name, values: column.values }];
    const found = asCategories(column);
    return isCategorical(column, table.frame.rows) ? [found] : [];
  });
}

/** Few different texts, each of some rows. */
export function isCategorical(column: FrameColumn, rows: number): boolean {
  if (column.kind === 'number') return true;
  const { length } = column.categories;
  return length <= mostCategories && length <= Math.max(2, rows / 2);
}

/** Each different value as a category. */
export function asCategories(column: FrameColumn): Feature & { readonly kind: 'categorical' } {
  if (column.kind === 'text')
    return { kind: 'categorical', name: column.name, codes: column.codes, count: column.categories.length };
  const found = new Map<number, number>();
  const codes = new Int32Array(column.values.length);
  for (const [row, value] of column.values.entries()) {
    if (Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    let code = found.get(value);
    if (code === undefined) found.set(value, (code = found.size));
    codes[row] = code;
  }
  return { kind: 'categorical', name: column.name, codes, count: found.size };
}

export const isMissingAt = (column: FrameColumn, row: number): boolean =>
  column.kind === 'text' ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);

/** A value as people know it. */
export function cellAt(column: FrameColumn, row: number): Cell {
  if (column.kind === 'text') return column.categories[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  if (column.type === 'date') return new Date(value).toISOString().slice(0, 10);
  return column.type === 'datetime' ? new Date(value).toISOString() : value;
}

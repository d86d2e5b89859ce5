import type { Cell, ColumnType } from '../../protocol/data';
import { exactTimeText, timeText } from '../read/timeText';

/** A column that a file gets besides its own, a value a row. */
export type NewColumn = { readonly name: string; readonly type: ColumnType } & (
  | {
      /** Numbers, times (ms since 1970), booleans (0, 1). NaN: null. */
      readonly numbers: Float64Array;
    }
  | { readonly text: (row: number) => string | null }
);

/** A column whose type holds all of its values: of whole numbers by its first rows there may be others further down. */
export function holding(column: NewColumn): NewColumn {
  if (column.type !== 'integer' || 'text' in column) return column;
  return column.numbers.every(value => Number.isNaN(value) || Number.isSafeInteger(value))
    ? column
    : { ...column, type: 'number' };
}

/** A value as JSON has it: times are ISO texts. */
export function newCell(column: NewColumn, row: number): Cell {
  if ('text' in column) return column.text(row);
  const value = column.numbers[row]!;
  return Number.isNaN(value) ? null : cellOf(column.type, value);
}

/** A number of a column as people and JSON have it: times as ISO texts, booleans as such. */
export function cellOf(type: ColumnType, value: number): Cell {
  switch (type) {
    case 'boolean':
      return value === 1;
    case 'date':
      return timeText(value, false);
    case 'datetime':
      return exactTimeText(value);
    default:
      return value;
  }
}

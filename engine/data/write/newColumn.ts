import type { Cell, ColumnType } from '../../protocol/data';
import { timeText } from '../read/timeText';

/** A column that a file gets besides its own, a value a row. */
export type NewColumn = { readonly name: string; readonly type: ColumnType } & (
  | {
      /** Numbers, times (ms since 1970), booleans (0, 1). NaN: null. */
      readonly numbers: Float64Array;
    }
  | { readonly text: (row: number) => string | null }
);

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
      return microsText(value);
    default:
      return value;
  }
}

/** `2024-02-29T12:30:05.250001Z`: with microseconds where there are some. */
function microsText(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1000);
  if (rest === 0) return timeText(whole, true);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

import type { Cell, ColumnType } from '../../protocol/data';
import type { Range } from '../../protocol/expectations';
import type { ColumnBatch } from '../read/batch';
import { Kind, kindsOfType, timeKinds } from '../read/cellKind';
import { TextDictionary } from '../textDictionary';
import type { CellTest } from './columnCheck';
import { boundsOf, boundValue, rangeText } from './ranges';

export const plainNumbers = Kind.integer | Kind.decimal | Kind.bigInteger;

/** A cell fits its column's type, or one of several. */
export function typeTest(types: readonly ColumnType[]): CellTest {
  const kinds = types.reduce((all, type) => all | kindsOfType(type), 0);
  return (column, row) => (column.kinds[row]! & kinds) !== 0;
}

/**
 * Numbers, or dates when a bound is an ISO date, between two inclusive bounds; what is neither fails.
 * @throws ModelyardError `config.invalid` for a bound that is no number and no date
 */
export function betweenTest(range: Range): CellTest {
  const { low, high, times } = boundsOf(range);
  const kinds = times ? timeKinds : plainNumbers;
  return ({ kinds: cells, numbers: values }, row) =>
    (cells[row]! & kinds) !== 0 && values[row]! >= low && values[row]! <= high;
}

/** Above, or below, a number or a date that is excluded itself. @throws ModelyardError `config.invalid` */
export function strictTest(side: 'above' | 'below', bound: number | string): CellTest {
  const times = typeof bound === 'string';
  const edge = boundValue(bound, times, side);
  const kinds = times ? timeKinds : plainNumbers;
  return ({ kinds: cells, numbers: values }, row) =>
    (cells[row]! & kinds) !== 0 && (side === 'above' ? values[row]! > edge : values[row]! < edge);
}

/** `age between 18 and 100`, `age at least 18` */
export const betweenRule = (column: string, range: Range): string =>
  range[0] === null && range[1] === null ? `${column} is a number` : `${column} ${rangeText(range)}`;

/** Place of a cell's value among `values`, else −1: as a number, as a boolean, or as the text that stands there. */
export function valueFinder(values: readonly Cell[]): (column: ColumnBatch, row: number) => number {
  const numeric = new Map<number, number>();
  const booleans = new Map<boolean, number>();
  const texts = new TextDictionary();
  const places: number[] = [];
  for (const [place, value] of values.entries()) {
    if (typeof value === 'number' && !numeric.has(value)) numeric.set(value, place);
    if (typeof value === 'boolean' && !booleans.has(value)) booleans.set(value, place);
    const bytes = Buffer.from(String(value));
    places[texts.code(bytes, 0, bytes.length)] ??= place;
  }
  return (column, row) => {
    const kind = column.kinds[row]!;
    if ((kind & plainNumbers) !== 0) {
      const place = numeric.get(column.numbers[row]!);
      if (place !== undefined) return place;
    }
    if (kind === Kind.boolean) {
      const place = booleans.get(column.numbers[row] === 1);
      if (place !== undefined) return place;
    }
    return places[findText(texts, column, row)] ?? -1;
  };
}

/** The cell is one of the values. */
export function inSetTest(values: readonly Cell[]): CellTest {
  const find = valueFinder(values);
  return (column, row) => find(column, row) >= 0;
}

function findText(texts: TextDictionary, column: ColumnBatch, row: number): number {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const at = row * stride + offset;
  return texts.find(bytes, starts[at]!, ends[at]!);
}

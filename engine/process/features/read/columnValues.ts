import type { ColumnType } from '../../../protocol/data';
import type { Vector } from '../../../expressions/vectors';
import { cellText, type CellTexts, type ColumnBatch } from '../../../data/read/batch';
import { familyOf, isMissing, Kind } from '../../../data/read/cellKind';
import { TextDictionary } from '../../../data/textDictionary';
import type { KeyCells } from '../../../features/join/keyTable';
import type { Values } from '../../../features/join/values';
import { cellProblem, type ColumnPlace } from './cellProblem';
import type { TimeReader } from './columnTimes';

const decimals = Kind.integer | Kind.bigInteger | Kind.decimal;

export interface ReadingAs {
  readonly type: ColumnType;
  readonly times: TimeReader;
  readonly place: ColumnPlace;
}

/**
 * The values of a column as a type: texts as they stand, booleans as 0 and 1, times as ms since 1970. What is not finite is
 * null. They stay as they are when the next column is read, until the next batch.
 * @throws ModelyardError `data.column` for a cell that is not of the type
 */
export function valuesOf(column: ColumnBatch, rows: number, as: ReadingAs): Values {
  switch (familyOf(as.type)) {
    case 'text':
      return textValues(column, rows);
    case 'time':
      return { kind: 'number', values: as.times.read(column, rows, as.place).map(micros => micros / 1000) };
    case 'number':
      return { kind: 'number', values: numbersOf(column, { rows, kinds: decimals, place: as.place, is: 'a number' }) };
    case 'boolean':
      return {
        kind: 'number',
        values: numbersOf(column, { rows, kinds: Kind.boolean, place: as.place, is: 'true or false' }),
      };
  }
}

interface Numbers {
  readonly rows: number;
  readonly kinds: number;
  readonly place: ColumnPlace;
  readonly is: string;
}

function numbersOf(column: ColumnBatch, { rows, kinds, place, is }: Numbers): Float64Array {
  let values = column.stays === true ? column.numbers : column.numbers.slice(0, rows);
  for (let row = 0; row < rows; row++) {
    const kind = column.kinds[row]!;
    if ((kind & kinds) !== 0) {
      const value = values[row]!;
      if (value - value === 0) continue;
      if (values === column.numbers) values = values.slice();
      values[row] = Number.NaN; // infinite
    } else if (!isMissing(kind))
      throw cellProblem(column, row, { place, expected: is, otherwise: 'say another `type:` of the feature' });
  }
  return values;
}

function textValues(column: ColumnBatch, rows: number): Values {
  const missing = column.kinds.slice(0, rows);
  const texts = column.texts();
  const kept: ColumnBatch = { rows, kinds: missing, numbers: column.numbers, texts: () => texts };
  return { kind: 'text', text: row => (isMissing(missing[row]!) ? null : cellText(kept, row)) };
}

/** As expressions want it. */
export function vectorOf(column: ColumnBatch, rows: number, as: ReadingAs): Vector {
  if (familyOf(as.type) !== 'text') {
    const values = valuesOf(column, rows, as);
    if (values.kind === 'number') return values;
  }
  const { bytes, starts, ends, stride, offset } = column.texts();
  const dictionary = new TextDictionary();
  const codes = new Int32Array(rows);
  for (let row = 0, at = offset; row < rows; row++, at += stride)
    codes[row] = isMissing(column.kinds[row]!) ? -1 : dictionary.code(bytes, starts[at]!, ends[at]!);
  return { kind: 'text', codes, categories: dictionary.texts() };
}

export const valuesOfVector = (vector: Vector): Values =>
  vector.kind === 'number' ? vector : { kind: 'text', text: row => vector.categories[vector.codes[row]!] ?? null };

/** The cells of a key's column; they hold until the next batch. */
export function keyCells(column: ColumnBatch, rows: number): KeyCells {
  const kinds = column.stays === true ? column.kinds : column.kinds.slice(0, rows);
  const numbers = wholeNumbers(column, rows);
  const kept: ColumnBatch = { rows, kinds, numbers, texts: () => column.texts() };
  return { numbers, text: row => (isMissing(kinds[row]!) ? undefined : cellText(kept, row)) };
}

/** Whole numbers; infinite where a number is none, NaN where only the text says. */
function wholeNumbers(column: ColumnBatch, rows: number): Float64Array {
  const { kinds, numbers } = column;
  const texts = column.isText === true ? column.texts() : undefined;
  let whole = column.stays === true ? numbers : numbers.slice(0, rows);
  for (let row = 0; row < rows; row++) {
    const kind = kinds[row]!;
    if (kind === Kind.integer) continue;
    const isSafe = kind === Kind.decimal && Number.isSafeInteger(whole[row]);
    if (isSafe && (!texts || isPlain(texts, row))) continue;
    if (whole === numbers) whole = numbers.slice(0, rows);
    whole[row] = kind === Kind.decimal && !texts ? Infinity : Number.NaN;
  }
  return whole;
}

/** Whether a decimal is written like `17.0`, with no more digits than a double holds. */
function isPlain({ bytes, starts, ends, stride, offset }: CellTexts, row: number): boolean {
  let at = starts[row * stride + offset]!;
  let end = ends[row * stride + offset]!;
  while (bytes[at]! <= space) at++;
  while (bytes[end - 1]! <= space) end--;
  const first = bytes[at] === minus ? at + 1 : at;
  if (end - at > 16 || bytes[first] === point || bytes[end - 1] === point) return false;
  for (at = first; at < end; at++) if (bytes[at]! > nine) return false;
  return true;
}

const space = 32;
const minus = 45;
const point = 46;
const nine = 57;

import { ModelyardError } from '../../errors';
import { timeOfText } from '../../expressions/times/times';
import { TextBuilder, type Vector } from '../../expressions/vectors';
import { isoTime } from '../../isoTime';
import type { Cell, ColumnType } from '../../protocol/data';

/** A kept value as people and models get it: times as texts of UTC, booleans as such. */
export function answerCell(type: ColumnType, value: Cell): Cell {
  if (value === null || typeof value !== 'number') return value;
  if (type === 'boolean') return value !== 0;
  if (type !== 'date' && type !== 'datetime') return value;
  if (Math.abs(value) > 8.64e15) return null;
  const text = isoTime(value);
  return type === 'date' ? text.slice(0, text.indexOf('T')) : text;
}

/** Kept values as expressions want them. */
export function keptVector(type: ColumnType, values: readonly Cell[]): Vector {
  if (type !== 'string')
    return {
      kind: 'number',
      values: Float64Array.from(values, value => (value === null ? Number.NaN : Number(value))),
    };
  const texts = new TextBuilder();
  const codes = Int32Array.from(values, value => texts.code(value === null ? null : String(value)));
  return { kind: 'text', codes, categories: texts.categories };
}

/** What a request gives, as expressions want it. @throws ModelyardError `params.invalid` for a value of another type */
export function givenVector(name: string, type: ColumnType, cells: readonly Cell[]): Vector {
  return keptVector(
    type,
    cells.map((cell, row) => {
      if (cell === null || cell === '') return null;
      const value = kept(type, cell);
      if (value !== undefined) return value;
      throw new ModelyardError(
        'params.invalid',
        `${name} must be a ${type}, but value ${row + 1} is ${JSON.stringify(cell).slice(0, 100)}.`,
      );
    }),
  );
}

function kept(type: ColumnType, cell: Exclude<Cell, null>): Cell | undefined {
  switch (type) {
    case 'string':
      return String(cell);
    case 'boolean':
      return typeof cell === 'boolean' ? Number(cell) : cell === 'true' ? 1 : cell === 'false' ? 0 : undefined;
    case 'integer':
    case 'number': {
      const number = typeof cell === 'boolean' ? Number.NaN : Number(cell);
      return Number.isFinite(number) && (type === 'number' || Number.isSafeInteger(number)) ? number : undefined;
    }
    case 'date':
    case 'datetime': {
      const time = typeof cell === 'string' ? timeOfText(cell) : Number.NaN;
      return Number.isNaN(time) ? undefined : time;
    }
  }
}

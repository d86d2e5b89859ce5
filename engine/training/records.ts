import { ModelyardError } from '../errors';
import type { Cell } from '../protocol/data';
import type { Frame, FrameColumn } from '../protocol/frame';
import type { Rows } from '../scoringRequest';
import type { ModelInput } from './signature';

/**
 * Rows of JSON as a frame of the model's inputs. Further columns are left out; null is missing.
 * @throws ModelyardError `data.column` when an input is not among them, `data.unreadable` (with the row's number from 1) when a
 * value is not of the input's type
 */
export function frameOfRecords(inputs: readonly ModelInput[], { columns, data }: Rows): Frame {
  const places = new Map(columns.map((name, at) => [name, at]));
  return {
    rows: data.length,
    columns: inputs.map(input => {
      const at = places.get(input.name);
      if (at === undefined)
        throw new ModelyardError('data.column', `The rows have no column ${input.name}, which the model takes.`, {
          data: { column: input.name },
        });
      return columnOf(
        input,
        data.map(row => row[at] ?? null),
      );
    }),
  };
}

function columnOf(input: ModelInput, cells: readonly Cell[]): FrameColumn {
  const { name, columnType: type } = input;
  if (type === 'string' || type === 'boolean') return textColumn(input, cells);
  const values = Float64Array.from(cells, (cell, row) => (cell === null ? Number.NaN : numberOf(input, cell, row)));
  return { kind: 'number', name, type, values };
}

function textColumn({ name, columnType: type }: ModelInput, cells: readonly Cell[]): FrameColumn {
  const categories: string[] = [];
  const known = new Map<string, number>();
  const codes = Int32Array.from(cells, cell => {
    if (cell === null) return -1;
    const text = String(cell);
    const code = known.get(text) ?? categories.push(text) - 1;
    known.set(text, code);
    return code;
  });
  return { kind: 'text', name, type, codes, categories };
}

function numberOf(input: ModelInput, cell: Cell, row: number): number {
  const isTime = input.columnType === 'date' || input.columnType === 'datetime';
  if (typeof cell === 'number') return cell;
  // MLflow writes times in UTC without saying so.
  const value =
    isTime && typeof cell === 'string' ? Date.parse(/Z|[+-]\d\d:?\d\d$/.test(cell) ? cell : `${cell}Z`) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new ModelyardError(
    'data.unreadable',
    `Row ${row + 1}: ${input.name} must be ${isTime ? 'a date' : 'a number'}, not ${JSON.stringify(cell).slice(0, 60)}.`,
    { data: { row: row + 1, column: input.name } },
  );
}

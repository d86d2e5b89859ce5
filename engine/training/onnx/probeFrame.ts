import type { Frame, FrameColumn } from '../../protocol/frame';
import { findColumn } from '../columns';
import type { ModelInput, ModelSignature } from '../signature';

const unknownText = 'never seen in training';
const unknownNumber = -987_654_321;

/**
 * Some rows of a frame with two more: one with a category that training has not seen (a number far off) in every
 * column, one with every value missing where the signature can say so (else as in the first row).
 */
export function probeFrame(frame: Frame, rows: ArrayLike<number>, signature: ModelSignature): Frame {
  return {
    rows: rows.length + 2,
    columns: signature.inputs.map(input => probed(findColumn(frame, input.name, 'an input of the model'), rows, input)),
  };
}

function probed(column: FrameColumn, rows: ArrayLike<number>, { type }: ModelInput): FrameColumn {
  const list = Array.from(rows);
  if (column.kind === 'number') {
    const values = list.map(row => column.values[row]!);
    const missing = type === 'long' ? (values[0] ?? 0) : NaN;
    return { ...column, values: Float64Array.from([...values, unknownNumber, missing]) };
  }
  const codes = list.map(row => column.codes[row]!);
  if (type === 'boolean') return { ...column, codes: Int32Array.from([...codes, codes[0] ?? 0, codes[0] ?? 0]) };
  return {
    ...column,
    codes: Int32Array.from([...codes, column.categories.length, -1]),
    categories: [...column.categories, unknownText],
  };
}

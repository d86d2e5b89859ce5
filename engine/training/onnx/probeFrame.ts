import type { Frame, FrameColumn } from '../../protocol/frame';
import { findColumn, modelInput } from '../columns';
import type { Preparation } from '../preparation';

const unknownText = 'never seen in training';
const unknownNumber = -987_654_321;

/**
 * Some rows of a frame and two more, of the columns that a model takes: one with a category that training has not seen
 * (a number far off) in every column, one with every value missing.
 */
export const probeFrame = (frame: Frame, rows: ArrayLike<number>, { columns }: Preparation): Frame => ({
  rows: rows.length + 2,
  columns: columns.map(({ name }) => probed(findColumn(frame, name, modelInput), Array.from(rows))),
});

function probed(column: FrameColumn, rows: readonly number[]): FrameColumn {
  if (column.kind === 'number') {
    const values = rows.map(row => column.values[row]!);
    return { ...column, values: Float64Array.from([...values, unknownNumber, NaN]) };
  }
  const codes = rows.map(row => column.codes[row]!);
  return {
    ...column,
    codes: Int32Array.from([...codes, column.categories.length, -1]),
    categories: [...column.categories, unknownText],
  };
}

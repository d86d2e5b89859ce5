import type { Frame, FrameColumn, NumberColumn, TextColumn } from '../../protocol/frame';
import { findColumn, modelInput } from '../columns';
import type { Preparation } from '../preparation';

/** Rows of the columns that a model takes, in a frame of their own; a row may be taken more than once. */
export const takenRows = (frame: Frame, rows: readonly number[], { columns }: Preparation): Frame => ({
  rows: rows.length,
  columns: columns.map(({ name }) => taken(findColumn(frame, name, modelInput), rows)),
});

function taken(column: FrameColumn, rows: readonly number[]): FrameColumn {
  if (column.kind === 'number') return { ...column, values: Float64Array.from(rows, row => column.values[row]!) };
  return { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) };
}

/** The frame with another column in the place of the one of its name. */
export const withColumn = (frame: Frame, column: FrameColumn): Frame => ({
  ...frame,
  columns: frame.columns.map(one => (one.name === column.name ? column : one)),
});

/** A column of numbers, each made of the one that was there. */
export const mapNumbers = (column: NumberColumn, change: (value: number, row: number) => number): NumberColumn => ({
  ...column,
  values: column.values.map(change),
});

/** A column of texts, each made of the one that was there; null: missing. */
export function mapTexts(column: TextColumn, change: (text: string | null, row: number) => string | null): TextColumn {
  const categories = [...column.categories];
  const known = new Map(categories.map((text, code) => [text, code]));
  const codeOf = (text: string): number => {
    const code = known.get(text) ?? categories.push(text) - 1;
    known.set(text, code);
    return code;
  };
  const codes = column.codes.map((code, row) => {
    const text = change(column.categories[code] ?? null, row);
    return text === null ? -1 : codeOf(text);
  });
  return { ...column, codes, categories };
}

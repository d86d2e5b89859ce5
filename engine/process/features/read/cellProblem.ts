import { ModelyardError } from '../../../errors';
import { hasLines, isDatabase } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Batch, ColumnBatch, FilePlace } from '../../../data/read/batch';
import { cellText } from '../../../data/read/batch';
import { fileName } from '../../../data/read/dataFile';

/** Rows of a dataset. */
export interface RowsPlace {
  readonly source: DatasetSource;
  readonly batch: Batch;
}

/** Where the cells of a column stand. */
export interface ColumnPlace extends RowsPlace {
  readonly column: string;
}

export interface Mismatch {
  readonly place: ColumnPlace;
  /** `a number` */
  readonly expected: string;
  /** What can be done in modelyard.yaml instead. */
  readonly otherwise: string;
}

/** The file of a row, and its line there; Parquet and databases have no lines, but numbers of rows from 1. */
export const rowPlace = ({ source, batch }: RowsPlace, row: number): FilePlace =>
  batch.place?.(row) ?? { file: fileName(source), line: batch.line(row) };

/** `data/x.csv, line 17`, `data/app.sqlite, row 17` */
export const placeText = ({ format }: DatasetSource, { file, line }: FilePlace): string =>
  `${file}, ${hasLines(format) ? 'line' : 'row'} ${line}`;

/** A cell that does not hold what it should: `data/x.csv, line 17: `income` is "abc", where a number is expected.` */
export function cellProblem(
  column: ColumnBatch,
  row: number,
  { place, expected, otherwise }: Mismatch,
): ModelyardError {
  const at = rowPlace(place, row);
  const text = JSON.stringify(cellText(column, row).slice(0, 80));
  return new ModelyardError(
    'data.column',
    `${placeText(place.source, at)}: \`${place.column}\` is ${text}, where ${expected} is expected.`,
    {
      place: { ...at, key: place.column },
      fix: isDatabase(place.source.format)
        ? `Correct the value, select it as one by \`query:\` of the dataset, or ${otherwise}.`
        : `Correct the cell, add its text to \`missing:\` of the dataset, or ${otherwise}.`,
      data: { dataset: place.source.name, column: place.column },
    },
  );
}

/** @throws ModelyardError `data.column`, with those that there are */
export function columnIndex(source: DatasetSource, columns: readonly string[], name: string): number {
  const index = columns.indexOf(name);
  if (index >= 0) return index;
  const file = fileName(source);
  throw new ModelyardError('data.column', `${file} has no column \`${name}\`.`, {
    place: { file, ...(source.format === 'csv' && { line: 1 }), key: name },
    fix: `It has ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ', …' : ''}.`,
    data: { dataset: source.name, column: name },
  });
}

import { ModelyardError } from '../../../errors';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Batch, ColumnBatch } from '../../../data/read/batch';
import { cellText } from '../../../data/read/batch';
import { fileName } from '../../../data/read/dataFile';

/** Where the cells of a column stand. */
export interface ColumnPlace {
  readonly source: DatasetSource;
  readonly batch: Batch;
  readonly column: string;
}

export interface Mismatch {
  readonly place: ColumnPlace;
  /** `a number` */
  readonly expected: string;
}

/** A cell that does not hold what it should: `data/x.csv, line 17: `income` is "abc", where a number is expected.` */
export function cellProblem(column: ColumnBatch, row: number, { place, expected }: Mismatch): ModelyardError {
  const line = place.batch.line(row);
  const file = fileName(place.source);
  const text = JSON.stringify(cellText(column, row).slice(0, 80));
  return new ModelyardError(
    'data.column',
    `${file}, line ${line}: \`${place.column}\` is ${text}, where ${expected} is expected.`,
    {
      place: { file, line, key: place.column },
      fix: 'Correct the cell, add its text to `missing:` of the dataset, or say another `type:` of the feature.',
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

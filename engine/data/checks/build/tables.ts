import type { Check, CheckOptions } from '../check';
import { ComparedCheck, RowCountOfCheck, usualTolerance } from '../comparedCheck';
import type { References } from '../references';
import { ColumnCountCheck, ColumnsCheck } from '../shapeChecks';
import { FreshCheck, RowCountCheck } from '../tableChecks';

/** The rules of an entry on the table. @throws ModelyardError `config.invalid` */
export function* tableChecks(
  options: CheckOptions,
  { now, references }: { readonly now: number; readonly references: References },
): Generator<Check> {
  const { expectation: wanted } = options;
  if (wanted.row_count !== undefined) yield new RowCountCheck({ ...options, wanted: wanted.row_count });
  if (wanted.row_count_of !== undefined) yield new RowCountOfCheck({ ...options, of: wanted.row_count_of, references });
  if (wanted.column_count !== undefined) yield new ColumnCountCheck({ ...options, wanted: wanted.column_count });
  for (const [mode, columns] of [
    ['ordered', wanted.columns],
    ['any order', wanted.columns_in_any_order],
    ['among', wanted.has_columns],
  ] as const)
    if (columns !== undefined) yield new ColumnsCheck({ ...options, wanted: columns, mode });
  if (wanted.fresh_within !== undefined)
    yield new FreshCheck({ ...options, column: wanted.column, within: wanted.fresh_within, now });
  if (wanted.compared_with !== undefined) {
    const { compared_with: text, tolerance = usualTolerance, measures } = wanted;
    yield new ComparedCheck({ ...options, text, tolerance, measures, references });
  }
}

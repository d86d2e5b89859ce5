import * as v from 'valibot';
import { waiver } from './waiver';
import { comparedMeasures } from '../../protocol/expectations';
import { duration } from './duration';
import { cell, columnList, countRange, pair, referenceText, said } from './expectationTerms';
import { condition, notNegative, number, positive, reference, shareAboveZero } from './terms';

/** Rules on several columns of a row. */
export const rowRules = {
  greater: said(pair(), '`[a, b]`: in each row a > b.'),
  greater_or_equal: said(pair(), '`[a, b]`: in each row a ≥ b.'),
  equal: said(pair(), '`[a, b]`: in each row a = b.'),
  pair_in: said(
    v.strictObject({
      columns: v.pipe(pair(), v.description('Two columns.')),
      set: v.pipe(
        v.array(v.strictTuple([cell(), cell()])),
        v.minLength(1, 'out-of-range|must have at least one pair'),
        v.description('The pairs of values that may come.'),
      ),
    }),
    'The values of two columns together are one of these pairs.',
  ),
  sum_of: said(
    v.strictObject({
      columns: v.pipe(columnList(2), v.description('Columns of numbers.')),
      equals: v.pipe(number(), v.description('What they add up to.')),
      within: said(notNegative(), 'By how much the sum may differ. Without it: by rounding only.'),
    }),
    'The values of these columns add up to this number in each row.',
  ),
  unique_within_row: said(columnList(2), 'These columns hold different values in each row.'),
  cramers_phi: said(
    v.strictObject({
      columns: v.pipe(pair(), v.description('Two columns.')),
      at_most: v.pipe(notNegative(), v.description("The greatest Cramér's V that holds.")),
    }),
    "Cramér's V of two columns of categories is at most this: 0 unrelated, 1 the same.",
  ),
  rows: said(condition(), 'A condition that each row meets. What compares a missing value is not met.'),
  no_rows: said(condition(), 'A condition that no row meets.'),
};

/** Rules on the table. */
export const tableRules = {
  row_count: said(
    countRange('a number of rows'),
    'Number of rows: exactly, or `[least, most]`; `null` leaves a side open.',
  ),
  row_count_of: said(reference('dataset'), 'There are as many rows as this dataset has.'),
  column_count: said(countRange('a number of columns'), 'Number of columns: exactly, or `[least, most]`.'),
  columns: said(names(), 'The columns are these, in this order.'),
  columns_in_any_order: said(names(), 'The columns are these, in any order.'),
  has_columns: said(names(), 'These columns are there; others may be.'),
  fresh_within: said(
    duration(),
    'The newest value of `column` (without one: the file itself) is not older than this, such as `7d`.',
  ),
  compared_with: said(
    referenceText(),
    'Statistics are as those of the `last` version that passed, of another dataset, or of the version with a digest.',
  ),
  tolerance: said(positive(), 'How far the statistics may be from those of `compared_with`, relatively. Default 0.1.'),
  measures: said(
    v.pipe(v.array(v.picklist(comparedMeasures)), v.minLength(1, 'out-of-range|must have at least one')),
    'Which statistics are compared with `compared_with`. Without it: all of them.',
  ),
};

export const modifiers = {
  where: said(condition(), 'Only rows that meet this condition count.'),
  mostly: said(shareAboveZero(), 'Share of rows that must hold, above 0. Without it: all.'),
  severity: v.optional(
    v.pipe(v.picklist(['error', 'warn']), v.description('`warn`: said, but the step goes on.')),
    'error',
  ),
  waive: v.exactOptional(waiver),
};

/** Here the names need not be columns of the data: that is what is asked. */
function names() {
  return v.pipe(
    v.array(v.pipe(v.string('must be a name'), v.nonEmpty('must not be empty')), 'must be a list of names'),
    v.minLength(1, 'out-of-range|must have at least one name'),
  );
}

export const aboutRows = [
  ...['greater', 'greater_or_equal', 'equal', 'pair_in', 'sum_of', 'unique_within_row', 'cramers_phi'],
  ...['rows', 'no_rows'],
] as const satisfies readonly string[];
export const aboutTable = [
  ...['row_count', 'row_count_of', 'column_count', 'columns', 'columns_in_any_order', 'has_columns'],
] as const satisfies readonly string[];

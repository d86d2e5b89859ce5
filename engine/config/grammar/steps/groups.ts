import * as v from 'valibot';
import type { GroupOptions } from '../../../protocol/steps/evaluation';
import { groupBy, oneOrMany, wholeNumber } from '../terms';

export const fewestRows = 30;

const full = v.strictObject({
  by: v.pipe(
    oneOrMany(groupBy, 'a column or a condition'),
    v.description('Columns or conditions whose values make the groups; of several each combination.'),
  ),
  min_rows: v.optional(
    v.pipe(wholeNumber(1), v.description('Groups with fewer rows of the test part are not measured.')),
    fewestRows,
  ),
});

/** A column, a condition, a list of both, or one of these with its least rows. */
export const groups = v.optional(
  v.pipe(
    v.array(
      v.pipe(
        v.union(
          [oneOrMany(groupBy, 'a column or a condition'), full],
          'must be a column or condition, a list of them, or `by` with `min_rows`',
        ),
        v.transform((given): GroupOptions => ('by' in given ? given : { by: given, min_rows: fewestRows })),
      ),
      'must be a list of columns or conditions',
    ),
    v.description(
      'Groups of people whose treatment is compared: columns (that the model need not see), conditions, or lists of them for each combination. Those of `fairness` gates are added.',
    ),
  ),
  [],
);

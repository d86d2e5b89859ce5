import * as v from 'valibot';
import { workspacePath } from './path';
import { column, number, shareAboveZero, text, wholeNumber } from './terms';

/** The keys by which a test is asked for: shared by gates, which add a bound, and by the job that makes the tests. */
const testedRows = v.optional(
  v.pipe(wholeNumber(1, 100_000), v.description('Rows of the test part that are asked, drawn by the seed.')),
  200,
);
const value = v.union([v.string(), v.number(), v.boolean(), v.null()], 'must be a single value');

const change = v.pipe(
  v.strictObject({
    set: v.exactOptional(v.pipe(value, v.description('In the place of the value; null: missing.'))),
    add: v.exactOptional(v.pipe(number(), v.description('Added to the value; to dates, so many days.'))),
    multiply: v.exactOptional(v.pipe(number(), v.description('The value is taken times this.'))),
  }),
  v.check(
    ({ set, add, multiply }) => (set === undefined) !== (add === undefined && multiply === undefined),
    'one-bound|needs either `set`, or `add`, `multiply` or both',
  ),
);

export const monotonicKeys = {
  column: v.pipe(column(), v.description('A column of numbers.')),
  direction: v.pipe(
    v.picklist(['increasing', 'decreasing']),
    v.description('Where the score may only go while the column rises: of two classes that of `positive`.'),
  ),
  rows: testedRows,
};
export const invariantKeys = {
  columns: v.pipe(
    v.array(column(), 'must be a list of columns'),
    v.minLength(1, 'out-of-range|must have at least one column'),
    v.description('Columns that must not decide: each takes the other values that it has in the data.'),
  ),
  rows: testedRows,
};
export const directionalKeys = {
  change: v.pipe(
    v.record(v.pipe(v.string(), v.nonEmpty()), change, 'must be a mapping of columns to changes'),
    v.check(changes => Object.keys(changes).length > 0, 'out-of-range|must have at least one column'),
    v.description('By column: what is done to its value.'),
  ),
  direction: v.pipe(
    v.picklist(['increase', 'decrease']),
    v.description('Where the score should go, or stay: of two classes that of `positive`.'),
  ),
  rows: testedRows,
};
export const robustKeys = {
  against: v.pipe(
    v.picklist(['missing', 'noise', 'extreme', 'unseen']),
    v.description(
      '`missing`: values are taken away; `noise`: a tenth of the spread is added or taken; `extreme`: ten ranges outside the range; `unseen`: a category that training has not seen.',
    ),
  ),
  columns: v.optional(
    v.pipe(v.array(column(), 'must be a list of columns'), v.description('Without it: all that the model takes.')),
    [],
  ),
  share: v.optional(v.pipe(shareAboveZero(), v.description('Share of the values of each column.')), 0.1),
  metric: v.pipe(
    text('the name of a metric'),
    v.description('The metric that may fall, or rise where less is better.'),
  ),
};
export const goldenKeys = {
  path: v.pipe(
    workspacePath('the path of a data file'),
    v.description('A file of rows with what the model must say of them.'),
  ),
  column: v.optional(
    v.pipe(
      text('the name of a column of the file'),
      v.description('Its column with the expected score (a number) or class (a text).'),
    ),
    'expected',
  ),
  tolerance: v.optional(
    v.pipe(number(), v.minValue(0, 'must be 0 or more'), v.description('By which a score may differ.')),
    1e-6,
  ),
};
export const parityKeys = { rows: testedRows };
export const reproducibleKeys = {
  trainings: v.optional(
    v.pipe(wholeNumber(2, 20), v.description('Trainings that are compared, with the one that made the model.')),
    2,
  ),
};

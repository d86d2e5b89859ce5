import * as v from 'valibot';
import { column, label, refersTo, wholeNumber } from '../terms';

export const description =
  'Learns from the training part how columns become numbers: missing values, scale, categories.';

const impute = () =>
  v.pipe(
    v.picklist(['median', 'mean', 'zero', 'keep', 'none']),
    v.description('What takes the place of a missing number. `keep` leaves it missing, for trees; `none` refuses it.'),
  );
const scale = () => v.pipe(v.picklist(['standard', 'min-max', 'none']), v.description('How numbers are scaled.'));

const numeric = v.strictObject({
  impute: v.optional(impute(), 'median'),
  scale: v.optional(scale(), 'standard'),
  encode: v.optional(
    v.pipe(v.picklist(['numeric', 'woe']), v.description('`woe`: weight of evidence of bins that are learnt.')),
    'numeric',
  ),
});

const categorical = v.strictObject({
  encode: v.optional(
    v.pipe(v.picklist(['one-hot', 'ordinal', 'woe']), v.description('How categories become numbers.')),
    'one-hot',
  ),
  min_count: v.optional(
    v.pipe(wholeNumber(1), v.description('A category with fewer rows than this counts as unknown.')),
    1,
  ),
});

const exception = v.strictObject({
  type: v.exactOptional(
    v.pipe(v.picklist(['numeric', 'categorical']), v.description('`categorical` treats a number as a category.')),
  ),
  impute: v.exactOptional(impute()),
  scale: v.exactOptional(scale()),
  encode: v.exactOptional(
    v.pipe(v.picklist(['one-hot', 'ordinal', 'woe', 'numeric']), v.description('How the column becomes numbers.')),
  ),
});

export const options = v.strictObject({
  label: v.pipe(column(), v.description('The column that is predicted.')),
  positive: v.exactOptional(
    v.pipe(label(), v.description('The class that is predicted. Without it: the rarer one of two.')),
  ),
  task: v.exactOptional(
    v.pipe(
      v.picklist(['binary', 'multiclass', 'regression']),
      v.description(
        'Without it: `regression` for a number with more than 20 distinct values, else by the number of classes.',
      ),
    ),
  ),
  drop: v.optional(
    v.pipe(v.array(column(), 'must be a list of columns'), v.description('Columns that the model must not see.')),
    [],
  ),
  numeric: v.optional(v.pipe(numeric, v.description('How columns of numbers are prepared.')), {}),
  categorical: v.optional(v.pipe(categorical, v.description('How columns of categories are prepared.')), {}),
  columns: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), refersTo('column')),
        v.pipe(exception, v.description('How this column is prepared.')),
        'must be a mapping of columns to exceptions',
      ),
      v.description('Exceptions by column.'),
    ),
    {},
  ),
});

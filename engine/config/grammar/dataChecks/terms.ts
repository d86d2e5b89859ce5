import * as v from 'valibot';
import { column, number, wholeNumber } from '../terms';
import { waiver } from '../waiver';

const severity = () =>
  v.exactOptional(
    v.pipe(
      v.picklist(['error', 'warn']),
      v.description('`error` fails the step, `warn` is only said. Without it: as the table of checks says.'),
    ),
  );

/** What every check may say. */
export const common = { severity: severity(), waive: v.exactOptional(waiver) };

/** Of checks that look at columns one by one. */
export const columns = {
  columns: v.exactOptional(
    v.pipe(v.array(column(), 'must be a list of columns'), v.description('Only these columns. Without it: all.')),
  ),
  ignore: v.exactOptional(
    v.pipe(v.array(column(), 'must be a list of columns'), v.description('All columns but these.')),
  ),
};

export const label = {
  label: v.exactOptional(
    v.pipe(
      column(),
      v.description('The column that is predicted. Without it: the `label` of the `prepare` steps of this dataset.'),
    ),
  ),
};
export const index = {
  index: v.exactOptional(v.pipe(column(), v.description('The column that says which thing a row is about.'))),
};
export const date = {
  date: v.exactOptional(
    v.pipe(column(), v.description('The column with the time of a row. Without it: the `time` of the `split` steps.')),
  ),
};

const share = () =>
  v.pipe(number('a share from 0 to 1'), v.minValue(0, 'must be from 0 to 1'), v.maxValue(1, 'must be from 0 to 1'));

export const shareBound = (note: string, standard: number) =>
  v.optional(v.pipe(share(), v.description(note)), standard);

export const countBound = (note: string, standard: number) =>
  v.optional(v.pipe(wholeNumber(0), v.description(note)), standard);

/** PSI has no upper end. */
export const distanceBound = (note: string, standard: number) =>
  v.optional(v.pipe(number('a number above 0'), v.gtValue(0, 'must be above 0'), v.description(note)), standard);

export { share };

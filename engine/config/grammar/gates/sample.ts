import * as v from 'valibot';
import { condition, wholeNumber } from '../terms';
import { check } from './checkNote';
import { common } from './common';

export const sample = v.strictObject({
  check: check('sample'),
  min_rows: v.pipe(wholeNumber(1), v.description('Passes when the test part has as many rows as this.')),
  slice: v.exactOptional(v.pipe(condition(), v.description('Counts the rows for which this condition holds.'))),
  ...common,
});

import * as v from 'valibot';
import { shareAboveZero, wholeNumber } from '../terms';
import { atMost, metric } from './bounds';
import { check } from './checkNote';
import { common } from './common';

export const weakSlices = v.strictObject({
  check: check('weak-slices'),
  metric: metric('What the slices are compared by; without it accuracy, of a number rmse.'),
  at_most: atMost('Passes when no slice that was found is worse than all rows by more than this share.', 0.2),
  min_rows: v.optional(v.pipe(wholeNumber(1), v.description('Slices with fewer rows do not count.')), 30),
  significance: v.optional(
    v.pipe(
      shareAboveZero(),
      v.description('Greatest adjusted p of a slice that counts; those above 0.05 are not found.'),
    ),
    0.05,
  ),
  ...common,
});

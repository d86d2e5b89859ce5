import * as v from 'valibot';
import { column, openShare, reference, seed } from '../terms';

export const description = 'Splits a dataset into a part to train on and a part to test on.';

export const options = v.strictObject({
  dataset: v.exactOptional(
    v.pipe(
      reference('dataset'),
      v.description('Without it: the dataset of the nearest `validate` step, or the only one there is.'),
    ),
  ),
  test: v.optional(v.pipe(openShare(), v.description('Share of rows for the test part.')), 0.2),
  stratify: v.exactOptional(v.pipe(column(), v.description('Column whose shares are kept equal in both parts.'))),
  group: v.exactOptional(v.pipe(column(), v.description('Column whose equal values stay together in one part.'))),
  time: v.exactOptional(v.pipe(column(), v.description('Column by which the newest rows become the test part.'))),
  seed: v.optional(seed(), 0),
});

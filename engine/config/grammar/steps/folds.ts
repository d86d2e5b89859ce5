import * as v from 'valibot';
import { duration, durationMs } from '../duration';
import { column, notNegative, seed, wholeNumber } from '../terms';

const gap = v.union(
  [
    notNegative(),
    v.pipe(
      duration(),
      v.transform(text => durationMs(text) ?? 0),
    ),
  ],
  'must be a duration such as 30d, or a number in units of the column',
);

/** How rows are divided for cross-validation. */
export const folds = {
  folds: v.optional(
    v.pipe(wholeNumber(2, 1000), v.description('Parts that the rows are divided into; each is judged once.')),
    5,
  ),
  repeats: v.optional(
    v.pipe(wholeNumber(1, 1000), v.description('How often the rows are divided anew and all folds run again.')),
    1,
  ),
  stratify: v.exactOptional(
    v.pipe(
      column(),
      v.description('Column whose shares are kept equal in all folds. Without it: the label when it has classes.'),
    ),
  ),
  group: v.exactOptional(
    v.pipe(
      column(),
      v.description(
        'Column whose equal values stay together in one fold. With `stratify` both hold. Without any: as the split did.',
      ),
    ),
  ),
  time: v.exactOptional(
    v.pipe(
      column(),
      v.description(
        'Column by which each fold is predicted from all that came before it. Without any: as the split did.',
      ),
    ),
  ),
  gap: v.exactOptional(
    v.pipe(
      gap,
      v.description(
        'With `time`: how far the last training row lies before the first judged one, such as `30d` (a number: in units of the column).',
      ),
    ),
  ),
  seed: v.optional(seed(), 0),
};

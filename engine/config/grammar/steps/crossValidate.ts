import * as v from 'valibot';
import type { CrossValidateOptions } from '../../../protocol/steps/evaluation';
import { name, text } from '../terms';
import { chosenThreshold, costsForThreshold, decision } from './decision';
import { folds } from './folds';
import { options as train } from './train';

export const description =
  'Judges learners on folds of the training part, each prepared and trained anew, and compares them by paired tests.';

export const learners = v.pipe(
  v.record(name('learner'), train, 'must be a mapping of names to the options of a train step'),
  v.minEntries(1, 'out-of-range|must have at least one learner'),
  v.description('What is judged: by a name, the options of a train step.'),
);

const shape = v.strictObject({
  learners,
  rows: v.optional(
    v.pipe(
      v.picklist(['training', 'all']),
      v.description('`training`: the training part, so that the test part stays unseen; `all`: the test part as well.'),
    ),
    'training',
  ),
  against: v.exactOptional(
    v.pipe(
      text('`previous`, or a run such as `r-12`'),
      v.description(
        'An earlier run whose learners are compared with these on the same folds: `previous`, the last of this pipeline that has some, or its number (`r-12`).',
      ),
    ),
  ),
  ...folds,
  ...decision,
});

export const options = v.pipe(
  shape,
  costsForThreshold(),
  v.transform((value): CrossValidateOptions => ({ ...value, threshold: chosenThreshold(value) })),
);

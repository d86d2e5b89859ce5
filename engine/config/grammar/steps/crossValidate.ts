import * as v from 'valibot';
import type { CrossValidateOptions } from '../../../protocol/steps';
import { name } from '../terms';
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
  ...folds,
  ...decision,
});

export const options = v.pipe(
  shape,
  costsForThreshold(),
  v.transform((value): CrossValidateOptions => ({ ...value, threshold: chosenThreshold(value) })),
);

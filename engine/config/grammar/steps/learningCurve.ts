import * as v from 'valibot';
import type { LearningCurveOptions } from '../../../protocol/steps/evaluation';
import { seed, shareAboveZero, wholeNumber } from '../terms';
import { chosenThreshold, costsForThreshold, decision } from './decision';
import { learners } from './crossValidate';

export const description = 'Measures learners by the number of rows they learn from: whether more data would help.';

const shape = v.strictObject({
  learners,
  points: v.optional(
    v.pipe(wholeNumber(2, 50), v.description('Sizes, each by the same factor larger than the one before.')),
    8,
  ),
  smallest: v.optional(
    v.pipe(shareAboveZero(), v.description('The smallest size, as a share of the rows to learn from.')),
    0.05,
  ),
  repeats: v.optional(
    v.pipe(
      wholeNumber(1, 1000),
      v.description('How often it is done, each time with another fifth of the training part that judges.'),
    ),
    5,
  ),
  ...decision,
  seed: v.optional(seed(), 0),
});

export const options = v.pipe(
  shape,
  costsForThreshold(),
  v.transform((value): LearningCurveOptions => ({ ...value, threshold: chosenThreshold(value) })),
);

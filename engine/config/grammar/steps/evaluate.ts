import * as v from 'valibot';
import type { EvaluateOptions } from '../../../protocol/steps';
import { condition, seed, wholeNumber } from '../terms';
import { chosenThreshold, costsForThreshold, decision } from './decision';

export const description =
  'Measures the model on the test part: metrics with intervals, curves, slices, importance, explanations.';

const shape = v.strictObject({
  ...decision,
  slices: v.optional(
    v.pipe(
      v.array(condition(), 'must be a list of conditions'),
      v.description("Groups of rows that are measured on their own; those of the models' gates are added."),
    ),
    [],
  ),
  importance: v.optional(v.pipe(wholeNumber(0, 1000), v.description('Rounds of permutation importance; 0: none.')), 5),
  explain: v.exactOptional(
    v.pipe(
      wholeNumber(0, 1_000_000),
      v.description(
        'Rows of the test part of which SHAP values are computed, at most; 0: none. Without it: up to 1,000, fewer when trees are many and large.',
      ),
    ),
  ),
  dependence: v.optional(
    v.pipe(
      wholeNumber(0, 1000),
      v.description('Columns of which the partial dependence is computed, those that move the scores most; 0: none.'),
    ),
    10,
  ),
  bootstrap: v.optional(
    v.pipe(wholeNumber(0, 100_000), v.description('Bootstrap rounds of the intervals; 0: none.')),
    500,
  ),
  seed: v.optional(seed(), 0),
});

export const options = v.pipe(
  shape,
  costsForThreshold(),
  v.transform((value): EvaluateOptions => ({ ...value, threshold: chosenThreshold(value) })),
);

import * as v from 'valibot';
import type { EvaluateOptions } from '../../../protocol/steps/evaluation';
import { column, condition, confidence, reference, seed, wholeNumber } from '../terms';
import { groups } from './groups';
import { chosenThreshold, costsForThreshold, decision, finalThreshold } from './decision';

export const description =
  'Measures the model on the test part: metrics with intervals, curves, slices, importance, explanations.';

const shape = v.strictObject({
  ...decision,
  threshold: finalThreshold,
  slices: v.optional(
    v.pipe(
      v.array(condition(), 'must be a list of conditions'),
      v.description("Groups of rows that are measured on their own; those of the models' gates are added."),
    ),
    [],
  ),
  champion: v.exactOptional(
    v.pipe(
      reference('model'),
      v.description(
        'A registered model: its version with the alias `champion`, else that in the highest stage, is measured on the same rows and compared by paired draws.',
      ),
    ),
  ),
  slice_by: v.optional(
    v.pipe(
      v.array(column(), 'must be a list of columns'),
      v.description('Columns each of whose values is a slice; numbers and dates of many values by quarters.'),
    ),
    [],
  ),
  worst_slices: v.optional(
    v.pipe(
      wholeNumber(0, 100),
      v.description(
        'How many slices of one or two columns are looked for in which the model is worse than elsewhere by more than chance; 0: none.',
      ),
    ),
    5,
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
  interval: v.optional(
    v.pipe(
      v.picklist(['bca', 'percentile']),
      v.description('`bca`: bias-corrected and accelerated; `percentile`: the middle of the draws.'),
    ),
    'bca',
  ),
  confidence: v.optional(
    v.pipe(
      v.array(confidence(), 'must be a list of shares'),
      v.description('Confidences of intervals; 0.95 is always among them, and those of gates are added.'),
    ),
    [0.95],
  ),
  groups,
  trivial: v.optional(
    v.pipe(
      v.array(v.picklist(['constant', 'best-column', 'linear']), 'must be a list of models'),
      v.description(
        'Models without any art that are measured on the same rows: `constant` says the same of every row, `best-column` goes by one column, `linear` by all as they are.',
      ),
    ),
    ['constant', 'best-column'],
  ),
  seed: v.optional(seed(), 0),
});

export const options = v.pipe(
  shape,
  costsForThreshold(),
  v.transform((value): EvaluateOptions => ({ ...value, threshold: chosenThreshold(value) })),
);

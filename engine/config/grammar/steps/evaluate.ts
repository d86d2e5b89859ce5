import * as v from 'valibot';
import type { EvaluateOptions } from '../../../protocol/steps';
import { condition, label, notNegative, number, seed, wholeNumber } from '../terms';

export const description =
  'Measures the model on the test part: metrics with intervals, curves, slices, importance, explanations.';

const cost = v.pipe(
  v.strictObject({
    false_negative: v.pipe(notNegative(), v.description('Cost of taking a positive for a negative.')),
    false_positive: v.pipe(notNegative(), v.description('Cost of taking a negative for a positive.')),
  }),
  v.check(
    ({ false_negative, false_positive }) => false_negative + false_positive > 0,
    'out-of-range|needs a cost above 0',
  ),
);

const oneOf = 'must be `cost`, `best` or a number from 0 to 1';
const threshold = v.union(
  [v.picklist(['cost', 'best']), v.pipe(number(), v.minValue(0, oneOf), v.maxValue(1, oneOf))],
  oneOf,
);

const shape = v.strictObject({
  cost: v.exactOptional(
    v.pipe(cost, v.description('Cost of one mistake of each kind; the threshold follows from it.')),
  ),
  threshold: v.exactOptional(
    v.pipe(
      threshold,
      v.description(
        'P(positive) at and above which a row counts as positive. `cost`: fp / (fp + fn) of the cost matrix; `best`: the one with the least cost (without costs: the greatest F1) on the training part; or a number. Without it: `cost` with a cost matrix, else 0.5.',
      ),
    ),
  ),
  favourable: v.exactOptional(
    v.pipe(
      label(),
      v.description(
        'The outcome that is good for a person, for selection rates. Without it: the class that is not `positive`.',
      ),
    ),
  ),
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
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.threshold !== 'cost' || dataset.value.cost) return;
    const path = {
      type: 'object',
      origin: 'value',
      input: { ...dataset.value },
      key: 'threshold',
      value: 'cost',
    } as const;
    addIssue({
      message: 'missing-key|needs the costs: add `cost: {false_negative: ..., false_positive: ...}`',
      path: [path],
    });
  }),
  v.transform((value): EvaluateOptions => ({ ...value, threshold: value.threshold ?? (value.cost ? 'cost' : 0.5) })),
);

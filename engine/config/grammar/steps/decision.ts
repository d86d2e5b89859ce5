import * as v from 'valibot';
import type { DecisionOptions, EvaluateOptions } from '../../../protocol/steps/evaluation';
import { label, notNegative, number } from '../terms';

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

const between = (message: string) => v.pipe(number(), v.minValue(0, message), v.maxValue(1, message));
const oneOf = 'must be `cost`, `best` or a number from 0 to 1';
const threshold = v.union([v.picklist(['cost', 'best']), between(oneOf)], oneOf);
const oneOfAll = 'must be `cost`, `held-out`, `best` or a number from 0 to 1';

/** Of the step that judges a model that is there. */
export const finalThreshold = v.exactOptional(
  v.pipe(
    v.union([v.picklist(['cost', 'held-out', 'best']), between(oneOfAll)], oneOfAll),
    v.description(
      'P(positive) at and above which a row counts as positive. `cost`: fp / (fp + fn) of the cost matrix; `held-out`: the one with the least cost (without costs: the greatest F1) on rows that no model had seen, from a `cross-validate` step before; `best`: the same on the training part, which the model knows; or a number. Without it: `cost` with a cost matrix, else 0.5.',
    ),
  ),
);

/** How scores become decisions, for every step that judges them. */
export const decision = {
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
};

type Decision = Partial<Pick<EvaluateOptions, 'cost' | 'threshold'>>;

/** `threshold: cost` is nothing without costs. */
export const costsForThreshold = <T extends Decision>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.threshold !== 'cost' || dataset.value.cost) return;
    const path = {
      type: 'object',
      origin: 'value',
      input: { threshold: dataset.value.threshold },
      key: 'threshold',
      value: 'cost',
    } as const;
    addIssue({
      message: 'missing-key|needs the costs: add `cost: {false_negative: ..., false_positive: ...}`',
      path: [path],
    });
  });

export const chosenThreshold = <T extends EvaluateOptions['threshold'] = DecisionOptions['threshold']>({
  threshold: given,
  cost: costs,
}: {
  readonly threshold?: T | DecisionOptions['threshold'];
  readonly cost?: DecisionOptions['cost'];
}): T | DecisionOptions['threshold'] => given ?? (costs ? 'cost' : 0.5);

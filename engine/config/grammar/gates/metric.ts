import * as v from 'valibot';
import { condition, confidence, holder, notNegative, number, refersTo, text, wholeNumber } from '../terms';
import { common } from './common';

const metrics = [
  'auc',
  'ks',
  'gini',
  'average_precision',
  'log_loss',
  'brier',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'calibration_error',
  'expected_cost',
  'selection_rate',
  'selection_rate_ratio',
  'rmse',
  'mae',
  'r2',
];

/** The keys of a rule about a metric. */
export const metricEntries = {
  metric: v.pipe(
    text('the name of a metric'),
    refersTo('metric'),
    v.description('The metric that is judged.'),
    v.examples(metrics),
  ),
  slice: v.exactOptional(
    v.pipe(condition(), v.description('Judged on the rows of the test part for which this condition holds.')),
  ),
  at_least: v.exactOptional(v.pipe(number(), v.description('Passes when the metric is this or more.'))),
  at_most: v.exactOptional(v.pipe(number(), v.description('Passes when the metric is this or less.'))),
  better_than: v.exactOptional(
    v.pipe(
      holder(),
      v.description(
        'A stage or alias: passes when the metric is better than that of the version that has it now, by more than `margin`.',
      ),
    ),
  ),
  not_worse_than: v.exactOptional(
    v.pipe(
      holder(),
      v.description(
        'A stage or alias: passes when the metric is worse than that of the version that has it now by `margin` at most.',
      ),
    ),
  ),
  margin: v.exactOptional(
    v.pipe(notNegative(), v.description('By how much it must be better, or may be worse; in the unit of the metric.')),
  ),
  confidence: v.exactOptional(
    v.pipe(
      confidence(),
      v.description(
        'Judged is not the value but the end of this interval that speaks against the model; beside a registered version that of the difference, on the same rows.',
      ),
    ),
  ),
  min_rows: v.exactOptional(
    v.pipe(wholeNumber(1), v.description('With fewer rows of the test part (or slice) the rule cannot be judged.')),
  ),
  ...common,
};

const shape = v.strictObject(metricEntries);

const bounds = ['at_least', 'at_most', 'better_than', 'not_worse_than'] as const;

/** A metric with a bound. */
export const metricRule = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const [first, second] = bounds.filter(bound => value[bound] !== undefined);
    const all = '`at_least`, `at_most`, `better_than` or `not_worse_than`';
    if (!first) addIssue({ message: `one-bound|needs a bound: ${all}` });
    if (first && value.margin !== undefined && !first.endsWith('_than'))
      addIssue({ message: 'one-bound|has a `margin`, which is for `better_than` and `not_worse_than` only' });
    if (!second) return;
    addIssue({
      message: `one-bound|is one bound too many: a rule has exactly one of ${all}. Make it a rule of its own`,
      path: [{ type: 'object', origin: 'value', input: { ...value }, key: second, value: value[second] }],
    });
  }),
);

import * as v from 'valibot';
import { condition, number, reference, refersTo, text } from '../terms';
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
      reference('stage'),
      v.description('A stage: passes when the metric is better than that of the version holding it now.'),
    ),
  ),
  ...common,
};

const shape = v.strictObject(metricEntries);

const bounds = ['at_least', 'at_most', 'better_than'] as const;

/** A metric with a bound. */
export const metricRule = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    const [first, second] = bounds.filter(bound => value[bound] !== undefined);
    const all = '`at_least`, `at_most` or `better_than`';
    if (!first) addIssue({ message: `one-bound|needs a bound: ${all}` });
    if (!second) return;
    addIssue({
      message: `one-bound|is one bound too many: a rule has exactly one of ${all}. Make it a rule of its own`,
      path: [{ type: 'object', origin: 'value', input: { ...value }, key: second, value: value[second] }],
    });
  }),
);

import * as v from 'valibot';
import { condition, name, number, reference, refersTo, text } from './terms';

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

const shape = v.strictObject({
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
  severity: v.optional(
    v.pipe(v.picklist(['error', 'warn']), v.description('`error`: blocks; `warn`: only said.')),
    'error',
  ),
});

const bounds = ['at_least', 'at_most', 'better_than'] as const;

export const gateRule = v.pipe(
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

const stageNames = v.pipe(
  v.array(name('stage'), 'must be a list of names'),
  v.minLength(1, 'out-of-range|must have at least one stage'),
  v.description('In order; the first is where a new version starts.'),
);

export const model = v.strictObject({
  description: v.exactOptional(v.pipe(text(), v.description('What the model predicts, and for what it is used.'))),
  stages: v.optional(stageNames, ['dev', 'staging', 'production']),
  gates: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), refersTo('stage')),
        v.pipe(
          v.array(gateRule, 'must be a list of rules'),
          v.description('Rules that are judged before a version may enter this stage.'),
        ),
        'must be a mapping of stages to rules',
      ),
      v.description('By stage: rules that are judged before a version may enter it.'),
    ),
    {},
  ),
});

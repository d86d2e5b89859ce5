import * as v from 'valibot';
import { fairnessMeasures } from '../../../protocol/gateRules';
import { fewestRows } from '../steps/groups';
import { confidence, groupBy, oneOrMany, wholeNumber } from '../terms';
import { atMost, bounds, metric } from './bounds';
import { check } from './checkNote';
import { common } from './common';

const grouped = {
  group: v.pipe(
    oneOrMany(groupBy, 'a column or a condition'),
    v.description(
      'A column or condition that makes the groups; of a list each combination. The model need not see it.',
    ),
  ),
  min_rows: v.optional(
    v.pipe(wholeNumber(1), v.description('Groups with fewer rows of the test part do not count, and are named.')),
    fewestRows,
  ),
};

const severity = v.pipe(
  v.picklist(['error', 'warn']),
  v.description(
    '`error`: blocks; `warn`: only said. Without it `error` if the rule has a bound of its own, else `warn`.',
  ),
);

export const fairness = v.pipe(
  v.strictObject({
    check: check('fairness'),
    ...grouped,
    measure: v.exactOptional(
      v.pipe(
        v.picklist(fairnessMeasures),
        v.description(
          'What the groups are compared by. Without it `selection_rate_ratio` of 0.8 or more and `equal_opportunity_difference` of 0.1 or less.',
        ),
      ),
    ),
    ...bounds,
    confidence: v.exactOptional(
      v.pipe(confidence(), v.description('Judged is the end of this interval that speaks against the model.')),
    ),
    ...common,
    severity: v.exactOptional(severity),
  }),
  v.check(
    ({ measure, at_least, at_most }) => measure !== undefined || (at_least ?? at_most) === undefined,
    'one-bound|needs a `measure` for its bound',
  ),
  v.transform(({ severity: given, ...rule }) => ({
    ...rule,
    severity: given ?? ((rule.at_least ?? rule.at_most) === undefined ? ('warn' as const) : ('error' as const)),
  })),
);

export const proxy = v.strictObject({
  check: check('proxy'),
  ...grouped,
  at_most: atMost("Passes when no group can be told from the model's columns with a greater AUC.", 0.8),
  ...common,
  severity: v.optional(common.severity.wrapped, 'warn'),
});

export const performanceBias = v.strictObject({
  check: check('performance-bias'),
  ...grouped,
  metric: metric('What the groups are compared by; without it auc, accuracy or rmse.'),
  at_most: atMost('Passes when the metric is worse than on all rows by this at most, in every group.', 0.1),
  ...common,
});

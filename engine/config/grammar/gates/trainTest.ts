import * as v from 'valibot';
import { atMost, metric } from './bounds';
import { check } from './checkNote';
import { common } from './common';

export const overfit = v.strictObject({
  check: check('overfit'),
  metric: metric('What the parts are compared by; without it auc, accuracy or rmse.'),
  at_most: atMost('Passes when the test part is worse than the training part by this share at most.', 0.1),
  ...common,
});

export const boostingOverfit = v.strictObject({
  check: check('boosting-overfit'),
  at_most: atMost('Passes when no more than this share of the best value on the way was lost by later trees.', 0.05),
  ...common,
});

export const predictionDrift = v.strictObject({
  check: check('prediction-drift'),
  at_most: atMost(
    'Passes when predictions of the test part are this far from those of the training part at most: Kolmogorov–Smirnov distance of scores, of several classes Cramér’s V.',
    0.15,
  ),
  ...common,
});

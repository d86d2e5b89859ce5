import type { DiagnosticCase } from './helpers';
import { steps } from './helpers';

const tune = (options: string): string =>
  steps(`v: {uses: validate, with: {dataset: a}}
  s: {uses: split, needs: v}
  c: {uses: prepare, needs: s, with: {label: y}}
  u: {uses: tune, needs: c, with: {${options}}}
  t: {uses: train, needs: u}`);
const at = (key: string): string => `pipelines.p.steps.u.with${key}`;

export const tuning: readonly DiagnosticCase[] = [
  {
    title: 'a misspelt learner',
    source: tune('learner: [logistic, «forrest»], metric: auc'),
    code: 'not-allowed',
    message:
      'Item 2 of `learner` must be `logistic`, `neural-network`, `boosted-trees` or `forest`; here it is `forrest`. Did you mean `forest`?',
    key: at('.learner.1'),
    suggestion: 'forest',
  },
  {
    title: 'a metric that no trial measures',
    source: tune('learner: logistic, metric: «aucc»'),
    code: 'wrong-type',
    message:
      '`metric` must be `auc`, `gini`, `ks`, `average_precision`, `log_loss`, `brier`, `calibration_error`, `expected_cost`, `accuracy`, `balanced_accuracy`, `mcc`, `kappa`, `precision`, `recall`, `f1`, `f1_macro`, `f1_weighted`, `rmse`, `mae`, `r2` or `fit_seconds`; here it is `aucc`. Did you mean `auc`?',
    key: at('.metric'),
    suggestion: 'auc',
  },
  {
    title: 'an option that the learner does not have',
    source: tune('learner: forest, metric: auc, space: {forest: {«min_row»: {int: [1, 9]}}}'),
    code: 'unknown-key',
    message: '`min_row` is not a key that is known under `forest`. Did you mean `min_rows`?',
    key: at('.space.forest.min_row'),
    suggestion: 'min_rows',
  },
  {
    title: 'a range that begins with the greater number',
    source: tune('learner: logistic, metric: auc, space: {logistic: {C: {float: «[9, 1]»}}}'),
    code: 'out-of-range',
    message: '`float` must begin with the lower number.',
    key: at('.space.logistic.C.float'),
  },
  {
    title: 'a logarithmic range from zero',
    source: tune('learner: logistic, metric: auc, space: {logistic: {«C»: {float: [0, 1], log: true}}}'),
    code: 'out-of-range',
    message: '`C` must begin above 0 where it is logarithmic.',
    key: at('.space.logistic.C'),
  },
  {
    title: 'a range with values that the learner refuses',
    source: tune('learner: forest, metric: auc, space: {forest: {«min_rows»: {float: [1, 9]}}}'),
    code: 'out-of-range',
    message: '`min_rows` holds a value that forest refuses: it must be a whole number from 1 to 1,000,000,000.',
    key: at('.space.forest.min_rows'),
  },
  {
    title: 'two kinds of search at once',
    source: tune('learner: forest, metric: auc, space: {forest: {«min_rows»: {int: [1, 9], choices: [1, 2]}}}'),
    code: 'one-bound',
    message: '`min_rows` needs one of `float`, `int` and `choices`.',
    key: at('.space.forest.min_rows'),
  },
  {
    title: 'a condition on what is not searched',
    source: tune('learner: forest, metric: auc, space: {forest: {«min_rows»: {int: [1, 9], when: {columns: sqrt}}}}'),
    code: 'out-of-range',
    message: '`min_rows` hangs on `columns`, which is not searched for forest.',
    key: at('.space.forest.min_rows'),
  },
  {
    title: 'a space for a learner that is not tuned',
    source: tune('learner: forest, metric: auc, space: {«logistic»: {C: {float: [1, 9]}}}'),
    code: 'out-of-range',
    message: '`logistic` is searched only when `learner` names logistic.',
    key: at('.space.logistic'),
  },
  {
    title: 'a pruner for several metrics',
    source: tune('learner: forest, metric: [auc, brier], pruner: «median»'),
    code: 'misplaced-key',
    message: '`pruner` looks at one metric: with several nothing can be pruned.',
    key: at('.pruner'),
  },
  {
    title: 'folds and a held-out part',
    source: tune('learner: forest, metric: auc, folds: 5, holdout: «0.2»'),
    code: 'misplaced-key',
    message: '`holdout` stands in place of `folds`: keep one of them.',
    key: at('.holdout'),
  },
  {
    title: 'a comparison of folds where there are none',
    source: tune('learner: forest, metric: auc, holdout: 0.2, pruner: «wilcoxon»'),
    code: 'misplaced-key',
    message: '`pruner` compares folds, and a held-out part has none: take another pruner.',
    key: at('.pruner'),
  },
  {
    title: 'a cost metric without costs',
    source: tune('learner: forest, metric: «expected_cost»'),
    code: 'missing-key',
    message: '`metric` needs the costs: add `cost: {false_negative: ..., false_positive: ...}` for `expected_cost`.',
    key: at('.metric'),
  },
  {
    title: 'enqueued options of another learner',
    source: tune('learner: forest, metric: auc, enqueue: [{«learner»: forest, C: 1}]'),
    code: 'unknown-key',
    message: 'Item 1 of `enqueue` has `C`, which is no option of forest.',
    key: at('.enqueue.0'),
  },
  {
    title: 'a constraint without a bound',
    source: tune('learner: forest, metric: auc, constraints: [{«metric»: fit_seconds}]'),
    code: 'one-bound',
    message: 'Item 1 of `constraints` needs either `at_least` or `at_most`.',
    key: at('.constraints.0'),
  },
  {
    title: 'a step that trains without saying what',
    source: steps(`v: {uses: validate, with: {dataset: a}}
      s: {uses: split, needs: v}
      c: {uses: prepare, needs: s, with: {label: y}}
      t: {uses: «train», needs: c}`),
    code: 'missing-input',
    message:
      '`t` does not say what it trains, and no step before it tunes anything: add `with: {learner: ...}`, or add a step with `uses: tune` and name it in `needs`.',
    key: 'pipelines.p.steps.t.uses',
  },
  {
    title: 'a tune step before anything is prepared',
    source: steps(`s: {uses: split, with: {dataset: a}}
      c: {uses: prepare, needs: s, with: {label: y}}
      u: {uses: «tune», needs: s, with: {learner: forest, metric: auc}}`),
    code: 'missing-input',
    message: '`tune` needs a preparation, and no step before `u` makes one: add `needs: c` to `u`.',
    key: 'pipelines.p.steps.u.uses',
  },
];

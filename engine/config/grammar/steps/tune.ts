import * as v from 'valibot';
import type { SpaceEntry, TuneOptions } from '../../../protocol/steps/search';
import { duration, durationMs } from '../duration';
import { flag, notNegative, number, seed, shareBelowOne, wholeNumber } from '../terms';
import { spaceEntry } from './searched';
import { learnerNames, learners } from './train';
import { tuneProblems } from './tuneProblems';

export const description =
  'Searches the options of learners that are best on folds of the training part, in trials that run side by side.';

const learnerName = () => v.picklist(learnerNames);
const metricName = () => v.picklist(metricNames);

/** What a trial can be judged by; all but `fit_seconds` are those of an evaluation. */
export const metricNames = [
  ...['auc', 'gini', 'ks', 'average_precision', 'log_loss', 'brier', 'calibration_error', 'expected_cost'],
  ...['accuracy', 'balanced_accuracy', 'mcc', 'kappa', 'precision', 'recall', 'f1'],
  ...['f1_macro', 'f1_weighted', 'rmse', 'mae', 'r2', 'fit_seconds'],
] as const;

const oneOrMore = <T extends string>(item: v.GenericSchema<string, T>, what: string) =>
  v.pipe(
    v.union([
      item,
      v.pipe(
        v.array(item),
        v.minLength(1, `out-of-range|must name ${what}`),
        v.check(all => new Set(all).size === all.length, 'out-of-range|must not name one twice'),
      ),
    ]),
    v.transform((value): readonly T[] => (typeof value === 'string' ? [value] : value)),
  );

/** Not searched: what is no number or choice, and the seed, which must not be chosen by its luck. */
const unsearched = new Set(['learner', 'seed', 'monotone', 'calibrate', 'calibrate_folds']);

const spaceOf = (name: (typeof learnerNames)[number]) =>
  v.exactOptional(
    v.pipe(
      v.strictObject(
        Object.fromEntries(
          Object.entries<v.GenericSchema>(learners[name].entries).flatMap(([option, schema]) =>
            unsearched.has(option) ? [] : [[option, v.exactOptional(spaceEntry(schema))]],
          ),
        ),
      ),
      v.transform((entries): Readonly<Record<string, SpaceEntry>> =>
        Object.fromEntries(
          Object.entries(entries).flatMap(([option, entry]) => (entry === undefined ? [] : [[option, entry]])),
        ),
      ),
      v.description(
        `What is searched for \`${name}\`: an option is a value, or \`{float: [low, high]}\`, \`{int: [low, high]}\`, \`{choices: [...]}\`.`,
      ),
    ),
  );

const space = v.strictObject({
  logistic: spaceOf('logistic'),
  'boosted-trees': spaceOf('boosted-trees'),
  forest: spaceOf('forest'),
  'neural-network': spaceOf('neural-network'),
});

const constraint = v.pipe(
  v.strictObject({
    metric: v.pipe(metricName(), v.description('What is bounded.')),
    at_least: v.exactOptional(v.pipe(number(), v.description('The metric must be this or more.'))),
    at_most: v.exactOptional(v.pipe(number(), v.description('The metric must be this or less.'))),
  }),
  v.check(
    ({ at_least, at_most }) => (at_least === undefined) !== (at_most === undefined),
    'one-bound|needs either `at_least` or `at_most`',
  ),
);

const enqueued = v.pipe(
  v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.number())])),
  v.check(one => 'learner' in one, 'missing-key|needs `learner`'),
);

const shape = v.strictObject({
  learner: v.pipe(
    oneOrMore(learnerName(), 'at least one learner'),
    v.description('One learner or several, each with a search space of its own.'),
  ),
  metric: v.pipe(
    oneOrMore(metricName(), 'at least one metric'),
    v.description('What is made best, on average over the folds. Several give a Pareto front; the first then decides.'),
  ),
  trials: v.optional(v.pipe(wholeNumber(1, 100_000), v.description('Trials, at most.')), 40),
  time: v.exactOptional(
    v.pipe(
      duration(),
      v.transform(text => Math.max(1, Math.round(durationMs(text) ?? 0))),
      v.description('No trial begins after this time, such as `30s`, `5m`, `1h`. Without it: no limit.'),
    ),
  ),
  folds: v.exactOptional(
    v.pipe(
      wholeNumber(2, 100),
      v.description('Folds of the training part that each trial is measured on. Without it: 5.'),
    ),
  ),
  holdout: v.exactOptional(
    v.pipe(
      shareBelowOne(),
      v.gtValue(0, 'must be above 0, and at most 0.5'),
      v.maxValue(0.5, 'must be above 0, and at most 0.5'),
      v.description('Instead of folds: this share of the training part is held out, once.'),
    ),
  ),
  sampler: v.optional(
    v.pipe(
      v.picklist(['random', 'grid', 'quasi-random', 'tpe', 'cma-es']),
      v.description(
        'Says what is tried next. `tpe` learns from all trials; `cma-es` is for numbers alone; `grid` tries all combinations, at five places of each range.',
      ),
    ),
    'tpe',
  ),
  pruner: v.exactOptional(
    v.pipe(
      v.picklist(['none', 'median', 'asha', 'hyperband', 'wilcoxon']),
      v.description(
        'Ends trials early that promise nothing after some folds: worse than the `median`, not among the best of their rung (`asha`, `hyperband`), or worse than the best fold by fold (`wilcoxon`). With a held-out part they look at the validation loss of boosted trees and networks as these go on. Without it: `median`; `none` with several metrics or a held-out part.',
      ),
    ),
  ),
  parallel: v.optional(
    v.pipe(
      wholeNumber(1, 64),
      v.description(
        'Trials at a time, each in a process of its own; on fewer processors as many as there are. What is tried hangs on this number, not on the machine.',
      ),
    ),
    4,
  ),
  space: v.optional(
    v.pipe(
      space,
      v.description('What is searched, by learner. A learner that is not named here has a search space of its own.'),
    ),
    {},
  ),
  enqueue: v.optional(
    v.pipe(
      v.array(enqueued, 'must be a list of mappings'),
      v.description('Tried first: `learner` and some of its options; the others are sampled.'),
    ),
    [],
  ),
  warm_start: v.optional(
    v.pipe(
      wholeNumber(0, 1000),
      v.description('So many of the best earlier runs of the same learners, by the first metric, are tried first.'),
    ),
    0,
  ),
  constraints: v.optional(
    v.pipe(
      v.array(constraint, 'must be a list of constraints'),
      v.description('Bounds that the best trial must keep; trials that break them are worse than all that do not.'),
    ),
    [],
  ),
  cost: v.exactOptional(
    v.pipe(
      v.strictObject({
        false_negative: v.pipe(notNegative(), v.description('Cost of taking a positive for a negative.')),
        false_positive: v.pipe(notNegative(), v.description('Cost of taking a negative for a positive.')),
      }),
      v.check(
        ({ false_negative, false_positive }) => false_negative + false_positive > 0,
        'out-of-range|needs a cost above 0',
      ),
      v.description('Cost of one mistake of each kind: the threshold, and `expected_cost`, follow from it.'),
    ),
  ),
  fresh: v.optional(
    v.pipe(
      flag(),
      v.description('Begins a new study, also where an earlier one of the same data and options could go on.'),
    ),
    false,
  ),
  seed: v.optional(seed(), 0),
});

export const options = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) for (const problem of tuneProblems(dataset.value)) addIssue(problem);
  }),
  v.transform(({ space: written, folds = 5, pruner, ...others }): TuneOptions => {
    const isOnce = others.holdout !== undefined;
    return {
      ...others,
      folds,
      pruner: pruner ?? (isOnce || others.metric.length > 1 ? 'none' : 'median'),
      space: written,
    };
  }),
);

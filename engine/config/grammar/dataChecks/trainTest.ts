import * as v from 'valibot';
import { number, wholeNumber } from '../terms';
import { columns, common, countBound, date, distanceBound, index, label, shareBound } from './terms';

const named = <Name extends string>(name: Name, note: string) => ({
  check: v.pipe(v.literal(name), v.description(note)),
});

const methods = {
  numeric: v.optional(
    v.pipe(
      v.picklist(['ks', 'emd']),
      v.description('Of numbers: Kolmogorov–Smirnov’s statistic, or the earth mover’s distance.'),
    ),
    'ks',
  ),
  categories: v.optional(
    v.pipe(
      v.picklist(['cramers-v', 'psi']),
      v.description('Of categories: Cramér’s V, or the population stability index.'),
    ),
    'cramers-v',
  ),
};

/** Checks of the parts of a split, by name; defaults are those of Deepchecks. */
export const trainTest = {
  sizes: v.strictObject({
    ...named('sizes', 'The test part is large enough.'),
    ratio: v.optional(
      v.pipe(
        number('a number of 0 or more'),
        v.minValue(0, 'must be 0 or more'),
        v.description('Test rows for each training row, more than this.'),
      ),
      0.01,
    ),
    at_least: v.exactOptional(v.pipe(wholeNumber(1), v.description('Test rows, at least. Without it: no bound.'))),
    ...common,
  }),
  'new-labels': v.strictObject({
    ...named('new-labels', 'The test part has no class that the training part lacks.'),
    at_most: countBound('Such classes, at most.', 0),
    ...label,
    ...common,
  }),
  'new-categories': v.strictObject({
    ...named('new-categories', 'The test part has no category that the training part lacks.'),
    at_most: shareBound('Share of test rows with such a category, at most.', 0),
    ...columns,
    ...common,
  }),
  'new-variants': v.strictObject({
    ...named(
      'new-variants',
      'No text of the test part differs from one of the training part in case, spaces or punctuation only.',
    ),
    at_most: shareBound('Share of test rows with such a text, at most.', 0),
    ...columns,
    ...common,
  }),
  'date-duplicates': v.strictObject({
    ...named('date-duplicates', 'No date of the test part is one of the training part.'),
    at_most: shareBound('Share of test rows with such a date, at most.', 0),
    ...date,
    ...common,
  }),
  'date-overlap': v.strictObject({
    ...named('date-overlap', 'No test row is older than the newest training row.'),
    at_most: shareBound('Share of test rows that are, at most.', 0),
    ...date,
    ...common,
  }),
  'index-leakage': v.strictObject({
    ...named('index-leakage', 'Nothing that a test row is about has a training row.'),
    at_most: shareBound('Share of test rows of which it has, at most.', 0),
    ...index,
    ...common,
  }),
  'samples-mix': v.strictObject({
    ...named('samples-mix', 'Few test rows are training rows too, with all features and the label.'),
    at_most: shareBound('Share of test rows that are, at most.', 0.05),
    ...label,
    ...columns,
    ...common,
  }),
  'label-correlation-change': v.strictObject({
    ...named(
      'label-correlation-change',
      'Features tell about as much of the label in both parts, and none tells it alone.',
    ),
    change: v.optional(
      v.pipe(
        number('a number above 0'),
        v.gtValue(0, 'must be above 0'),
        v.description('Difference of the predictive power scores, below this.'),
      ),
      0.2,
    ),
    below: shareBound('Predictive power score in the training part, below this.', 0.7),
    ...label,
    ...columns,
    ...common,
  }),
  'feature-drift': v.strictObject({
    ...named('feature-drift', 'Each feature is distributed alike in both parts.'),
    below: distanceBound('Drift of each feature, below this.', 0.2),
    ...methods,
    ...columns,
    ...common,
  }),
  'label-drift': v.strictObject({
    ...named('label-drift', 'The label is distributed alike in both parts.'),
    below: distanceBound('Drift of the label, below this.', 0.15),
    ...methods,
    ...label,
    ...common,
  }),
  'multivariate-drift': v.strictObject({
    ...named('multivariate-drift', 'Boosted trees cannot tell which part a row is from.'),
    below: shareBound('2 · AUC − 1 of those trees, below this.', 0.25),
    ...columns,
    ...common,
  }),
};

import * as v from 'valibot';
import { columns, common, countBound, date, index, label, share, shareBound } from './terms';

const named = <Name extends string>(name: Name, note: string) => ({
  check: v.pipe(v.literal(name), v.description(note)),
});

/** Checks of one table, by name; defaults are those of Deepchecks. */
export const integrity = {
  'single-value': v.strictObject({
    ...named('single-value', 'No column has one value only.'),
    ...columns,
    ...common,
  }),
  'special-characters': v.strictObject({
    ...named('special-characters', 'Few texts are made of nothing but signs such as `?` or `--`.'),
    at_most: shareBound('Share of such rows of a column, at most.', 0.001),
    ...columns,
    ...common,
  }),
  'mixed-nulls': v.strictObject({
    ...named('mixed-nulls', 'What is missing is written in one way in each column.'),
    at_most: countBound('Ways of writing it in a column, at most.', 1),
    ...columns,
    ...common,
  }),
  'mixed-types': v.strictObject({
    ...named('mixed-types', 'A column holds numbers or texts, or of one of them next to none.'),
    not_between: v.optional(
      v.pipe(
        v.strictTuple([share(), share()], 'must be [lowest, highest]'),
        v.check(([low, high]) => low < high, 'must be [lowest, highest]'),
        v.description('Shares of the rarer type between which it fails: rarer is negligible, more is meant so.'),
      ),
      [0.01, 0.1],
    ),
    ...columns,
    ...common,
  }),
  'string-mismatch': v.strictObject({
    ...named('string-mismatch', 'No two texts of a column differ in case, spaces or punctuation only.'),
    at_most: shareBound('Share of rows with such a text, at most.', 0),
    ...columns,
    ...common,
  }),
  duplicates: v.strictObject({
    ...named('duplicates', 'Few rows repeat an earlier one.'),
    at_most: shareBound('Share of rows that repeat an earlier one, at most.', 0.05),
    ...columns,
    ...common,
  }),
  'string-length': v.strictObject({
    ...named('string-length', 'No text is much longer or shorter than the others of its column.'),
    at_most: shareBound('Share of such texts of a column, at most.', 0),
    ...columns,
    ...common,
  }),
  'conflicting-labels': v.strictObject({
    ...named('conflicting-labels', 'Rows with the same features have the same label.'),
    at_most: shareBound('Share of rows of which others say otherwise, at most.', 0),
    ...label,
    ...columns,
    ...common,
  }),
  'feature-label-correlation': v.strictObject({
    ...named('feature-label-correlation', 'No feature alone tells the label: it might hold the answer.'),
    below: shareBound('Predictive power score of each feature, below this.', 0.8),
    ...label,
    ...columns,
    ...common,
  }),
  'feature-correlation': v.strictObject({
    ...named('feature-correlation', 'No two features say nearly the same.'),
    at_most: countBound('Pairs of features that do, at most.', 0),
    correlation: v.optional(
      v.pipe(share(), v.description('From which on two features do (Spearman, correlation ratio, Theil’s U).')),
      0.9,
    ),
    ...columns,
    ...common,
  }),
  'identifier-label-correlation': v.strictObject({
    ...named('identifier-label-correlation', 'Neither the identifier nor the date of a row tells its label.'),
    at_most: shareBound('Predictive power score, at most.', 0),
    ...index,
    ...date,
    ...label,
    ...common,
  }),
  outliers: v.strictObject({
    ...named('outliers', 'Few rows are unlike all others (LoOP, with Gower’s distance).'),
    at_most: shareBound('Share of such rows, at most.', 0.005),
    score: v.optional(v.pipe(share(), v.description('Probability of being an outlier above which a row counts.')), 0.7),
    ...columns,
    ...common,
  }),
  nulls: v.strictObject({
    ...named('nulls', 'Few values of a column are missing.'),
    at_most: shareBound('Share of a column that is missing, at most.', 0.05),
    ...columns,
    ...common,
  }),
  'class-imbalance': v.strictObject({
    ...named('class-imbalance', 'The rarest class is not much rarer than the most frequent one.'),
    at_least: shareBound('Rows of the rarest class for each of the most frequent one, at least.', 0.1),
    ...label,
    ...common,
  }),
};

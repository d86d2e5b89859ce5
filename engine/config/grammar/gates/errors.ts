import * as v from 'valibot';
import { positive, wholeNumber } from '../terms';
import { atLeast, atMost, bounds } from './bounds';
import { check } from './checkNote';
import { common } from './common';

export const regressionError = v.strictObject({
  check: check('regression-error'),
  measure: v.optional(
    v.pipe(
      v.picklist(['systematic', 'kurtosis']),
      v.description(
        '`systematic`: |mean error| ÷ RMSE (usually ≤ 0.01); `kurtosis`: excess kurtosis of the errors (usually ≥ −0.1).',
      ),
    ),
    'systematic',
  ),
  ...bounds,
  ...common,
});

export const confusion = v.strictObject({
  check: check('confusion'),
  of: v.optional(
    v.pipe(v.picklist(['rows', 'class']), v.description('Of what the share is: all rows, or those of the true class.')),
    'rows',
  ),
  at_most: atMost('Passes when no mistake (this class for that) has a greater share.', 0.2),
  ...common,
});

export const classAuc = v.strictObject({
  check: check('class-auc'),
  at_least: atLeast('Passes when each class is told from the others with this AUC or more.', 0.7),
  ...common,
});

export const unusedColumns = v.strictObject({
  check: check('unused-columns'),
  at_most: v.optional(v.pipe(wholeNumber(0), v.description('Passes when so many columns or fewer are unused.')), 5),
  below: v.optional(
    v.pipe(
      positive(),
      v.description(
        'A column is unused below this share of the importance that each would have if all mattered alike.',
      ),
    ),
    0.2,
  ),
  ...common,
});

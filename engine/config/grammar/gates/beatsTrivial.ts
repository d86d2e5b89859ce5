import * as v from 'valibot';
import { confidence } from '../terms';
import { atLeast, metric } from './bounds';
import { check } from './checkNote';
import { common } from './common';

export const beatsTrivial = v.strictObject({
  check: check('beats-trivial'),
  model: v.exactOptional(
    v.pipe(
      v.picklist(['constant', 'best-column', 'linear']),
      v.description('What must be beaten: `constant`, `best-column` or `linear`; without it the first two.'),
    ),
  ),
  metric: metric('What is compared; without it auc, accuracy or rmse.'),
  at_least: atLeast('Passes when the model goes this share of the way from the trivial value to a perfect one.', 0.1),
  confidence: v.exactOptional(
    v.pipe(confidence(), v.description('Judged is the low end of the interval of the gain, by paired draws.')),
  ),
  ...common,
});

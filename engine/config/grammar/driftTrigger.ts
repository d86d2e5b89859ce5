import * as v from 'valibot';
import type { DriftTrigger } from '../../protocol/triggers';
import { column, positive, reference, wholeNumber } from './terms';
import { limits, span } from './triggerLimits';

/** `on: drift:` */
export const drift = v.pipe(
  v.strictObject({
    dataset: v.pipe(reference('dataset'), v.description('The data as it is now.')),
    model: v.pipe(
      reference('model'),
      v.description(
        'The registered model whose best version (with the alias `champion`, else in the highest stage) was trained on what the data is compared with.',
      ),
    ),
    trained_on: v.exactOptional(
      v.pipe(
        reference('dataset'),
        v.description('The dataset that the model was trained on, when it is another one than `dataset`.'),
      ),
    ),
    columns: v.exactOptional(
      v.pipe(
        v.array(column(), 'must be a list of columns'),
        v.minLength(1, 'out-of-range|must have at least one column'),
        v.description('Only these columns are looked at. Without it: all.'),
      ),
    ),
    psi: v.exactOptional(
      v.pipe(
        positive(),
        v.description(
          'A column has drifted when its population stability index is at least so large, and no chance of few rows. Without it: when its distribution has moved by a tenth (Wasserstein in standard deviations, Jensen-Shannon), as the page of a dataset judges.',
        ),
        v.examples([0.1, 0.2, 0.25]),
      ),
    ),
    at_least: v.optional(
      v.pipe(wholeNumber(1, 100_000), v.description('So many columns must have drifted.'), v.examples([1, 3])),
      1,
    ),
    every: v.exactOptional(
      v.pipe(
        span('1h', '1d'),
        v.description('At most one comparison in such a time, for large data that changes all the time.'),
      ),
    ),
    ...limits,
  }),
  v.transform((value): DriftTrigger => value),
  v.description(
    'Data that has drifted: it starts when the content of a dataset is another one and differs from what the best version of a model was trained on.',
  ),
);

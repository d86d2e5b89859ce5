import * as v from 'valibot';
import { positive, number } from '../terms';
import { timeSpan } from './terms';

const share = () =>
  v.pipe(
    number('a share from 0 to 1'),
    v.minValue(0, 'must lie between 0 and 1'),
    v.maxValue(1, 'must lie between 0 and 1'),
  );

/** `monitor:` of a view. */
export const monitor = v.strictObject({
  max_age: v.exactOptional(v.pipe(timeSpan('2d'), v.description('How old the newest row may be.'))),
  null_rate: v.exactOptional(
    v.pipe(share(), v.description('The share of values that may be missing, of each feature.')),
  ),
  drift: v.exactOptional(
    v.pipe(
      positive(),
      v.description('How far a feature may be from its baseline: the population stability index.'),
      v.examples([0.2]),
    ),
  ),
  skew: v.exactOptional(
    v.pipe(
      share(),
      v.description('The share of served values that may differ from what the join finds for that time.'),
    ),
  ),
});

import * as v from 'valibot';
import { described, featureReference } from './terms';

/** One entry of `feature_services:`. */
export const service = v.strictObject({
  features: v.pipe(
    v.array(featureReference(), 'must be a list of features'),
    v.minLength(1, 'out-of-range|must have at least one feature'),
    v.description(
      'Views (`loans`: all of its features), features (`loans:income`), or those of an earlier version (`loans@v2:income`).',
    ),
  ),
  ...described,
});

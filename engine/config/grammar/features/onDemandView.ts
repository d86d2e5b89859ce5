import * as v from 'valibot';
import type { OnDemandViewConfig } from '../../../protocol/featureConfig';
import { compute } from './compute';
import { columnType, computedName, described, featureReference, privacy } from './terms';

/** A view without rows: computed when it is asked for. */
export const onDemandView = v.pipe(
  v.strictObject({
    request: v.optional(
      v.pipe(
        v.record(
          computedName,
          v.pipe(columnType(), v.description('The type of what is given.')),
          'must be a mapping of names to types',
        ),
        v.description('What is given with each request, by name, with its type.'),
      ),
      {},
    ),
    uses: v.optional(
      v.pipe(
        v.array(featureReference(), 'must be a list of features'),
        v.description('Features of other views that it computes with.'),
      ),
      [],
    ),
    compute: v.pipe(
      compute,
      v.check(made => Object.keys(made).length > 0, 'out-of-range|must have at least one feature'),
      v.description('Features that are computed when they are asked for.'),
    ),
    ...described,
    privacy,
  }),
  v.transform(({ compute: features, ...rest }): OnDemandViewConfig => ({ kind: 'on-demand', ...rest, features })),
);

import * as v from 'valibot';
import type { FeatureConfig } from '../../../protocol/featureConfig';
import { columnType, computedName, described, expression, privacy } from './terms';

const detailed = v.strictObject({
  expression: v.pipe(expression(), v.description('What it is computed from: columns, and other features of the view.')),
  type: v.exactOptional(
    v.pipe(columnType(), v.description('The type it has to give. Without it: the one that it gives.')),
  ),
  ...described,
  privacy,
});

/** `compute:` of a view. */
export const compute = v.pipe(
  v.record(
    computedName,
    v.pipe(
      v.union([expression(), detailed], 'must be an expression, or a mapping with `expression`'),
      v.description('A feature that is computed.'),
    ),
    'must be a mapping of features to expressions',
  ),
  v.transform((value): Readonly<Record<string, FeatureConfig>> =>
    Object.fromEntries(
      Object.entries(value).map(([name, one]): [string, FeatureConfig] => {
        if (typeof one === 'string') return [name, { from: { kind: 'expression', expression: one } }];
        const { expression: text, ...rest } = one;
        return [name, { from: { kind: 'expression', expression: text }, ...rest }];
      }),
    ),
  ),
);

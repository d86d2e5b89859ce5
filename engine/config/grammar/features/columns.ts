import * as v from 'valibot';
import type { FeatureConfig } from '../../../protocol/featureConfig';
import { column, refersTo } from '../terms';
import { columnType, described, privacy } from './terms';

type Features = Readonly<Record<string, FeatureConfig>>;

const detailed = v.strictObject({
  column: v.exactOptional(
    v.pipe(column(), v.description('The column of the source. Without it: that of the same name.')),
  ),
  type: v.exactOptional(
    v.pipe(columnType(), v.description('Values become this type. Without it: that of the column.')),
  ),
  ...described,
  privacy,
});

/** `columns:` of a view: names, or names with what is to be said of them. */
export const columns = v.pipe(
  v.union(
    [
      v.array(column(), 'must be a list of columns'),
      v.record(
        v.pipe(v.string(), refersTo('column')),
        v.pipe(detailed, v.description('A feature that is a column of the source.')),
      ),
    ],
    'must be a list of columns, or a mapping of features',
  ),
  v.transform((value): Features =>
    Array.isArray(value)
      ? Object.fromEntries(value.map(name => [name, { from: { kind: 'column', column: name } }]))
      : Object.fromEntries(
          Object.entries(value).map(([name, { column: source = name, ...rest }]) => [
            name,
            { from: { kind: 'column', column: source }, ...rest },
          ]),
        ),
  ),
);

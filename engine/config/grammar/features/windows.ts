import * as v from 'valibot';
import { aggregates, type FeatureConfig } from '../../../protocol/featureConfig';
import { columnType, computedName, described, expression, privacy, timeSpan } from './terms';

const of = (what: string) => v.exactOptional(v.pipe(expression('credit_amount'), v.description(what)));

const shape = v.strictObject({
  count: v.exactOptional(
    v.pipe(
      v.union([v.literal('*'), expression('credit_amount')], 'must be `*`, or an expression'),
      v.description('How many rows there are (`*`), or how many have a value. 0 when there is none.'),
    ),
  ),
  sum: of('The sum of the values; 0 when there is none.'),
  mean: of('The mean of the values.'),
  min: of('The least value.'),
  max: of('The greatest value.'),
  last: of('The value of the newest row that has one.'),
  distinct: of('How many different values there are.'),
  std: of('The standard deviation of the values (n − 1).'),
  over: v.pipe(
    timeSpan('7d', '30d', '12h'),
    v.description('How far it reaches back from the time that is asked for, which belongs to it.'),
  ),
  where: v.exactOptional(
    v.pipe(expression("status = 'paid'"), v.description('Only rows for which this holds. Without it: all.')),
  ),
  type: v.exactOptional(
    v.pipe(columnType(), v.description('The type it has to give. Without it: the one that it gives.')),
  ),
  ...described,
  privacy,
});

const names = aggregates.map(name => `\`${name}\``).join(', ');

const window = v.pipe(
  shape,
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): FeatureConfig => {
    const { count, sum, mean, min, max, last, distinct, std, over, where, ...rest } = value;
    const given = { count, sum, mean, min, max, last, distinct, std };
    const [aggregate, another] = aggregates.filter(name => given[name] !== undefined);
    if (aggregate === undefined) {
      addIssue({ message: `missing-key|computes nothing: give it one of ${names}` });
      return NEVER;
    }
    if (another !== undefined) {
      const path = {
        type: 'object',
        origin: 'value',
        input: { ...value },
        key: another,
        value: given[another],
      } as const;
      addIssue({ message: `misplaced-key|is a second one: \`${aggregate}\` stands there already`, path: [path] });
      return NEVER;
    }
    const values = given[aggregate];
    const isRows = aggregate === 'count' && values === '*';
    return {
      from: {
        kind: 'window',
        aggregate,
        ...(values !== undefined && !isRows && { of: values }),
        over,
        ...(where !== undefined && { where }),
      },
      ...rest,
    };
  }),
);

/** `windows:` of a view. */
export const windows = v.record(
  computedName,
  v.pipe(window, v.description('A feature over the rows of an entity in a time.')),
  'must be a mapping of features to windows',
);

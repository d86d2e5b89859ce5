import * as v from 'valibot';
import { cells, countRange, numberRange, range, referenceText, said } from './expectationTerms';
import { notNegative, number, positive } from './terms';

const pAtLeast = () =>
  v.pipe(
    number('a p-value from 0 to 1'),
    v.minValue(0, 'must lie between 0 and 1'),
    v.maxValue(1, 'must lie between 0 and 1'),
    v.description('The least p that holds; such as 0.01.'),
  );

const bins = {
  compared_with: said(referenceText(), '`last` version that passed, another dataset, or the digest of a version.'),
  edges: said(
    v.pipe(v.array(number()), v.minLength(2, 'out-of-range|must have at least two edges')),
    'Edges of bins, ascending: one more than `weights`.',
  ),
  weights: said(v.array(notNegative()), 'Shares of `values` or bins; scaled to add up to 1.'),
};
const reference = {
  ...bins,
  values: said(cells(), 'The values of the reference; `weights` are their shares.'),
};
const theory = {
  normal: said(
    v.strictObject({
      mean: v.pipe(number(), v.description('Its mean.')),
      std: v.pipe(positive(), v.description('Its standard deviation.')),
    }),
    'The normal distribution with this mean and standard deviation.',
  ),
  uniform: said(v.strictTuple([number(), number()]), 'The uniform distribution from the first to the second.'),
  exponential: said(positive(), 'The exponential distribution with this mean.'),
};

interface Given {
  readonly compared_with?: string;
  readonly values?: readonly unknown[];
  readonly edges?: readonly number[];
  readonly weights?: readonly number[];
  readonly normal?: unknown;
  readonly uniform?: unknown;
  readonly exponential?: unknown;
}

/** One reference, whole. */
const whole = <T extends Given>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const problem = referenceProblem(dataset.value);
    if (problem !== undefined) addIssue({ message: problem });
  });

const kinds = ['compared_with', 'values', 'edges', 'normal', 'uniform', 'exponential'] as const;

function referenceProblem(given: Given): string | undefined {
  const named = kinds.filter(kind => given[kind] !== undefined);
  if (named.length !== 1)
    return `missing-key|needs one reference: ${kinds.map(kind => `\`${kind}\``).join(', ')}, not ${named.length}`;
  const { values, edges, weights } = given;
  const wanted = values === undefined && edges !== undefined ? edges.length - 1 : values?.length;
  if (wanted === undefined)
    return weights === undefined ? undefined : 'misplaced-key|has `weights` that belong to no `values` or `edges`';
  if (weights?.length !== wanted) return `out-of-range|must have ${wanted} \`weights\`, not ${weights?.length ?? 0}`;
  if (!weights.some(weight => weight > 0)) return 'out-of-range|must have a weight above 0';
  if (edges?.some((at, i) => i > 0 && at <= edges[i - 1]!) === true) return 'out-of-range|must have ascending `edges`';
  return undefined;
}

/** Rules on what the values of `column` come to. */
export const aggregateRules = {
  min: said(range(), 'The least value lies in `[lowest, highest]`.'),
  max: said(range(), 'The greatest value lies in `[lowest, highest]`.'),
  mean: said(range(), 'The mean lies in `[lowest, highest]`.'),
  median: said(range(), 'The median lies in `[lowest, highest]`.'),
  sum: said(numberRange(), 'The sum lies in `[lowest, highest]`.'),
  std: said(numberRange(), 'The standard deviation (n − 1) lies in `[lowest, highest]`.'),
  quantiles: said(
    v.record(v.pipe(v.string(), v.regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a share from 0 to 1')), range()),
    'Ranges of quantiles by their share: `{0.05: [20, 24], 0.95: [50, 70]}`.',
  ),
  missing_share: said(numberRange(), 'Share of rows without a value, from 0 to 1.'),
  distinct_count: said(
    countRange('a number of values'),
    'How many different values there are: exactly, or `[least, most]`.',
  ),
  distinct_share: said(numberRange(), 'Different values per row that has one, from 0 to 1 (all different).'),
  distinct_in: said(cells(), 'No other value than these comes.'),
  distinct_contains: said(cells(), 'Each of these values comes.'),
  distinct_equals: said(cells(), 'Exactly these values come.'),
  most_common_in: said(cells(), 'The most frequent value is one of these.'),
  kl_divergence: said(
    v.pipe(
      v.strictObject({
        at_most: v.pipe(notNegative(), v.description('The greatest divergence that holds.')),
        ...reference,
      }),
      whole(),
    ),
    'Kullback–Leibler divergence (natural logarithm) of the values from a reference.',
  ),
  chi_squared: said(
    v.pipe(v.strictObject({ p_at_least: pAtLeast(), ...reference }), whole()),
    'p of the χ² test of the values against a reference.',
  ),
  kolmogorov_smirnov: said(
    v.pipe(v.strictObject({ p_at_least: pAtLeast(), ...bins, ...theory }), whole()),
    'p of the Kolmogorov–Smirnov test of the numbers against a reference.',
  ),
};

export const aboutAggregates = [
  ...['min', 'max', 'mean', 'median', 'sum', 'std', 'quantiles', 'missing_share', 'distinct_count', 'distinct_share'],
  ...['distinct_in', 'distinct_contains', 'distinct_equals', 'most_common_in', 'kl_divergence', 'chi_squared'],
  'kolmogorov_smirnov',
] as const satisfies readonly string[];

import { AggregateCheck } from '../aggregateCheck';
import type { Check, CheckOptions } from '../check';
import { DistinctCountCheck, DistinctSetCheck, MostCommonCheck } from '../distinctChecks';
import { DistributionCheck, type DistributionRule } from '../distributionCheck';
import { MissingShareCheck } from '../missingShareCheck';
import { SharedSummaries } from '../sharedSummaries';
import type { References } from '../references';

const measures = ['min', 'max', 'mean', 'median', 'sum', 'std'] as const;

/** The rules of an entry on what the values of its column come to. @throws ModelyardError `config.invalid` */
export function* aggregateChecks(options: CheckOptions, column: string, references: References): Generator<Check> {
  const { expectation: wanted } = options;
  const summaries = new SharedSummaries(options);
  for (const measure of measures) {
    const range = wanted[measure];
    if (range !== undefined) yield new AggregateCheck({ ...options, column, measure, range, summaries });
  }
  for (const [share, range] of Object.entries(wanted.quantiles ?? {}))
    yield new AggregateCheck({ ...options, column, measure: { quantile: Number(share) }, range, summaries });
  if (wanted.missing_share !== undefined)
    yield new MissingShareCheck({ ...options, column, range: wanted.missing_share });
  if (wanted.distinct_count !== undefined)
    yield new DistinctCountCheck({ ...options, column, count: wanted.distinct_count });
  if (wanted.distinct_share !== undefined)
    yield new DistinctCountCheck({ ...options, column, share: wanted.distinct_share });
  for (const [mode, set] of [
    ['in', wanted.distinct_in],
    ['contains', wanted.distinct_contains],
    ['equals', wanted.distinct_equals],
  ] as const)
    if (set !== undefined) yield new DistinctSetCheck({ ...options, column, set, mode });
  if (wanted.most_common_in !== undefined)
    yield new MostCommonCheck({ ...options, column, set: wanted.most_common_in });
  for (const rule of distributionRules(options)) yield new DistributionCheck({ ...options, column, rule, references });
}

function* distributionRules({ expectation }: CheckOptions): Generator<DistributionRule> {
  const { kl_divergence: divergence, chi_squared: chiSquared, kolmogorov_smirnov: kolmogorov } = expectation;
  if (divergence !== undefined) yield { test: 'kl_divergence', wanted: divergence };
  if (chiSquared !== undefined) yield { test: 'chi_squared', wanted: chiSquared };
  if (kolmogorov !== undefined) yield { test: 'kolmogorov_smirnov', wanted: kolmogorov };
}

import type { CheckResult } from '../../protocol/data';
import type { ChiSquaredRule, DivergenceRule, KolmogorovRule } from '../../protocol/expectations';
import { ColumnProfiler } from '../profile/columnProfiler';
import type { Distribution } from '../profile/distribution';
import type { Batch, ColumnBatch } from '../read/batch';
import { Tally, verdict, type Check, type CheckOptions, type TableFacts } from './check';
import {
  cdfOf,
  cdfOfBins,
  commonCounts,
  divergence,
  divergenceOf,
  fitP,
  oneSample,
  sameP,
  twoSample,
  weighted,
} from './divergences';
import { PartitionCounts } from './observed';
import { referenceFor, referenceName, type References } from './references';
import { figure, number, shown } from './sentences';

export type DistributionRule =
  | { readonly test: 'kl_divergence'; readonly wanted: DivergenceRule }
  | { readonly test: 'chi_squared'; readonly wanted: ChiSquaredRule }
  | { readonly test: 'kolmogorov_smirnov'; readonly wanted: KolmogorovRule };

type Options = CheckOptions & {
  readonly column: string;
  readonly rule: DistributionRule;
  readonly references: References;
};

/** Values kept of the column where it is compared with another version: as a profile keeps them. */
const kept = 1 << 14;

/**
 * How the values of a column are distributed, beside a partition that is given (all rows are counted), a distribution of
 * theory or another version (by what a profile keeps: all values, or a sample of 32,768 numbers or the 1,000 most
 * frequent texts).
 */
export class DistributionCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: Options;
  readonly #odd: Tally;
  readonly #partition: PartitionCounts | undefined;
  readonly #profiler: ColumnProfiler;

  constructor(options: Options) {
    this.columns = [options.column];
    this.#options = options;
    this.#odd = new Tally(options);
    this.#partition = partitionOf(options.rule, this.#odd);
    this.#profiler = new ColumnProfiler(options.column, { rows: 0, bound: kept });
  }

  add(column: ColumnBatch, batch: Batch): void {
    if (this.#partition) this.#partition.add(column, batch);
    else this.#profiler.add(column);
  }

  finish(table: TableFacts): CheckResult {
    const { rule, column } = this.#options;
    const { wanted } = rule;
    const name = `${column} ${names[rule.test]}`;
    const limit = 'at_most' in wanted ? `at most ${figure(wanted.at_most)}` : `p at least ${figure(wanted.p_at_least)}`;
    const say = (passed: boolean, what: string, checked: number): CheckResult =>
      verdict(this.#options, { rule: `${name} ${limit}`, passed, what, checked, rows: this.#odd.rows });
    if (this.#partition) {
      const { total } = this.#partition;
      if (total === 0) return say(false, 'no row has a value', 0);
      const value = this.#ofPartition(this.#partition);
      return say(holds(rule, value), `${symbolOf(rule)} is ${figure(value)}${this.#oddText()}`, total);
    }
    const distribution = this.#profiler.broken ? undefined : this.#profiler.distribution();
    if (distribution === undefined || distribution.of === 0) {
      const what = this.#profiler.broken ? 'its values are of different kinds' : 'no row has a value';
      return say(false, what, distribution?.of ?? 0);
    }
    const found = this.#beside(distribution, table);
    if ('problem' in found) return say(found.first === true, found.problem, distribution.of);
    const sample = distribution.complete ? '' : ' (from a sample)';
    const statistic = found.d === undefined ? '' : `D is ${figure(found.d)}, `;
    const what = `${statistic}${symbolOf(rule)} is ${figure(found.value)}${found.against}${sample}`;
    return say(holds(rule, found.value), what, distribution.of);
  }

  #ofPartition({ counts }: PartitionCounts): number {
    const { test, wanted } = this.#options.rule;
    const weights = wanted.weights ?? [];
    if (this.#odd.failing > 0) return test === 'kl_divergence' ? Infinity : 0;
    return test === 'kl_divergence' ? divergence(counts, weights) : fitP(counts, weights);
  }

  #oddText(): string {
    const [first] = this.#odd.rows;
    if (first === undefined) return '';
    const rows = `${number(this.#odd.failing)} ${this.#odd.failing === 1 ? 'row is' : 'rows are'}`;
    return `: ${rows} outside of the reference; first at line ${number(first.line)}: ${shown(first.value)}`;
  }

  #beside(found: Distribution, { digest }: TableFacts): Beside {
    const { rule, column, references } = this.#options;
    if (rule.test === 'kolmogorov_smirnov') {
      const { edges, weights } = rule.wanted;
      const cdf = edges && weights ? cdfOfBins(edges, weights) : cdfOf(rule.wanted);
      if (cdf !== undefined) {
        if (found.kind !== 'numbers') return { problem: 'it holds no numbers' };
        const { d, p } = oneSample(weighted(found), cdf);
        return { value: p, d, against: '' };
      }
    }
    const text = rule.wanted.compared_with ?? '';
    const chosen = referenceFor(references, text, digest);
    if ('problem' in chosen) return chosen;
    const before = chosen.version.distributions.get(column);
    const against = ` against ${referenceName(text, chosen.version)}`;
    if (before === undefined || before.of === 0) return { problem: `no values of it were kept${against}` };
    const compared = compare(rule, before, found);
    return 'problem' in compared ? { problem: compared.problem + against } : { ...compared, against };
  }
}

type Beside =
  | { readonly value: number; readonly d?: number; readonly against: string }
  | { readonly problem: string; readonly first?: true };
type Compared = { readonly value: number; readonly d?: number } | { readonly problem: string };

function compare({ test }: DistributionRule, before: Distribution, after: Distribution): Compared {
  if (test === 'kolmogorov_smirnov') {
    if (before.kind !== 'numbers' || after.kind !== 'numbers') return { problem: 'there are no numbers to compare' };
    const { d, p } = twoSample(weighted(before), weighted(after));
    return { value: p, d };
  }
  const counts = commonCounts(before, after);
  if (counts === undefined) return { problem: 'numbers cannot be compared with texts' };
  const of = test === 'kl_divergence' ? divergenceOf : sameP;
  return { value: of(counts.before, counts.after) };
}

const names = {
  kl_divergence: 'Kullback–Leibler divergence',
  chi_squared: 'χ² test',
  kolmogorov_smirnov: 'Kolmogorov–Smirnov test',
} as const;

const symbolOf = ({ test }: DistributionRule): string => (test === 'kl_divergence' ? 'the divergence' : 'p');

/** What is no number does not hold. */
const holds = ({ wanted }: DistributionRule, value: number): boolean =>
  'at_most' in wanted ? value <= wanted.at_most : value >= wanted.p_at_least;

function partitionOf({ test, wanted }: DistributionRule, odd: Tally): PartitionCounts | undefined {
  if (test === 'kolmogorov_smirnov') return undefined;
  const { values, edges } = wanted;
  if (values) return new PartitionCounts({ values }, odd);
  return edges && new PartitionCounts({ edges }, odd);
}

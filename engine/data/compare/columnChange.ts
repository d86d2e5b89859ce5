import type { DistributionChange, OverlaidBins } from '../../protocol/datasets';
import type { NumberDistribution, TextDistribution } from '../profile/distribution';
import type { Weighted } from './distances';
import { binned, byEdge, deviation, jensenShannon, stability, walk } from './distances';
import { kolmogorovP } from './kolmogorov';
import type { Side } from './side';
import { chiSquared } from './tests';

export interface Change {
  readonly change?: Omit<DistributionChange, 'q'>;
  readonly bins?: OverlaidBins;
  /** Why there is no test. */
  readonly reason?: string;
}

/** How the values of a column have changed between two versions. */
export function columnChange(before: Side, after: Side): Change {
  const [a, b] = [before.values, after.values];
  if (!a || !b || a.of === 0 || b.of === 0) return { reason: 'A version has no value in it.' };
  const bases = { before: before.basis, after: after.basis };
  if (a.kind === 'numbers' && b.kind === 'numbers') return numbersChange(a, b, bases);
  if (a.kind === 'texts' && b.kind === 'texts') return textsChange(a, b, bases);
  return { reason: 'Its values were numbers in one version and texts in the other.' };
}

type Bases = Pick<DistributionChange, 'before' | 'after'>;

const weighted = ({ values, counts }: NumberDistribution): Weighted => ({
  values,
  counts,
  total: counts.reduce((sum, n) => sum + n, 0),
});

/** Evidently's least standard deviation. */
const leastDeviation = 0.001;

function numbersChange(a: NumberDistribution, b: NumberDistribution, bases: Bases): Change {
  const [before, after] = [weighted(a), weighted(b)];
  const { steps, wasserstein } = walk(before, after);
  const { p, exact } = kolmogorovP(steps, { m: before.total, n: after.total });
  const bins = binned(before, after);
  return {
    change: {
      test: 'kolmogorov-smirnov',
      statistic: steps / before.total / after.total,
      p,
      method: exact && bases.before.kind !== 'profile' && bases.after.kind !== 'profile' ? 'exact' : 'asymptotic',
      wasserstein: wasserstein / Math.max(deviation(before), leastDeviation),
      jensenShannon: jensenShannon(bins.before, bins.after),
      psi: stability(bins.before, bins.after),
      ...bases,
    },
    bins: chartBins(before, after, bins.values),
  };
}

const chartBinCount = 20;

function chartBins(before: Weighted, after: Weighted, values: readonly number[] | undefined): OverlaidBins {
  if (values !== undefined && values.length <= chartBinCount) {
    const bins = binned(before, after);
    return {
      labels: values.map(String),
      before: shares(bins.before, before.total),
      after: shares(bins.after, after.total),
    };
  }
  const low = Math.min(before.values[0]!, after.values[0]!);
  const high = Math.max(before.values[before.values.length - 1]!, after.values[after.values.length - 1]!);
  const edges = Array.from({ length: chartBinCount + 1 }, (_, i) =>
    i === chartBinCount ? high : low + (i * (high - low)) / chartBinCount,
  );
  const of = (side: Weighted): readonly number[] => shares(byEdge(side, edges), side.total);
  return { edges, before: of(before), after: of(after) };
}

const shares = (counts: readonly number[], total: number): readonly number[] => counts.map(count => count / total);

/** More of the rows than this in values that are not listed on both sides: the column is no category. */
const mostOthers = 0.5;
const shownLabels = 12;

function textsChange(a: TextDistribution, b: TextDistribution, bases: Bases): Change {
  const table = commonTable(a, b);
  const others = Math.max(table.others[0] / a.of, table.others[1] / b.of);
  if (others > mostOthers || isIdentifier(a) || isIdentifier(b))
    return {
      reason: 'Most rows have a value of their own, as identifiers and free texts do: there is nothing to compare.',
    };
  const rest = table.others[0] + table.others[1] > 0 ? [table.others] : [];
  const cells = [...table.cells.map(({ counts }) => counts), ...rest];
  const [before, after] = [cells.map(([n]) => n), cells.map(([, n]) => n)];
  const bins = labelled(table, a.of, b.of);
  const found = chiSquared(before, after);
  const distances = { jensenShannon: jensenShannon(before, after), psi: stability(before, after) };
  const tested = found ?? { statistic: 0, degrees: 0, p: 1 };
  return { change: { test: 'chi-squared', ...tested, method: 'asymptotic', ...distances, ...bases }, bins };
}

/** A value seldom comes back. */
const isIdentifier = ({ values, counts, of }: TextDistribution): boolean => {
  const listed = counts.reduce((sum, n) => sum + n, 0);
  return of > 20 && values.length > 1 && values.length > listed / 2;
};

interface CommonTable {
  readonly cells: readonly { readonly value: string; readonly counts: readonly [number, number] }[];
  /** Rows with a value that is not counted on both sides. */
  readonly others: readonly [number, number];
}

/** A value is counted on a side when it is in its list, or when the list is complete and it is not. */
function commonTable(a: TextDistribution, b: TextDistribution): CommonTable {
  const [inA, inB] = [a, b].map(({ values, counts }) => new Map(values.map((value, i) => [value, counts[i]!])));
  const values = [...new Set([...a.values, ...b.values])];
  const cells = values.flatMap(value => {
    const [x, y] = [inA!.get(value) ?? (a.complete ? 0 : undefined), inB!.get(value) ?? (b.complete ? 0 : undefined)];
    return x === undefined || y === undefined || x + y === 0 ? [] : [{ value, counts: [x, y] as const }];
  });
  const sum = (side: 0 | 1): number => cells.reduce((all, { counts }) => all + counts[side], 0);
  return { cells, others: [Math.max(0, a.of - sum(0)), Math.max(0, b.of - sum(1))] };
}

function labelled({ cells, others }: CommonTable, ofA: number, ofB: number): OverlaidBins {
  const sorted = [...cells].sort(
    (x, y) => y.counts[0] / ofA + y.counts[1] / ofB - x.counts[0] / ofA - x.counts[1] / ofB,
  );
  const rest = sorted
    .slice(shownLabels)
    .reduce(([x, y], { counts }) => [x + counts[0], y + counts[1]] as const, others);
  const shown = sorted.slice(0, shownLabels);
  const more = rest[0] + rest[1] > 0 ? [{ value: '…', counts: rest }] : [];
  const all = [...shown, ...more];
  return {
    labels: all.map(({ value }) => value),
    before: all.map(({ counts }) => counts[0] / ofA),
    after: all.map(({ counts }) => counts[1] / ofB),
  };
}

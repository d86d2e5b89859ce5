import { ascending } from '../columns';
import type { BinsOp, MapOp } from '../preparation';
import type { Coded } from './categorical';
import { treeBins } from './treeBinning';
import { weightOfEvidence, type Counts } from './weightOfEvidence';

/** One bin as it is shown: what it holds and what it says. */
export interface WoeBin extends Counts {
  readonly name: string;
  readonly woe: number;
}

export interface WoeTable {
  readonly bins: readonly WoeBin[];
  readonly iv: number;
}

/**
 * Bins of a number column with their weights of evidence. Missing values are a bin of their own.
 * @param values NaN: missing
 * @param bad 1 where the row has the predicted class
 */
export function learnNumberWoe(values: Float64Array, bad: Float64Array): { op: BinsOp; table: WoeTable } {
  const present = values.filter(value => !Number.isNaN(value)).sort();
  const breaks = initialBreaks(present);
  const fine = breaks.map(() => ({ good: 0, bad: 0 }));
  fine.push({ good: 0, bad: 0 });
  const missing = { good: 0, bad: 0 };
  values.forEach((value, i) => {
    const bin = Number.isNaN(value) ? missing : fine[binOf(breaks, value)]!;
    if (bad[i] === 1) bin.bad++;
    else bin.good++;
  });
  const bins = present.length > 0 ? treeBins(fine) : [];
  const edges = bins.slice(1).map(bin => breaks[bin.from - 1]!);
  const { counts, woe, iv, missingWoe } = weigh(bins, missing);
  const name = (i: number): string => `[${edges[i - 1] ?? '-inf'}, ${edges[i] ?? 'inf'})`;
  return {
    op: { op: 'bins', edges, values: bins.length > 0 ? woe.slice(0, bins.length) : [0], missing: missingWoe },
    table: {
      bins: counts.map((each, i) => ({ name: i < bins.length ? name(i) : 'missing', ...each, woe: woe[i]! })),
      iv,
    },
  };
}

/**
 * The same for categories, which are put in order of their share of bad rows first.
 * @param kept the categories to weigh; rows with another one are left out
 */
export function learnCategoryWoe<T extends string | number>(
  { codes, categories }: Coded<T>,
  { bad, kept }: { readonly bad: Float64Array; readonly kept: ReadonlySet<T> },
): { op: MapOp<T>; table: WoeTable } {
  const all = categories.map(category => ({ category, good: 0, bad: 0 }));
  const missing = { good: 0, bad: 0 };
  codes.forEach((code, i) => {
    const bin = all[code] ?? missing;
    if (bad[i] === 1) bin.bad++;
    else bin.good++;
  });
  const share = (bin: Counts): number => bin.bad / (bin.good + bin.bad);
  const fine = all
    .filter(bin => kept.has(bin.category) && bin.good + bin.bad > 0)
    .sort((a, b) => share(a) - share(b) || ascending(a.category, b.category));
  const bins = fine.length > 0 ? treeBins(fine) : [];
  const { counts, woe, iv, missingWoe } = weigh(bins, missing);
  const members = bins.map(bin => fine.slice(bin.from, bin.to).map(each => each.category));
  return {
    op: {
      op: 'map',
      categories: members.flat(),
      values: members.flatMap((each, i) => each.map(() => woe[i]!)),
      unknown: 0,
      missing: missingWoe,
    },
    table: {
      bins: counts.map((each, i) => ({ name: members[i]?.join(', ') ?? 'missing', ...each, woe: woe[i]! })),
      iv,
    },
  };
}

/** No weight (0) for what the training part does not have. */
function weigh(
  bins: readonly Counts[],
  missing: Counts,
): { counts: Counts[]; woe: number[]; iv: number; missingWoe: number } {
  const hasMissing = missing.good + missing.bad > 0;
  const counts = [...bins, ...(hasMissing ? [missing] : [])].map(({ good, bad }) => ({ good, bad }));
  const { woe, iv } = weightOfEvidence(counts);
  return { counts, woe, iv, missingWoe: hasMissing ? woe.at(-1)! : 0 };
}

/** Where fine bins begin: up to about 50 round numbers between the outliers, or each value when there are few. */
function initialBreaks(sorted: Float64Array): number[] {
  const low = sorted[0]!;
  const high = sorted.at(-1)!;
  const quartile = [quantile(sorted, 0.25), quantile(sorted, 0.75)] as const;
  const spread = quartile[1] - quartile[0];
  const [from, to] = spread === 0 ? [quantile(sorted, 0.01), quantile(sorted, 0.99)] : quartile;
  const inner = sorted.filter(value => value >= from - 3 * spread && value <= to + 3 * spread);
  const distinct = [...new Set(inner)];
  const breaks = distinct.length < 10 ? distinct : pretty(inner[0]!, inner.at(-1)!, Math.min(50, distinct.length));
  return breaks.filter(value => value > low && value <= high);
}

/** Round numbers at a distance of 1, 2 or 5 times a power of ten: about n of them over [low, high]. */
function pretty(low: number, high: number, n: number): number[] {
  const step = roundNumber((high - low) / (n - 1));
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(15)));
}

function roundNumber(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const factor = value / unit;
  return (factor < 1.5 ? 1 : factor < 3 ? 2 : factor < 7 ? 5 : 10) * unit;
}

/** Linear between the neighbours, as numpy's default. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

function binOf(breaks: readonly number[], value: number): number {
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= breaks[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

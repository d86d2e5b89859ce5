import os from 'node:os';
import type { Expectation } from '../../protocol/expectations';

/** What one check may hold of the values that pass by. */
export interface CheckMemory {
  /** Quantiles are exact up to so many values (8 bytes each), then those of a uniform sample of that size. */
  readonly sampled: number;
  /** Different values (16 to 32 bytes each) that are known in memory; what comes after them goes to a file. */
  readonly different: number;
  /** Folder for that file, which has no name there. */
  readonly scratch: string;
}

/** Values of all samples together, and of one: 128 MB and 8 MB. */
const [allSampled, mostSampled, leastSampled] = [1 << 24, 1 << 20, 1 << 14];
/** Places for different values of all checks together, and of one: 201 MB and 50 MB. */
const [allPlaces, mostPlaces, leastPlaces] = [1 << 24, 1 << 22, 1 << 14];

/** Shares the memory out among the rules that need some. */
export function checkMemory(rules: readonly Expectation[], scratch = os.tmpdir()): CheckMemory {
  const sampling = rules.filter(({ median, quantiles }) => median !== undefined || quantiles !== undefined).length;
  const counting = rules.reduce((sum, rule) => sum + countingRules(rule), 0);
  return {
    sampled: share({ all: allSampled, most: mostSampled, least: leastSampled }, sampling),
    different: share({ all: allPlaces, most: mostPlaces, least: leastPlaces }, counting) * 0.75,
    scratch,
  };
}

const countingRules = ({ unique, distinct_count: count, distinct_share: part }: Expectation): number =>
  (unique !== undefined && unique !== false ? 1 : 0) + (count === undefined ? 0 : 1) + (part === undefined ? 0 : 1);

/** A power of two: tables grow by doubling. */
function share(
  { all, most, least }: { readonly all: number; readonly most: number; readonly least: number },
  among: number,
): number {
  const part = 2 ** Math.floor(Math.log2(all / Math.max(1, among)));
  return Math.max(least, Math.min(most, part));
}

/**
 * The values of a column and how often each is there: what a later version is compared with, also when the file has
 * gone. `complete`: of all rows; else numbers are those of a uniform sample, and texts the most frequent ones.
 */
export type Distribution = NumberDistribution | TextDistribution;

export interface NumberDistribution {
  readonly kind: 'numbers';
  readonly name: string;
  /** Finite and different, ascending. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
  /** Rows of the data that have a finite value. */
  readonly of: number;
  readonly complete: boolean;
}

export interface TextDistribution {
  readonly kind: 'texts';
  readonly name: string;
  readonly values: readonly string[];
  readonly counts: readonly number[];
  /** Rows of the data that have a value. */
  readonly of: number;
  readonly complete: boolean;
}

/** Texts that are kept of each column. */
export const keptTexts = 1000;

/** Runs of equal values. */
export function counted(sorted: Float64Array): Pick<NumberDistribution, 'values' | 'counts'> {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    const last = values.length - 1;
    if (last >= 0 && values[last] === value) counts[last] = counts[last]! + 1;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

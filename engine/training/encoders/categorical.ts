import { ascending } from '../columns';
import type { MapOp, OneHotOp } from '../preparation';

/** The values of a column as codes; −1: missing. */
export interface Coded<T extends string | number> {
  readonly codes: Int32Array;
  readonly categories: readonly T[];
}

/** Codes for a number column that is treated as a category. @param values NaN: missing */
export function codeNumbers(values: Float64Array): Coded<number> {
  const index = new Map<number, number>();
  const codes = Int32Array.from(values, value => {
    if (Number.isNaN(value)) return -1;
    const known = index.get(value);
    if (known !== undefined) return known;
    index.set(value, index.size);
    return index.size - 1;
  });
  return { codes, categories: [...index.keys()] };
}

/** Categories that occur at least `minimum` times, sorted, and how many rows have none. */
export function frequentCategories<T extends string | number>(
  { codes, categories }: Coded<T>,
  minimum: number,
): { readonly categories: readonly T[]; readonly missing: number; readonly rare: number } {
  const counts = new Int32Array(categories.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code]!++;
  }
  const kept = categories.filter((_, i) => counts[i]! >= Math.max(1, minimum)).sort(ascending);
  return { categories: kept, missing, rare: counts.filter(each => each > 0).length - kept.length };
}

/** As scikit-learn's OneHotEncoder(handle_unknown="ignore"): a missing value is a category when it was learnt with one. */
export const oneHot = <T extends string | number>(categories: readonly T[], missing: number): OneHotOp<T> => ({
  op: 'one-hot',
  categories,
  missing: missing > 0,
});

/** As scikit-learn's OrdinalEncoder: the position in sorted order; −1 for an unknown or missing value. */
export const ordinal = <T extends string | number>(categories: readonly T[]): MapOp<T> => ({
  op: 'map',
  categories,
  values: categories.map((_, i) => i),
  unknown: -1,
  missing: -1,
});

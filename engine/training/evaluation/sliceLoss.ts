import type { SliceLoss } from '../../protocol/evaluation';
import { studentQuantile, studentTwoSided, studentUpper } from '../../statistics/studentT';
import { rowLoss } from '../metrics/probability';
import type { Scored } from './scored';

/** −ln P(true class) of each row, of a regression the squared error: what a slice is worse by. */
export function rowLosses({ task, y, scores, width }: Scored): Float64Array {
  if (task === 'regression') return y.map((value, row) => (scores[row]! - value) ** 2);
  return y.map((_, row) => rowLoss(y, scores, { row, classes: width }));
}

/** Of some values: how many, their sum and the sum of their squares. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export const less = (whole: Moments, part: Moments): Moments => ({
  n: whole.n - part.n,
  sum: whole.sum - part.sum,
  squares: whole.squares - part.squares,
});

export interface Welch {
  /** Mean of the first − mean of the second. */
  readonly difference: number;
  readonly t: number;
  readonly df: number;
  readonly error: number;
  /** That the first is not higher. */
  readonly upperP: number;
}

/** Welch's t-test; undefined with less than two values on a side or no spread at all. */
export function welch(first: Moments, second: Moments): Welch | undefined {
  if (first.n < 2 || second.n < 2) return undefined;
  const [a, b] = [first, second].map(({ n, sum, squares }) => Math.max(0, (squares - sum ** 2 / n) / (n - 1)) / n);
  const error = Math.sqrt(a! + b!);
  if (!(error > 0)) return undefined;
  const difference = first.sum / first.n - second.sum / second.n;
  const df = (a! + b!) ** 2 / (a! ** 2 / (first.n - 1) + b! ** 2 / (second.n - 1));
  const t = difference / error;
  return { difference, t, df, error, upperP: studentUpper(t, df) };
}

export function momentsOf(values: Float64Array, inside: (position: number) => boolean): Moments {
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!inside(i)) continue;
    n++;
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  return { n, sum, squares };
}

/** How much worse a group of rows is than all others; undefined where that cannot be said. */
export function sliceLoss(
  losses: Float64Array,
  inside: (position: number) => boolean,
): Omit<SliceLoss, 'adjustedP'> | undefined {
  const own = momentsOf(losses, inside);
  const rest = less(
    momentsOf(losses, () => true),
    own,
  );
  const test = welch(own, rest);
  if (!test) return undefined;
  const reach = test.error * studentQuantile(0.975, test.df);
  const { difference, t, df } = test;
  return {
    mean: own.sum / own.n,
    rest: rest.sum / rest.n,
    difference,
    interval: [difference - reach, difference + reach],
    p: studentTwoSided(t, df),
  };
}

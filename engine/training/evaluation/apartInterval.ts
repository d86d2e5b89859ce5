import { normalQuantile } from '../../statistics/normal';
import { percentileInterval, type Interval } from './quantileInterval';

/** A rate of each group: as it is, and in each draw (NaN where a draw leaves it undefined). */
export interface DrawnRate {
  readonly found: readonly number[];
  readonly draws: readonly Float64Array[];
}

export interface ApartOptions {
  readonly level: number;
  /** Of a spread, when the draws were of fewer rows than there are. */
  readonly narrowing: number;
}

/**
 * An interval of how far the two groups are apart that are furthest apart, in any of the rates. Draws of that distance do not
 * tell: it is never negative and grows with every group that happens to be off, so that the middle of its draws lies too
 * high, and where groups are alike holds no 0 at all. Instead each pair has its own distance with its spread, and the
 * greatest distance is at least what any pair surely has, and at most what any pair may have. "Surely" allows for how
 * many pairs there are: of those that may be the widest the draws say how far one of them is off by chance (Westfall and
 * Young's maximum, 1993).
 * @returns undefined where no pair has a distance
 */
export function apartInterval(rates: readonly DrawnRate[], { level, narrowing }: ApartOptions): Interval | undefined {
  const pairs = rates.flatMap(pairsOf);
  if (pairs.length === 0) return undefined;
  const z = normalQuantile((1 + level) / 2);
  const surely = Math.max(...pairs.map(({ distance, spread }) => distance - z * spread));
  const wide = pairs.filter(({ distance, spread }) => spread > 0 && distance + z * spread >= surely);
  const factor = wide.length === 0 ? 0 : factorOf(wide, level);
  return [
    Math.max(0, ...pairs.map(({ distance, spread }) => distance - factor * spread * narrowing)),
    Math.max(...pairs.map(({ distance, spread }) => distance + z * spread * narrowing)),
  ];
}

interface Pair {
  readonly distance: number;
  readonly spread: number;
  /** Of each draw its distance less that of the rows themselves, by the same sign. */
  readonly off: Float64Array;
}

function pairsOf({ found, draws }: DrawnRate): readonly Pair[] {
  return found.flatMap((one, i) =>
    found.slice(i + 1).flatMap((other, rest) => {
      const apart = one - other;
      if (!Number.isFinite(apart)) return [];
      const sign = apart < 0 ? -1 : 1;
      const [left, right] = [draws[i]!, draws[i + 1 + rest]!];
      const off = left.map((value, draw) => sign * (value - right[draw]! - apart));
      return [{ distance: Math.abs(apart), spread: deviation(off), off }];
    }),
  );
}

/** Population standard deviation of what is a number. */
function deviation(values: Float64Array): number {
  const numbers = values.filter(Number.isFinite);
  if (numbers.length === 0) return 0;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
}

/** How many spreads the one that is furthest off is off by at most, with the chance of the upper end. */
function factorOf(pairs: readonly Pair[], level: number): number {
  const furthest: number[] = [];
  const count = pairs[0]!.off.length;
  for (let draw = 0; draw < count; draw++) {
    const most = Math.max(...pairs.map(({ off, spread }) => off[draw]! / spread));
    if (Number.isFinite(most)) furthest.push(most);
  }
  return furthest.length === 0 ? normalQuantile((1 + level) / 2) : percentileInterval(furthest, level)[1];
}

import type { Random } from '../../random';

/**
 * An order of the rows of which every beginning holds about the same share of each class.
 * @param classes of each row; all equal for a regression
 */
export function nestedOrder(classes: Int32Array, random: Random): Int32Array {
  const place = new Float64Array(classes.length);
  const counts = new Map<number, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  const seen = new Map<number, number>();
  const shuffled = random.permutation(classes.length);
  for (const at of shuffled) {
    const label = classes[at]!;
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    place[at] = (before + 0.5) / (counts.get(label) ?? 1);
  }
  return shuffled.sort((a, b) => place[a]! - place[b]!);
}

/** Sizes from `smallest` to `all`, each by the same factor larger than the one before. */
export function sizesOf(smallest: number, all: number, points: number): number[] {
  const least = Math.min(all, Math.max(2, smallest));
  const factor = (all / least) ** (1 / Math.max(1, points - 1));
  const sizes = Array.from({ length: points }, (_, i) => Math.round(least * factor ** i));
  return [...new Set([...sizes.slice(0, -1), all])];
}

/** Whether `a` is at least as good as `b` in all objectives and better in one; less is better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? Infinity;
    if (value > other) return false;
    if (value < other) isBetter = true;
  }
  return isBetter;
}

/**
 * Of each point the number of its front: 0 for those that none dominates, and so on (Deb et al. 2002). Once so many
 * points have a front, the others have the next number together.
 */
export function nonDominatedRanks(points: readonly (readonly number[])[], atLeast = points.length): readonly number[] {
  const ranks = points.map(() => -1);
  // in this order nothing is dominated by what comes after it
  let left = Array.from(points.keys()).sort((a, b) => byCoordinates(points[a]!, points[b]!));
  let ranked = 0;
  for (let rank = 0; left.length > 0; rank++) {
    const front: number[] = [];
    for (const i of left)
      if (ranked >= atLeast || !front.some(other => dominates(points[other]!, points[i]!))) front.push(i);
    for (const i of front) ranks[i] = rank;
    ranked += front.length;
    left = left.filter(i => ranks[i] === -1);
  }
  return ranks;
}

function byCoordinates(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - (b[i] ?? 0);
  return 0;
}

/** Indices of the points that none dominates. */
export const paretoFront = (points: readonly (readonly number[])[]): readonly number[] =>
  nonDominatedRanks(points, 1).flatMap((rank, i) => (rank === 0 ? [i] : []));

/**
 * The volume that some points dominate, up to a reference point: in two dimensions a sweep, in more by slices of the
 * last one (Fonseca et al. 2006 in its simplest form). Points that do not dominate the reference count for nothing.
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = points.filter(point => point.every((value, i) => value < reference[i]!));
  if (inside.length === 0) return 0;
  if (reference.length === 1) return reference[0]! - Math.min(...inside.map(([value = 0]) => value));
  if (reference.length === 2) return area(inside, reference);
  const last = reference.length - 1;
  const sorted = inside.toSorted((a, b) => a[last]! - b[last]!);
  const rest = reference.slice(0, last);
  let volume = 0;
  for (const [i, point] of sorted.entries()) {
    const height = (sorted[i + 1]?.[last] ?? reference[last]!) - point[last]!;
    if (height > 0) volume += height * hypervolume(frontOf(sorted.slice(0, i + 1), last), rest);
  }
  return volume;
}

function area(points: readonly (readonly number[])[], reference: readonly number[]): number {
  let [sum, ceiling] = [0, reference[1]!];
  for (const [x = 0, y = 0] of points.toSorted(byCoordinates)) {
    if (y >= ceiling) continue;
    sum += (reference[0]! - x) * (ceiling - y);
    ceiling = y;
  }
  return sum;
}

function frontOf(points: readonly (readonly number[])[], dimensions: number): readonly (readonly number[])[] {
  const shorter = points.map(point => point.slice(0, dimensions));
  return paretoFront(shorter).map(i => shorter[i]!);
}

/** A point that is worse than all, by a tenth of each objective's size, so that the outermost points count too. */
export const referencePoint = (points: readonly (readonly number[])[]): readonly number[] =>
  (points[0] ?? []).map((_, i) => {
    const worst = Math.max(...points.map(point => point[i]!));
    return worst === 0 ? 1e-12 : worst + 0.1 * Math.abs(worst);
  });

/** What the volume would lose without each point. */
export function contributions(points: readonly (readonly number[])[], reference: readonly number[]): readonly number[] {
  const whole = hypervolume(points, reference);
  return points.map((_, i) => Math.max(0, whole - hypervolume(points.toSpliced(i, 1), reference)));
}

/**
 * Indices of `count` points that together dominate much: one after the other the one that adds most. What a point
 * adds can only become less, so most need not be looked at again (lazy greedy).
 */
export function spreadSubset(points: readonly (readonly number[])[], count: number): readonly number[] {
  const reference = referencePoint(points);
  const volumeOf = (indices: readonly number[]): number =>
    hypervolume(
      indices.map(i => points[i]!),
      reference,
    );
  const chosen: number[] = [];
  let volume = 0;
  const left = points.map((_, index) => ({ index, adds: volumeOf([index]), seen: 0 }));
  while (chosen.length < count && left.length > 0) {
    left.sort((a, b) => b.adds - a.adds);
    const first = left[0]!;
    if (first.seen === chosen.length) {
      chosen.push(first.index);
      volume += first.adds;
      left.shift();
    } else {
      first.adds = volumeOf([...chosen, first.index]) - volume;
      first.seen = chosen.length;
    }
  }
  return chosen;
}

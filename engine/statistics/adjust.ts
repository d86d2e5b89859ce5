/** p values that keep the chance of any false finding among all at their level (Holm 1979), in the order given. */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length).fill(1);
  let most = 0;
  rising(p).forEach((at, rank) => {
    most = Math.max(most, Math.min(1, p[at]! * (p.length - rank)));
    adjusted[at] = most;
  });
  return adjusted;
}

/**
 * p values that keep the share of false findings at their level (Benjamini & Hochberg 1995), in the order given.
 * @param tests of how many tests these are the ones with the smallest p
 */
export function benjaminiHochberg(p: readonly number[], tests = p.length): number[] {
  const adjusted = new Array<number>(p.length).fill(1);
  const order = rising(p);
  let least = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    least = Math.min(least, (p[order[rank]!]! * tests) / (rank + 1));
    adjusted[order[rank]!] = least;
  }
  return adjusted;
}

const rising = (p: readonly number[]): number[] => [...p.keys()].sort((a, b) => p[a]! - p[b]!);

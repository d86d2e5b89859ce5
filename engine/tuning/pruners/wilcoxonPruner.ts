import type { Course, Pruner } from './pruner';

/** Folds that both have before anything is said. */
const startup = 2;
const threshold = 0.1;

/**
 * Prunes a trial that a signed-rank test, fold by fold, finds worse than the best complete one with p < 0.1: what is
 * hard about a fold is hard for both. Optuna's defaults. Three folds cannot be told apart: with four, p is at least 1/16.
 */
export class WilcoxonPruner implements Pruner {
  shouldPrune(trial: Course, others: readonly Course[]): boolean {
    const best = bestOf(others.filter(({ isComplete }) => isComplete));
    if (best === undefined) return false;
    const pairs = trial.folds.flatMap(({ step, loss }) => {
      const other = best.folds.find(fold => fold.step === step);
      return other ? [loss - other.loss] : [];
    });
    if (pairs.length < startup) return false;
    if (pairs.some(Number.isNaN)) return true;
    return signedRankGreater(pairs) < threshold && mean(trial) > mean(best);
  }
}

function bestOf(trials: readonly Course[]): Course | undefined {
  let best: Course | undefined;
  for (const trial of trials) if (best === undefined || mean(trial) < mean(best)) best = trial;
  return best;
}

const mean = ({ means }: Course): number => means.at(-1)?.loss ?? Infinity;

/**
 * P of a signed-rank sum at least as great, if a difference were as likely below zero as above (Wilcoxon 1945). Exact
 * for ties as well: equal differences share their ranks, zeros keep theirs but have no sign, and all signs of the rest
 * are counted.
 */
export function signedRankGreater(differences: readonly number[]): number {
  const ranks = doubledRanks(differences.map(Math.abs));
  let observed = 0;
  const free: number[] = [];
  for (const [i, difference] of differences.entries()) {
    const rank = ranks[i]!;
    if (difference !== 0) free.push(rank);
    if (difference > 0) observed += rank;
  }
  const total = free.reduce((sum, rank) => sum + rank, 0);
  const shares = new Float64Array(total + 1);
  shares[0] = 1;
  for (const rank of free)
    for (let sum = total; sum >= 0; sum--) shares[sum] = (shares[sum]! + (sum >= rank ? shares[sum - rank]! : 0)) / 2;
  let p = 0;
  for (let sum = observed; sum <= total; sum++) p += shares[sum]!;
  return p;
}

/** Twice the rank of each value, equal ones sharing theirs: whole numbers. */
function doubledRanks(values: readonly number[]): readonly number[] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = values.map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let i = from; i <= to; i++) ranks[order[i]!] = from + to + 2;
    from = to + 1;
  }
  return ranks;
}

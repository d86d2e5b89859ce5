import type { Course, Pruner } from './pruner';

export interface Rungs {
  /** Of the trials that reach a rung one in so many goes on. */
  readonly reduction: number;
  /** The first rung is after `reduction` to the power of this many folds. */
  readonly first: number;
}

/**
 * Asynchronous successive halving (Li et al. 2018), as Optuna decides it: at each rung (after 1, η, η², ... folds) a
 * trial goes on when it is among the best 1/η of all that have come there so far, or the best while they are fewer.
 */
export class AshaPruner implements Pruner {
  constructor(private readonly rungs: Rungs = { reduction: 4, first: 0 }) {}

  shouldPrune(trial: Course, others: readonly Course[]): boolean {
    const { reduction, first } = this.rungs;
    const reached = trial.means.at(-1)?.step ?? 0;
    for (let rung = reduction ** first; rung <= reached; rung *= reduction) {
      const own = at(trial, rung);
      if (own === undefined) continue;
      const all = [own, ...others.flatMap(other => at(other, rung) ?? [])].sort((a, b) => a - b);
      const last = Math.max(1, Math.floor(all.length / reduction)) - 1;
      if (Number.isNaN(own) || own > all[last]!) return true;
    }
    return false;
  }
}

/** The loss with which a trial came to a rung. */
const at = ({ means }: Course, rung: number): number | undefined => means.find(({ step }) => step >= rung)?.loss;

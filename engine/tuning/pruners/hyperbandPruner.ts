import { trialRandom } from '../samplers/sampler';
import { AshaPruner } from './ashaPruner';
import type { Course, Pruner } from './pruner';

const reduction = 3;

/**
 * Hyperband (Li et al. 2017) of asynchronous halvings that begin after 1, η, η², ... folds, so that a trial which
 * begins badly has its chance; a trial belongs to one of them by its number and the seed, in Hyperband's shares.
 */
export class HyperbandPruner implements Pruner {
  private readonly brackets: readonly AshaPruner[];
  private readonly shares: readonly number[];

  /** @param folds how many steps a complete trial has */
  constructor(
    folds: number,
    private readonly seed: number,
  ) {
    const count = Math.floor(Math.log(folds) / Math.log(reduction) + 1e-9) + 1;
    this.brackets = Array.from({ length: count }, (_, first) => new AshaPruner({ reduction, first }));
    this.shares = this.brackets.map((_, first) => {
      const level = count - 1 - first;
      return Math.ceil((count * reduction ** level) / (level + 1));
    });
  }

  /** Of the halving that the trial belongs to, from 0. */
  bracket(number: number): number {
    const total = this.shares.reduce((sum, share) => sum + share, 0);
    let at = trialRandom(this.seed, number, 2).below(total);
    for (const [bracket, share] of this.shares.entries()) {
      if (at < share) return bracket;
      at -= share;
    }
    return 0;
  }

  shouldPrune(trial: Course, others: readonly Course[]): boolean {
    const bracket = this.bracket(trial.number);
    const peers = others.filter(({ number }) => this.bracket(number) === bracket);
    return this.brackets[bracket]?.shouldPrune(trial, peers) ?? false;
  }
}

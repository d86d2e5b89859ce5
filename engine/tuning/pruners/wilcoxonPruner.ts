import { wilcoxon } from '../../statistics/wilcoxon';
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
    const { p, effect } = wilcoxon(pairs);
    // two-sided: half of it is on the side of losses that are greater
    return effect > 0 && p / 2 < threshold && mean(trial) > mean(best);
  }
}

function bestOf(trials: readonly Course[]): Course | undefined {
  let best: Course | undefined;
  for (const trial of trials) if (best === undefined || mean(trial) < mean(best)) best = trial;
  return best;
}

const mean = ({ means }: Course): number => means.at(-1)?.loss ?? Infinity;

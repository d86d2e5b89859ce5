import type { Course, Pruner } from './pruner';

/** Complete trials before the first that is pruned, as Optuna's default. */
const startup = 5;

/** Prunes a trial that is worse than the median of the complete trials after as many folds. */
export class MedianPruner implements Pruner {
  shouldPrune({ means }: Course, others: readonly Course[]): boolean {
    const now = means.at(-1);
    const complete = others.filter(({ isComplete }) => isComplete);
    if (now === undefined || complete.length < startup) return false;
    const peers = complete.flatMap(other => other.means.find(({ step }) => step === now.step)?.loss ?? []);
    if (peers.length === 0) return false;
    return Number.isNaN(now.loss) || now.loss > median(peers);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

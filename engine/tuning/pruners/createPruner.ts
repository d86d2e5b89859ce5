import type { Objective, PrunerName, Trial } from '../../protocol/tuning';
import { runningMeans, signed } from '../past';
import { AshaPruner } from './ashaPruner';
import { HyperbandPruner } from './hyperbandPruner';
import { MedianPruner } from './medianPruner';
import { noPruner, type Course, type Pruner } from './pruner';
import { WilcoxonPruner } from './wilcoxonPruner';

/** @param study `steps`: folds of a complete trial */
export function createPruner(name: PrunerName, study: { readonly steps: number; readonly seed: number }): Pruner {
  switch (name) {
    case 'none':
      return noPruner;
    case 'median':
      return new MedianPruner();
    case 'asha':
      return new AshaPruner();
    case 'hyperband':
      return new HyperbandPruner(study.steps, study.seed);
    case 'wilcoxon':
      return new WilcoxonPruner();
  }
}

/** How a trial went, as pruners see it. */
export function courseOf({ number, state, reports }: Trial, objective: Objective | undefined): Course {
  const points = (values: Trial['reports']): Course['folds'] =>
    values.map(({ step, value }) => ({ step, loss: signed(value, objective) }));
  return { number, isComplete: state === 'complete', folds: points(reports), means: points(runningMeans(reports)) };
}

import type { PrunerName, Reported, Trial } from '../../protocol/tuning';
import { knownAfter, signed } from '../past';
import { AshaPruner } from './ashaPruner';
import { HyperbandPruner } from './hyperbandPruner';
import { MedianPruner } from './medianPruner';
import { noPruner, type Course, type Pruner } from './pruner';
import { WilcoxonPruner } from './wilcoxonPruner';

/** Iterations before the first that is looked at: earlier ones tell of the learning rate, not of what comes of it. */
export const warmUp = 10;
/** Iterations that halvings reckon with. */
const iterations = 500;
/** The first rung of halvings of iterations, as a power: after 16. */
const firstRung = 2;

/** @param study `steps`: folds of a complete trial */
export function createPruner(
  name: PrunerName,
  study: { readonly steps: number; readonly seed: number; readonly reported: Reported },
): Pruner {
  const isByFold = study.reported.per === 'fold';
  switch (name) {
    case 'none':
      return noPruner;
    case 'median':
      return new MedianPruner();
    case 'asha':
      return new AshaPruner({ reduction: 4, first: isByFold ? 0 : firstRung });
    case 'hyperband':
      return new HyperbandPruner(isByFold ? study.steps : iterations, study.seed);
    case 'wilcoxon':
      return new WilcoxonPruner();
  }
}

/** How a trial went, as pruners see it. */
export function courseOf({ number, state, reports }: Trial, reported: Reported): Course {
  const points = (values: Trial['reports']): Course['folds'] =>
    values.map(({ step, value }) => ({ step, loss: signed(value, reported) }));
  return {
    number,
    isComplete: state === 'complete',
    folds: points(reports),
    means: points(knownAfter(reports, reported)),
  };
}

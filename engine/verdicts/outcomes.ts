import type { Outcome } from '../protocol/verdicts';

/** From the best to the worst. */
const order: readonly Outcome[] = ['passed', 'waived', 'warned', 'unknown', 'failed'];

/** Whether one is worse than another. */
export const worse = (one: Outcome, other: Outcome): boolean => order.indexOf(one) > order.indexOf(other);

/** The worst of all; of none `passed`. */
export const worst = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce((bad, one) => (worse(one, bad) ? one : bad), 'passed');

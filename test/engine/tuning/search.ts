import type { PastTrial } from '../../../engine/tuning/past';
import type { Sampler } from '../../../engine/tuning/samplers/sampler';
import type { TestFunction } from './functions';

/** The trials of a search, one after the other. */
export function search(sampler: Sampler, { value }: Pick<TestFunction, 'value'>, trials: number): readonly PastTrial[] {
  const past: PastTrial[] = [];
  for (let number = 0; number < trials; number++) {
    const suggestion = sampler.suggest({ number, past, fixed: {} });
    if (suggestion === undefined) break;
    past.push({ number, state: 'complete', violation: 0, losses: [value(suggestion.params)], ...suggestion });
  }
  return past;
}

export const best = (past: readonly PastTrial[]): number => Math.min(...past.map(({ losses }) => losses[0]!));

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
};

/** P of at least so many wins of n, if both were as good: a one-sided sign test. */
export function signTest(wins: number, n: number): number {
  let [term, sum] = [0.5 ** n, 0];
  for (let k = 0; k <= n; k++) {
    if (k >= wins) sum += term;
    term *= (n - k) / (k + 1);
  }
  return sum;
}

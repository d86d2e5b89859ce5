import type { Parameter, Params } from '../../../engine/protocol/tuning';
import type { PastTrial } from '../../../engine/tuning/past';
import { hypervolume } from '../../../engine/tuning/pareto';
import type { Sampler } from '../../../engine/tuning/samplers/sampler';
import { SearchSpace } from '../../../engine/tuning/space';
import { float } from './functions';

const only = (kind: string) => [{ parameter: 'kind', values: [kind] }];
const parameters: readonly Parameter[] = [
  { kind: 'choice', name: 'kind', choices: ['quick', 'good', 'neither'], when: [] },
  float('size', 0, 1),
  { ...float('quick.rate', 1e-3, 1), log: true, when: only('quick') },
  { ...float('quick.share', 0, 1), when: only('quick') },
  { ...float('good.rate', 1e-3, 1), log: true, when: only('good') },
  { ...float('good.share', 0, 1), when: only('good') },
  { ...float('neither.rate', 1e-3, 1), log: true, when: only('neither') },
];

/**
 * A search as studies have it: learners with options of their own, loss and time to be made small together, and a bound on
 * memory. The front is half of one learner and half of another, with rates near 0.03 and shares near 0.7.
 */
export const mixedSpace = new SearchSpace(parameters);

function measured(params: Params): { readonly losses: readonly number[]; readonly violation: number } {
  const kind = String(params['kind']);
  const size = Number(params['size']);
  const off = Math.abs(Math.log10(Number(params[`${kind}.rate`]) / 0.03)) / 2;
  const share = Math.abs(Number(params[`${kind}.share`] ?? 0) - 0.7);
  const base = { quick: [0.35, 0.1], good: [0.1, 0.4], neither: [0.6, 0.6] }[kind] ?? [1, 1];
  return {
    losses: [base[0]! + 0.3 * (1 - size) ** 2 + off + share, base[1]! + 0.5 * size + 0.2 * share],
    violation: Math.max(0, size + share - 0.8),
  };
}

/** Of Optuna 5.0's TPE (multivariate, groups, constraints) after 80 trials: the lower quartile of 12 seeds; its median is 0.786. */
export const optunaVolume = 0.735;

/** The volume of losses, up to 1.2 in both, that the allowed ones of so many trials dominate. */
export function mixedVolume(sampler: Sampler, trials: number): number {
  const past: PastTrial[] = [];
  for (let number = 0; number < trials; number++) {
    const { params } = sampler.suggest({ number, past, fixed: {} }) ?? { params: {} };
    past.push({ number, state: 'complete', params, ...measured(params) });
  }
  const allowed = past.filter(({ violation }) => violation === 0).map(({ losses }) => losses);
  return hypervolume(allowed, [1.2, 1.2]);
}

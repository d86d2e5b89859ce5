import { axisOf, fromShare, toShare, type Axis, type NumericParameter } from '../axis';
import type { PastTrial } from '../past';
import { isActive, type SearchSpace } from '../space';
import { CmaEs, type Scored } from './cmaEs';
import type { Ask, Sampler, Suggestion } from './sampler';
import { trialRandom } from './sampler';
import { TpeSampler } from './tpeSampler';

/**
 * CMA-ES over the numbers that exist in every trial; choices, and what is searched under conditions, are drawn by TPE.
 * A trial remembers the generation it was drawn from; the state is made again from the trials, generation by
 * generation, so that a study goes on after a crash. Of a generation the first complete trials count, by number.
 * One that broke constraints counts as worse than all that did not.
 */
export class CmaEsSampler implements Sampler {
  private readonly lines: readonly { readonly name: string; readonly axis: Axis }[];
  private readonly others: TpeSampler;
  private state: CmaEs;
  /** Numbers of the trials that the state has learnt from. */
  private learnt: readonly number[] = [];

  constructor(
    space: SearchSpace,
    private readonly seed: number,
  ) {
    const always = space.groups.filter(group => isActive(group, {})).flatMap(({ parameters }) => parameters);
    const numbers = always.filter((one): one is NumericParameter => one.kind !== 'choice' && one.low < one.high);
    this.lines = numbers.map(parameter => ({ name: parameter.name, axis: axisOf(parameter) }));
    this.state = new CmaEs(Math.max(1, numbers.length));
    this.others = new TpeSampler(space, seed);
  }

  suggest(ask: Ask): Suggestion {
    // in one dimension there is no covariance to adapt
    if (this.lines.length < 2) return this.others.suggest(ask);
    const state = this.after(ask.past);
    const point = state.draw(trialRandom(this.seed, ask.number, 1));
    const drawn = Object.fromEntries(this.lines.map(({ name, axis }, i) => [name, fromShare(axis, point[i]!)]));
    const { params } = this.others.suggest({ ...ask, fixed: { ...drawn, ...ask.fixed } });
    return { params, generation: state.generation };
  }

  private after(past: readonly PastTrial[]): CmaEs {
    const generations = wholeGenerations(past, this.state.population);
    const numbers = generations.flat().map(({ number }) => number);
    if (!this.learnt.every((number, i) => number === numbers[i])) this.state = new CmaEs(this.lines.length);
    for (const trials of generations.slice(this.state.generation))
      this.state.update(trials.map(trial => this.scored(trial)));
    this.learnt = numbers;
    return this.state;
  }

  private scored({ params, losses, violation }: PastTrial): Scored {
    const point = this.lines.map(({ name, axis }) => toShare(axis, Number(params[name])));
    return { point, loss: violation > 0 ? Number.MAX_VALUE * (1 - 1 / (1 + violation)) : losses[0]! };
  }
}

function wholeGenerations(past: readonly PastTrial[], population: number): readonly (readonly PastTrial[])[] {
  const found: (readonly PastTrial[])[] = [];
  for (;;) {
    const own = past.filter(({ generation, state }) => generation === found.length && state === 'complete');
    if (own.length < population) return found;
    found.push(own.slice(0, population));
  }
}

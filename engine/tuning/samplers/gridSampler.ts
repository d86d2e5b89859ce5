import { ModelyardError } from '../../errors';
import type { Parameter, Params, ParamValue } from '../../protocol/tuning';
import { gridValues } from '../axis';
import { isActive, type SearchSpace } from '../space';
import { paramsKey } from '../values';
import type { Ask, Sampler, Suggestion } from './sampler';
import { trialRandom } from './sampler';

/** Places on the axis of a parameter that has more. */
const places = 5;
const most = 100_000;

/**
 * All combinations, in an order that the seed gives so that a grid which is not finished has seen a bit of everything.
 * A number without steps, or with many, stands at five places.
 * @throws ModelyardError `config.invalid` when there are more than 100,000 combinations
 */
export class GridSampler implements Sampler {
  private readonly combinations: readonly Params[];

  constructor(
    private readonly space: SearchSpace,
    seed: number,
  ) {
    const all = combinationsOf(space);
    trialRandom(seed, 0).shuffle(all);
    this.combinations = all;
  }

  get size(): number {
    return this.combinations.length;
  }

  /** The first combination that nothing has tried and that has the fixed values. */
  suggest({ past, fixed }: Ask): Suggestion | undefined {
    const given = Object.entries(fixed);
    if (given.length > 0 && this.space.holds(fixed)) return { params: fixed };
    const tried = new Set(past.map(({ params }) => paramsKey(params)));
    for (const one of this.combinations) {
      const params = given.length === 0 ? one : this.space.fill(fixed, () => one);
      if (!tried.has(paramsKey(params)) && this.space.holds(params)) return { params };
    }
    return undefined;
  }
}

function combinationsOf(space: SearchSpace): Params[] {
  let all: Params[] = [{}];
  for (const group of space.groups)
    for (const parameter of group.parameters) {
      const values = valuesOf(parameter);
      const active = all.filter(one => isActive(group, one)).length;
      if (all.length + active * (values.length - 1) > most)
        throw new ModelyardError('config.invalid', `The grid of the search space has more than ${most} combinations.`, {
          fix: 'Search fewer parameters, in greater steps, or take another sampler.',
        });
      all = all.flatMap(one =>
        isActive(group, one) ? values.map(value => ({ ...one, [parameter.name]: value })) : [one],
      );
    }
  return all;
}

const valuesOf = (parameter: Parameter): readonly ParamValue[] =>
  parameter.kind === 'choice' ? parameter.choices : gridValues(parameter, places);

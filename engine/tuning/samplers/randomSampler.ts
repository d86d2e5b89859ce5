import type { Parameter, Params, ParamValue } from '../../protocol/tuning';
import type { Random } from '../../random';
import { axisOf, fromShare } from '../axis';
import type { SearchSpace } from '../space';
import type { Ask, Sampler, Suggestion } from './sampler';
import { trialRandom } from './sampler';

/** Each parameter by itself, evenly over its axis. */
export class RandomSampler implements Sampler {
  constructor(
    private readonly space: SearchSpace,
    private readonly seed: number,
  ) {}

  suggest({ number, fixed }: Ask): Suggestion {
    const random = trialRandom(this.seed, number);
    return { params: this.space.fill(fixed, ({ parameters }) => drawEvenly(parameters, random)) };
  }
}

export const drawEvenly = (parameters: readonly Parameter[], random: Random): Params =>
  Object.fromEntries(parameters.map(parameter => [parameter.name, atShare(parameter, random.uniform())]));

/** The value at a share in [0, 1) of all that the parameter may be. */
export function atShare(parameter: Parameter, share: number): ParamValue {
  if (parameter.kind !== 'choice') return fromShare(axisOf(parameter), share);
  const { choices } = parameter;
  return choices[Math.min(choices.length - 1, Math.floor(share * choices.length))]!;
}

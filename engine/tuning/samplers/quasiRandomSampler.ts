import type { Random } from '../../random';
import type { SearchSpace } from '../space';
import { atShare } from './randomSampler';
import type { Ask, Sampler, Suggestion } from './sampler';
import { trialRandom } from './sampler';

/**
 * Points that fill the space more evenly than random ones: Halton's sequence, each digit of each parameter permuted
 * at random (Owen 2017, "A randomized Halton algorithm in R"). It needs no table, so it has as many dimensions as
 * there are parameters; one that does not exist in a trial leaves its dimension unused.
 */
export class QuasiRandomSampler implements Sampler {
  private readonly lines: ReadonlyMap<string, RandomisedRadix>;

  constructor(
    private readonly space: SearchSpace,
    seed: number,
  ) {
    const bases = primes(space.parameters.length);
    this.lines = new Map(
      space.parameters.map(({ name }, i) => [name, new RandomisedRadix(bases[i]!, trialRandom(seed, i))]),
    );
  }

  suggest({ number, fixed }: Ask): Suggestion {
    const params = this.space.fill(fixed, ({ parameters }) =>
      Object.fromEntries(
        parameters.map(parameter => [
          parameter.name,
          atShare(parameter, this.lines.get(parameter.name)?.at(number) ?? 0),
        ]),
      ),
    );
    return { params };
  }
}

/** Van der Corput's sequence in a base, each digit permuted. */
class RandomisedRadix {
  private readonly digits: readonly Int32Array[];

  constructor(
    private readonly base: number,
    random: Random,
  ) {
    // as many digits as a double can tell apart
    const count = Math.ceil(53 / Math.log2(base));
    this.digits = Array.from({ length: count }, () => random.permutation(base));
  }

  /** In [0, 1). */
  at(index: number): number {
    let [rest, scale, sum] = [index, 1, 0];
    for (const permutation of this.digits) {
      scale /= this.base;
      sum += permutation[rest % this.base]! * scale;
      rest = Math.floor(rest / this.base);
    }
    return Math.min(sum, 1 - Number.EPSILON);
  }
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every(prime => n % prime !== 0)) found.push(n);
  return found;
}

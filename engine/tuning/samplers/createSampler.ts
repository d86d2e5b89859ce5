import type { SamplerName } from '../../protocol/tuning';
import type { SearchSpace } from '../space';
import { CmaEsSampler } from './cmaEsSampler';
import { GridSampler } from './gridSampler';
import { QuasiRandomSampler } from './quasiRandomSampler';
import { RandomSampler } from './randomSampler';
import type { Sampler } from './sampler';
import { TpeSampler } from './tpeSampler';

/** @throws ModelyardError `config.invalid` for a grid that is too large */
export function createSampler(name: SamplerName, space: SearchSpace, seed: number): Sampler {
  switch (name) {
    case 'random':
      return new RandomSampler(space, seed);
    case 'grid':
      return new GridSampler(space, seed);
    case 'quasi-random':
      return new QuasiRandomSampler(space, seed);
    case 'tpe':
      return new TpeSampler(space, seed);
    case 'cma-es':
      return new CmaEsSampler(space, seed);
  }
}

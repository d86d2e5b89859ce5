import { ModelyardError } from '../../errors';
import type { TrainOptions, TunedOptions } from '../../protocol/steps/learners';
import type { PipelinePorts } from '../ports';
import type { StepWork } from './stepWork';

/**
 * What a step trains: as it says itself, or what was found by tuning.
 * @throws ModelyardError `config.invalid` when no step before has tuned anything
 */
export async function trainOptions(
  work: Pick<StepWork, 'name' | 'inputs'> & { readonly ports: Pick<PipelinePorts, 'tuned'> },
  options: TrainOptions | TunedOptions,
): Promise<TrainOptions> {
  if (options.learner !== 'tuned') return options;
  const tuning = work.inputs.find(({ kind }) => kind === 'tuning');
  if (tuning) return work.ports.tuned(tuning.path, options);
  throw new ModelyardError(
    'config.invalid',
    `Step ${work.name} needs what a tune step makes, and none comes before it.`,
    {
      fix: `Add a step with \`uses: tune\` and name it under \`needs\` of ${work.name}, or say \`learner:\`.`,
    },
  );
}

import { ModelyardError } from '../../errors';
import type { CommandStep } from '../../protocol/workspaceConfig';

/**
 * The secrets of a command, by the variables that it sees.
 * @throws ModelyardError `step.failed` when the engine's environment lacks one
 */
export function secretValues({ secrets = {} }: Pick<CommandStep, 'secrets'>): Readonly<Record<string, string>> {
  const found = Object.entries(secrets).map(([name, source]): [string, string] => {
    const value = process.env[source];
    if (value !== undefined && value !== '') return [name, value];
    throw new ModelyardError(
      'step.failed',
      `The environment variable ${source} is not set, from which ${name} is taken.`,
      {
        place: { file: 'modelyard.yaml', key: `env.${name}` },
        fix: 'Set it where the engine is started (`modelyard stop` ends the one that runs), then run the step again.',
      },
    );
  });
  return Object.fromEntries(found);
}

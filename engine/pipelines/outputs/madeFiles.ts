import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { StoredOutput } from './outputs';

type Config = Pick<WorkspaceConfig, 'datasets'>;

/** The files and folders of the workspace that a step makes, relative to it. */
export function filesMade(step: StepConfig, { datasets }: Config): readonly string[] {
  if (step.uses === 'run') return step.outs.map(out => out.replace(/\/$/, ''));
  const made = step.uses === 'features' ? datasets[step.with.as] : undefined;
  return made === undefined ? [] : [made.path];
}

/** Where in the workspace an output of a step stands; undefined: only among what is kept. */
export function workspacePath(
  step: StepConfig,
  output: Pick<StoredOutput, 'kind' | 'path'>,
  config: Config,
): string | undefined {
  if (step.uses === 'run') return output.path;
  return output.kind === 'training-set' ? filesMade(step, config)[0] : undefined;
}

import type { DeployedModelConfig, InfrastructureConfig } from '../../protocol/infrastructure';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';

/** A model as it is served on a cluster: what all its files are written from. */
export interface DeployedModel extends Omit<DeployedModelConfig, 'stage' | 'secret'> {
  readonly model: string;
  /** As clusters allow it. */
  readonly name: string;
  readonly stage: string;
  readonly secret: string;
}

export const containerPort = 8080;
/** Of the user in the image; not that of anybody on the machine. */
export const containerUser = 10001;
/** Where the image has the model. */
export const modelFolder = '/model';

/** The models of `infrastructure:` with what follows where it says nothing. */
export function deployedModels(
  config: WorkspaceConfig,
  infrastructure: InfrastructureConfig,
): readonly DeployedModel[] {
  return Object.entries(infrastructure.models).map(([model, { stage, secret, ...rest }]) => {
    const name = model.toLowerCase().replaceAll('_', '-').replace(/-+$/, '').slice(0, 50);
    return {
      ...rest,
      model,
      name,
      stage: stage ?? config.models[model]?.stages.at(-1) ?? 'production',
      secret: secret ?? `${name}-token`,
    };
  });
}

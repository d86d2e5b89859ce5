import { version } from '../../../package.json';
import type { ConfigService } from '../../config/service';
import { InfrastructureService } from '../../infrastructure/service';
import type { Emit } from '../engine';

export interface InfrastructureParts {
  readonly workspace: string;
  /** Relative to it, with `/`. */
  readonly configFile: string;
  readonly emit: Emit;
}

/** The room that generates files for other systems. */
export const openInfrastructure = (
  config: ConfigService,
  { workspace, configFile, emit }: InfrastructureParts,
): InfrastructureService =>
  new InfrastructureService({
    ...{ workspace, configFile, version },
    config: async text => (await config.load(text === undefined ? undefined : { pipeline: '', text })).config,
    changed: () => emit('ci/changed', {}),
    deployed: () => emit('infra/changed', {}),
  });

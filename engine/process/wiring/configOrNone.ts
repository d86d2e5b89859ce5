import type { ConfigService } from '../../config/service';
import { ModelyardError } from '../../errors';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';

export const noConfig: WorkspaceConfig = {
  name: '',
  datasets: {},
  pipelines: {},
  models: {},
  tracking: { system_metrics: true },
};

/** What a folder without a modelyard.yaml says: nothing. @throws ModelyardError `config.invalid` */
export async function configOrNone(config: ConfigService): Promise<WorkspaceConfig> {
  try {
    return (await config.load()).config;
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'config.missing') return noConfig;
    throw error;
  }
}

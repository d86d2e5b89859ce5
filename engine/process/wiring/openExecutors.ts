import { version } from '../../../package.json';
import type { ConfigService } from '../../config/service';
import { ExecutorService } from '../../executors/service';
import { ancestors, topologicalOrder } from '../../pipelines/graph';

/** The room that has pipelines run elsewhere. */
export const openExecutors = (config: ConfigService, configFile: string): ExecutorService =>
  new ExecutorService({
    config: async () => (await config.load()).config,
    graph: { order: topologicalOrder, ancestors },
    version,
    configFile,
  });

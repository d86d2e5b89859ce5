import { version } from '../../../package.json';
import type { ConfigService } from '../../config/service';
import { ExecutorService } from '../../executors/service';
import { ancestors, surelyMade, topologicalOrder } from '../../pipelines/graph/graph';
import { git } from '../../tracking/git';

export interface ExecutorParts {
  readonly config: ConfigService;
  /** Relative to the workspace, with `/`. */
  readonly configFile: string;
  readonly workspace: string;
}

/** Of a list of files. */
const mostOutput = 64 << 20;
const gitPatience = 60_000;

/** The room that has pipelines run elsewhere. */
export const openExecutors = ({ config, configFile, workspace }: ExecutorParts): ExecutorService =>
  new ExecutorService({
    config: () => config.load(),
    graph: { order: topologicalOrder, ancestors, sure: surelyMade },
    version,
    configFile,
    ray: {
      workspace,
      git: async (folder, args, signal) =>
        (await git({ folder, args, maxBytes: mostOutput, timeoutMs: gitPatience }, signal)).text,
    },
  });

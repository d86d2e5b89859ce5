import { randomBytes } from 'node:crypto';
import type { RayConfig, RemoteCommand } from '../protocol/executors';
import type { HttpEndpoint } from '../protocol/methods';
import type { CommandStep } from '../protocol/workspaceConfig';
import type { MlflowAccess } from './mlflowVariables';
import type { LoadedConfig } from './ports';

/** Of the step's work what another machine is told. */
interface Work {
  readonly name: string;
  readonly context: { readonly pipeline: string; readonly pipelineRunId: string };
  readonly loaded: LoadedConfig;
  readonly workDir: string;
  readonly log: { write(text: string): void };
  readonly onProgress: (message: string) => void;
}

/** A command as an executor elsewhere is given it. */
export function remoteCommand(
  work: Work,
  {
    step,
    ray,
    access,
  }: { readonly step: CommandStep; readonly ray: RayConfig; readonly access: MlflowAccess | undefined },
): RemoteCommand {
  const { context, loaded, log, onProgress, name } = work;
  return {
    ray,
    step: name,
    // a further attempt is another job
    jobId: `modelyard_${context.pipelineRunId}_${name}_${randomBytes(3).toString('hex')}`,
    command: step.run,
    env: step.env,
    secrets: step.secrets ?? {},
    outs: step.outs,
    include: neededFiles(work, step),
    ...(access !== undefined && reaches(ray, access) && { tracking: access }),
    experiment: loaded.config.name,
    workDir: work.workDir,
    log: text => log.write(text),
    onOutput: line => onProgress(line),
  };
}

/** Data, and what the other commands have made: git ignores such files more often than not. */
function neededFiles({ loaded: { config }, context }: Work, own: CommandStep): readonly string[] {
  const steps = Object.values(config.pipelines[context.pipeline]?.steps ?? {});
  const made = steps.flatMap(step => (step.uses === 'run' ? step.outs : []));
  const files = [...Object.values(config.datasets).map(({ path }) => path), ...made];
  return files.filter(file => !own.outs.includes(file));
}

/** The engine listens on this machine only. */
const reaches = ({ address }: RayConfig, { url }: HttpEndpoint): boolean =>
  isLoopback(new URL(address).hostname) && isLoopback(new URL(url).hostname);

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

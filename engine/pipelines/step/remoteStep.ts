import { randomBytes } from 'node:crypto';
import type { KubernetesExecutor, RayConfig, RayExecutor, RemoteCommand } from '../../protocol/executors';
import type { HttpEndpoint } from '../../protocol/engine';
import type { CommandStep } from '../../protocol/workspaceConfig';
import type { MlflowAccess } from './mlflowVariables';
import type { LoadedConfig } from '../ports';

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
    executor,
    access,
  }: {
    readonly step: CommandStep;
    readonly executor: RayExecutor | KubernetesExecutor;
    readonly access: MlflowAccess | undefined;
  },
): RemoteCommand {
  const { context, loaded, log, onProgress, name } = work;
  return {
    ...executor,
    step: name,
    jobId: 'ray' in executor ? rayJobId(context.pipelineRunId, name) : kubernetesJobName(name),
    command: step.run,
    ...(step.timeout !== undefined && { timeout: step.timeout }),
    env: step.env,
    secrets: step.secrets ?? {},
    outs: step.outs,
    include: neededFiles(work, step),
    ...reachedEngine(executor, access),
    experiment: loaded.config.name,
    workDir: work.workDir,
    log: text => log.write(text),
    onOutput: line => onProgress(line),
  };
}

/** A further attempt is another job. A step with a matrix has blanks and brackets in its name. */
export const rayJobId = (run: string, step: string): string =>
  `modelyard_${run}_${step.replace(/[^\w-]+/g, '-').slice(0, 100)}_${randomBytes(3).toString('hex')}`;

/** At most 63 small letters, digits and `-`: a pod's name has more behind it. */
const kubernetesJobName = (step: string): string => {
  const plain = step.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 30).replace(/-+$/, ''); // prettier-ignore
  return `modelyard-${plain}-${randomBytes(6).toString('hex')}`;
};

/** Data, and what the other commands have made: git ignores such files more often than not. */
function neededFiles({ loaded: { config }, context }: Work, own: CommandStep): readonly string[] {
  const steps = Object.values(config.pipelines[context.pipeline]?.steps ?? {});
  const made = steps.flatMap(step => (step.uses === 'run' ? step.outs : []));
  const files = [...Object.values(config.datasets).map(({ path }) => path), ...made];
  return files.filter(file => !own.outs.includes(file));
}

/** The run of the step, for a cluster that reaches the engine. */
export const reachedEngine = (
  executor: RayExecutor | KubernetesExecutor,
  access: MlflowAccess | undefined,
): Pick<RemoteCommand, 'tracking'> =>
  'ray' in executor && access !== undefined && reaches(executor.ray, access) ? { tracking: access } : {};

/** The engine listens on this machine only. */
const reaches = ({ address }: RayConfig, { url }: HttpEndpoint): boolean =>
  isLoopback(new URL(address).hostname) && isLoopback(new URL(url).hostname);

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

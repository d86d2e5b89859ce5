import { ModelyardError } from '../errors';
import type {
  CompiledWorkflow,
  CompileRequest,
  CompileTarget,
  RemoteCommand,
  SubmitRequest,
  SubmittedWorkflow,
} from '../protocol/executors';
import type { TrialPool, TrialPoolRequest } from '../protocol/trials';
import type { TextRange } from '../protocol/config';
import type { PipelineConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import { argoWorkflow, compileArgo } from './compile/argo';
import { compileGithub } from './compile/github';
import { compileGitlab } from './compile/gitlab';
import { compileJenkins } from './compile/jenkins';
import { compileKubeflow } from './compile/kubeflow';
import { KubeClient } from './kubernetes/kubeClient';
import { Logins } from './kubernetes/logins';
import type { KubernetesOptions } from './kubernetes/runOnKubernetes';
import { runOnKubernetes } from './kubernetes/runOnKubernetes';
import { runWorkflow } from './kubernetes/workflow';
import type { Compiled, Graph, Plan } from './plan';
import { planOf } from './plan';
import type { LeftJob } from './leftJobs';
import { leftJobs, stopJobs } from './leftJobs';
import type { RayOptions } from './ray/runOnRay';
import { runOnRay } from './ray/runOnRay';
import { RayTrials } from './ray/trialPool';

export interface ExecutorServiceOptions {
  /** @throws ModelyardError `config.*` */
  readonly config: () => Promise<{
    readonly config: WorkspaceConfig;
    /** Where a dotted key stands. */
    readonly locate: (key: string) => TextRange | undefined;
  }>;
  readonly graph: Graph;
  /** Of Modelyard. */
  readonly version: string;
  /** Relative to the workspace, with `/`. */
  readonly configFile: string;
  readonly ray: RayOptions;
  readonly kubernetes?: Pick<KubernetesOptions, 'interval' | 'patience' | 'stuckPatience'>;
  /** ms between looks at a workflow (2 s), and that a silent cluster is waited for (60 s). */
  readonly argo?: { readonly interval: number; readonly patience: number };
}

const placeOf = (range: TextRange | undefined): { readonly line?: number; readonly column?: number } =>
  range === undefined ? {} : { line: range.startLine, column: range.startColumn };

const compilers: Readonly<Record<CompileTarget, (plan: Plan) => Compiled>> = {
  argo: compileArgo,
  kubeflow: compileKubeflow,
  github: compileGithub,
  gitlab: compileGitlab,
  jenkins: compileJenkins,
};

/** @throws ModelyardError `params.invalid` for a secret that would stand in the file, and a partition that is none */
function refuseUnfit({ repo, partition, pipeline }: CompileRequest, { partitions }: PipelineConfig): void {
  if (/:\/\/[^/]*:[^/]*@/.test(repo ?? ''))
    throw new ModelyardError(
      'params.invalid',
      'The address of the repository has a password in it, which would stand in the workflow.',
      {
        fix: 'Name it without one, and let the orchestrator know the password.',
      },
    );
  if (partition === undefined) return;
  if (partitions === undefined)
    throw new ModelyardError('params.invalid', `Pipeline ${pipeline} has no partitions, so there is no ${partition}.`);
  if ('names' in partitions && !partitions.names.includes(partition))
    throw new ModelyardError('params.invalid', `Pipeline ${pipeline} has no partition ${partition}.`, {
      fix: `It has ${partitions.names.slice(0, 20).join(', ')}.`,
    });
}

const usualConfig = 'modelyard.yaml';

/** Has pipelines run elsewhere. */
export class ExecutorService {
  private readonly logins = new Logins();
  /** Whether somebody has come who trusts the workspace. */
  isTrusted = false;
  private left: readonly LeftJob[] = [];

  constructor(private readonly options: ExecutorServiceOptions) {}

  /**
   * A pipeline as the workflow of an orchestrator: one task a step, which runs it with the same command line.
   * @throws ModelyardError `config.*`, `not-found`
   */
  async compile(request: CompileRequest): Promise<CompiledWorkflow> {
    const { plan, locate } = await this.plan(request);
    const { warnings, ...compiled } = compilers[request.to](plan);
    const all = [...plan.warnings, ...warnings].map(({ key, message }) => ({
      message,
      place: { file: this.options.configFile, key, ...placeOf(locate(key)) },
    }));
    return { ...compiled, warnings: all.toSorted((x, y) => (x.place.line ?? 0) - (y.place.line ?? 0)) };
  }

  private async plan(
    request: CompileRequest,
  ): Promise<{ readonly plan: Plan; readonly locate: (key: string) => TextRange | undefined }> {
    const { config, graph, version, configFile } = this.options;
    const {
      config: { pipelines },
      locate,
    } = await config();
    const pipeline = Object.hasOwn(pipelines, request.pipeline) ? pipelines[request.pipeline] : undefined;
    if (pipeline === undefined)
      throw new ModelyardError('not-found', `${configFile} has no pipeline ${request.pipeline}.`, {
        fix: `It has ${Object.keys(pipelines).join(', ') || 'none: add one under `pipelines:`'}.`,
      });
    refuseUnfit(request, pipeline);
    const own = configFile === usualConfig ? {} : { configFile };
    // of what is not there, that is located which it would stand in
    const at = (key: string): string => JSON.stringify(locate(key));
    const isWritten = (key: string): boolean => at(key) !== at(key.replace(/\.[^.]*$/, ''));
    return { plan: planOf({ request, pipeline, graph, version, isWritten, ...own }), locate };
  }

  /**
   * Runs a pipeline as a workflow of Argo on a cluster, to its end. A failed task is a result.
   * @throws ModelyardError `config.*`, `not-found`, `params.invalid` (kubeconfig), `remote.*`, `cancelled` (it is terminated)
   */
  async submit(
    { kubeconfig: file, context, namespace, ...request }: SubmitRequest,
    changed: (state: SubmittedWorkflow) => void,
    signal: AbortSignal,
  ): Promise<SubmittedWorkflow> {
    const { plan } = await this.plan({ ...request, to: 'argo' });
    const workflow = argoWorkflow(plan);
    const client = await KubeClient.open({
      ...(file !== undefined && { file }),
      ...(context !== undefined && { context }),
      logins: this.logins,
      needs: 'create, get and patch workflows.argoproj.io, and to read pods',
    });
    const place = { server: client.server, namespace: namespace ?? client.namespace };
    const { interval = 2_000, patience = 60_000 } = this.options.argo ?? {};
    return runWorkflow({ client, workflow, interval, patience, changed, ...place }, signal);
  }

  /**
   * Runs a command elsewhere to its end; its outputs are in the workspace then.
   * @throws ModelyardError `step.failed`, `remote.*`, `params.invalid`, `cancelled`
   */
  run(command: RemoteCommand, signal: AbortSignal): Promise<void> {
    const { ray, kubernetes } = this.options;
    if ('ray' in command) return runOnRay(command, ray, signal);
    const { workspace, git } = ray;
    return runOnKubernetes(command, { workspace, git, logins: this.logins, ...kubernetes }, signal);
  }

  /** Where the trials of a study are measured. `jobFile`: the program that runs one job. @throws ModelyardError `step.failed` */
  trials(pool: TrialPoolRequest, jobFile: string): TrialPool {
    const { interval, patience } = this.options.ray;
    return new RayTrials(pool, {
      jobFile,
      ...(interval !== undefined && { interval }),
      ...(patience !== undefined && { patience }),
    });
  }

  /**
   * Takes note of the jobs that an engine which was killed has left; `folder`: where its steps worked. They are stopped
   * once somebody is there who trusts the workspace: the notes lie in it, and name addresses that secrets are sent to.
   */
  async endLeft(folder: string): Promise<void> {
    this.left = await leftJobs(folder);
    if (this.isTrusted) this.stopLeft();
  }

  /** Somebody has come who trusts the workspace. */
  trusted(): void {
    this.isTrusted = true;
    this.stopLeft();
  }

  /** Does not wait for it. */
  private stopLeft(): void {
    const jobs = this.left;
    this.left = [];
    void stopJobs(jobs, this.logins);
  }
}

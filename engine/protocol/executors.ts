import type { Place } from './errors';

/** What a pipeline can be written as. */
export type CompileTarget = 'argo' | 'kubeflow' | 'github' | 'gitlab' | 'jenkins';

export interface CompileRequest {
  readonly pipeline: string;
  readonly to: CompileTarget;
  /** The container image of every task; it has Node, and what the pipeline's commands need. */
  readonly image?: string;
  /** The git repository that Argo and Kubeflow take the workspace from. Absent: the image has it. */
  readonly repo?: string;
  /** Branch, tag or commit; default `main`. */
  readonly revision?: string;
  /** Where the workspace is in the repository; absent: at its top. */
  readonly directory?: string;
  /** How the command line is called in a task; default: `npx` with this version of Modelyard. */
  readonly cli?: string;
  /** How often a task is started again that its machine has lost; default 0. */
  readonly retries?: number;
  /** That tasks are for; absent: the newest that is over when each begins. */
  readonly partition?: string;
}

export interface CompiledWorkflow {
  readonly text: string;
  readonly language: 'yaml' | 'groovy';
  /** Where such a file usually is, relative to the repository. */
  readonly file: string;
  /** What has to be there before it runs, and what is not the same as here; sentences. */
  readonly notes: readonly string[];
  /** What modelyard.yaml says and the workflow does not, each with its line. */
  readonly warnings: readonly CompileWarning[];
}

export interface CompileWarning {
  /** A sentence. */
  readonly message: string;
  readonly place: Place;
}

/** Where a command runs. */
export type ExecutorConfig = 'local' | RayExecutor | KubernetesExecutor;
export interface RayExecutor {
  readonly ray: RayConfig;
}
export interface KubernetesExecutor {
  readonly kubernetes: KubernetesConfig;
}

/** A Ray cluster, by its Jobs REST API. Secrets are names of environment variables. */
export interface RayConfig {
  /** Of the dashboard: `http://127.0.0.1:8265`. */
  readonly address: string;
  readonly token?: { readonly env: string };
  /** The MLflow server that jobs report to and hand over their outputs by; absent: this engine, for a head on this machine. */
  readonly tracking?: TrackingServer;
  /** Processors and GPUs that the cluster keeps for the command. */
  readonly cpus?: number;
  readonly gpus?: number;
}

export interface TrackingServer {
  readonly url: string;
  readonly token?: { readonly env: string };
}

/** A Kubernetes cluster, by its API with the person's kubeconfig: a command becomes a Job of `batch/v1`. */
export interface KubernetesConfig {
  readonly image: string;
  /** Of the kubeconfig; absent: the current one. */
  readonly context?: string;
  /** Absent: that of the context. */
  readonly namespace?: string;
  readonly service_account?: string;
  readonly node_selector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Quantities of Kubernetes by resource: `cpu: 500m`, `memory: 2Gi`, `nvidia.com/gpu: 1`. */
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  /** The Kubernetes Secret whose keys are the variables that the command takes by reference. */
  readonly secret: string;
  /** The Kubernetes Secret by which the image is pulled. */
  readonly image_pull_secret?: string;
  /** The MLflow server that jobs report to, and files travel by. */
  readonly tracking?: TrackingServer;
  /** ms that the Job is kept after its end. */
  readonly ttl: number;
  /** ms within which its container must run. */
  readonly starts_within: number;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A command that runs elsewhere. */
export type RemoteCommand = RayCommand | KubernetesCommand;
export type RayCommand = RemoteWork & RayExecutor;
export type KubernetesCommand = RemoteWork & KubernetesExecutor;

export interface RemoteWork {
  readonly step: string;
  /** Unique for ever; for Kubernetes a name that it takes. */
  readonly jobId: string;
  readonly command: string;
  /** ms of the step, which is ended then; the cluster is told, for the case that the engine cannot. */
  readonly timeout?: number;
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose values the cluster has, by the names that they have there. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Relative to the workspace; they are there afterwards. */
  readonly outs: readonly string[];
  /** What it may need although git does not know it: data, what commands before have made. */
  readonly include: readonly string[];
  /** The run that it continues. Absent: it cannot reach this engine. */
  readonly tracking?: {
    readonly url: string;
    readonly token?: string;
    readonly runId: string;
    readonly experimentId: string;
  };
  /** For a run on another server. */
  readonly experiment: string;
  /** A private folder on this machine. */
  readonly workDir: string;
  readonly log: (text: string) => void;
  /** The last line that it printed. */
  readonly onOutput: (line: string) => void;
}

/** A pipeline that is to run on a cluster with Argo Workflows. */
export interface SubmitRequest extends Omit<CompileRequest, 'to'> {
  /** Default: `$KUBECONFIG`, `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Default: the current one of the kubeconfig. */
  readonly context?: string;
  /** Default: that of the context. */
  readonly namespace?: string;
}

export interface SubmittedTask {
  /** Of the node of the workflow. */
  readonly id: string;
  readonly name: string;
  /** As Argo says it: `Pending`, `Running`, `Succeeded`, `Failed`, `Error`, `Omitted`, `Skipped`. */
  readonly phase: string;
  readonly message?: string;
  /** Its last lines, when it has failed. */
  readonly log?: string;
}

export interface SubmittedWorkflow {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly message?: string;
  readonly tasks: readonly SubmittedTask[];
}

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
}

export interface CompiledWorkflow {
  readonly text: string;
  readonly language: 'yaml' | 'groovy';
  /** Where such a file usually is, relative to the repository. */
  readonly file: string;
  /** What has to be there before it runs, and what is not the same as here; sentences. */
  readonly notes: readonly string[];
}

/** Where a command runs. */
export type ExecutorConfig = 'local' | { readonly ray: RayConfig };

/** A Ray cluster, by its Jobs REST API. Secrets are names of environment variables. */
export interface RayConfig {
  /** Of the dashboard: `http://127.0.0.1:8265`. */
  readonly address: string;
  readonly token?: { readonly env: string };
  /** The MLflow server that jobs report to and hand over their outputs by; absent: this engine, for a head on this machine. */
  readonly tracking?: { readonly url: string; readonly token?: { readonly env: string } };
  /** Processors and GPUs that the cluster keeps for the command. */
  readonly cpus?: number;
  readonly gpus?: number;
}

/** A command that runs elsewhere. */
export interface RemoteCommand {
  readonly ray: RayConfig;
  readonly step: string;
  /** Unique for ever. */
  readonly jobId: string;
  readonly command: string;
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

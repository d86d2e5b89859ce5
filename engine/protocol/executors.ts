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

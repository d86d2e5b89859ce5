import type { CiFile } from './ci';

/** `infrastructure:` of modelyard.yaml: what is generated so that models are served on a cluster. */
export interface InfrastructureConfig {
  /** Relative to the workspace, with `/`. */
  readonly folder: string;
  readonly models: Readonly<Record<string, DeployedModelConfig>>;
  /** Whether manifests of Kubernetes and a module of Terraform are generated. */
  readonly kubernetes: boolean;
  readonly terraform: boolean;
  /** What npm installs in the image; absent: the version of Modelyard that writes the file. */
  readonly cli?: string;
  /** ms within which what holds the stage must have been served, put under load and rolled back. */
  readonly tested_within: number;
}

export interface DeployedModelConfig {
  /** Absent: the last stage of the model. */
  readonly stage?: string;
  /** With its tag or digest. */
  readonly image: string;
  readonly namespace: string;
  readonly replicas: { readonly min: number; readonly max: number };
  /** Quantities of Kubernetes. Memory is request and limit alike. */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** The Secret of the cluster that has the token, under the key `token`; absent: `NAME-token`. */
  readonly secret?: string;
  /** Names by which clients call it, besides those of the Service. */
  readonly hosts: readonly string[];
}

export type InfraTarget = 'image' | 'kubernetes' | 'terraform';

/** A generated file, as it is and as it would be. `file`: relative to the workspace, with `/`. */
export interface InfraFile extends Omit<CiFile, 'system' | 'language'> {
  readonly target: InfraTarget;
  /** Absent: of all models. */
  readonly model?: string;
  readonly language: 'dockerfile' | 'yaml' | 'json';
}

export interface InfraStatus {
  readonly files: readonly InfraFile[];
  /** What has to be there before it works; sentences. */
  readonly notes: readonly string[];
}

export interface InfraWritten {
  readonly files: readonly (InfraFile & {
    /** False: it was as it should be, or was kept because of what was changed by hand. */
    readonly written: boolean;
  })[];
  readonly notes: readonly string[];
}

/** Something wrong with a file as it is on the disk. */
export interface InfraFinding {
  /** `schema`, `probe`, `memory-limit`, … */
  readonly code: string;
  readonly severity: 'error' | 'warn';
  /** A sentence. */
  readonly message: string;
  /** From 1; absent: the whole file. */
  readonly line?: number;
}

/** What a program of this machine said of a file. `skipped`: it is there, but could not judge. */
export interface InfraToolResult {
  readonly tool: 'kubeconform' | 'kubectl' | 'terraform' | 'tofu';
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
}

export interface CheckedInfraFile extends Pick<InfraFile, 'file' | 'path' | 'target' | 'state' | 'message' | 'model'> {
  readonly findings: readonly InfraFinding[];
  readonly tools: readonly InfraToolResult[];
}

export interface InfraCheck {
  readonly files: readonly CheckedInfraFile[];
  /** False: a file is not as modelyard.yaml says, has an error, or a program has refused it. */
  readonly passed: boolean;
}

import type { TextRange } from './config';

/** The systems whose files are generated. */
export const ciSystems = ['github', 'gitlab', 'jenkins', 'azure'] as const;
export type CiSystem = (typeof ciSystems)[number];

/** `ci:` of modelyard.yaml. What is absent follows from the pipelines and models. */
export interface CiConfig {
  readonly github?: CiSystemConfig;
  readonly gitlab?: CiSystemConfig;
  readonly jenkins?: CiSystemConfig;
  readonly azure?: CiSystemConfig;
  /** Whose pushes train and deploy, and against which changes are checked; each may end with `*`. */
  readonly branches: readonly string[];
  readonly pipelines?: readonly string[];
  readonly models?: readonly string[];
  readonly environments?: Readonly<Record<string, CiEnvironmentConfig>>;
  /** How Modelyard is called; absent: `npx` with the version that writes the file. */
  readonly cli?: string;
  /** The version of Python, where the system can install one. */
  readonly python?: string;
  /** Of the training, ms. */
  readonly timeout: number;
  /** Whether a change is told its results. */
  readonly comment: boolean;
}

export interface CiSystemConfig {
  /** From the top of the repository, with `/`. */
  readonly file?: string;
  /** `runs-on`, `vmImage`, label: the machine. GitHub, Azure. */
  readonly runner?: string;
  /** Of the jobs. GitLab, Jenkins. */
  readonly image?: string;
}

export interface CiEnvironmentConfig {
  /** Absent: the stage of that name. */
  readonly stage?: string;
  readonly approval?: boolean;
  /** Who may approve. */
  readonly approvers: readonly string[];
  /** Of the branches those that deploy here; absent: all. */
  readonly branches?: readonly string[];
}

/**
 * How a file stands to `ci:`. `outdated`: as it was generated, from something else; `edited`: changed by hand outside of
 * the marks; `foreign`: not generated at all.
 */
export type CiFileState = 'missing' | 'current' | 'outdated' | 'edited' | 'foreign';

export interface CiFile {
  readonly system: CiSystem;
  /** From the top of the repository, with `/`. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly language: 'yaml' | 'groovy';
  readonly state: CiFileState;
  /** A sentence on it. */
  readonly message: string;
  /** As it would be written, with what the marks keep. */
  readonly text: string;
  /** As it is. */
  readonly existing?: string;
  /** Where it differs from what would be written; the first are the first. */
  readonly differences: readonly { readonly range: TextRange; readonly message: string }[];
  /** Of the version of Modelyard that wrote it. */
  readonly version?: string;
}

export interface CiStatus {
  readonly files: readonly CiFile[];
  /** What has to be there before it runs; sentences. */
  readonly notes: readonly string[];
}

export interface CiWrite {
  readonly systems?: readonly CiSystem[];
  /** Also over what was changed by hand, or is not from here. */
  readonly force?: boolean;
}

export interface CiWritten {
  readonly files: readonly (CiFile & {
    /** False: it was as it should be, or was kept because of what was changed by hand. */
    readonly written: boolean;
  })[];
  readonly notes: readonly string[];
}

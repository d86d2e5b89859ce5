import type { PipelineRunId } from './ids';

/** Whose debugger it is. */
export type DebugRuntime = 'node' | 'python';

/** How a debugger starts a step's command so that it finds what it finds in a real run. */
export interface DebugLaunch {
  readonly id: PipelineRunId;
  readonly step: string;
  readonly runtime: DebugRuntime;
  /** Absolute path of the program that runs it. */
  readonly executable: string;
  /** Before the script. */
  readonly runtimeArgs: readonly string[];
  /** A file by its absolute path, or a module of Python. */
  readonly target: { readonly file: string } | { readonly module: string };
  readonly args: readonly string[];
  /** Absolute path. */
  readonly cwd: string;
  /** The whole environment, secrets too; null: taken out of what would be inherited. */
  readonly env: Readonly<Record<string, string | null>>;
}

/** How a debugged command ended, as far as the client knows. */
export interface DebugEnd {
  /** Its exit code; absent when the debugger has not told. */
  readonly code?: number;
  /** Somebody ended the session. */
  readonly wasStopped?: boolean;
  /** Why the debugger could not start it. */
  readonly problem?: string;
}

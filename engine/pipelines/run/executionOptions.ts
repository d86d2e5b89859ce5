import type { PipelineRun } from '../../protocol/pipelines';
import type { RestoreOptions } from '../cache/restoreStep';
import type { StepCache } from '../cache/stepCache';
import type { WorkspaceFiles } from '../cache/workspaceFiles';
import type { Debugger } from '../debug/debugStep';
import type { Environments } from '../environments/environments';
import type { Objects } from '../outputs/outputs';
import type { LoadedConfig, PipelinePorts } from '../ports';
import type { RunState } from './runState';
import type { PipelineStore } from '../store';

export interface ExecutionOptions {
  readonly state: RunState;
  /** Of the tracked runs. */
  readonly tags: Readonly<Record<string, string>>;
  readonly loaded: LoadedConfig;
  /** The steps to run, in order; the others count as done. */
  readonly order: readonly string[];
  /** Those that were asked for by name. */
  readonly named?: ReadonlySet<string>;
  /** Where steps that ran elsewhere have left what they made, and where this run leaves it. */
  readonly handover: { readonly from: readonly string[]; readonly to?: string };
  readonly workspace: string;
  /** A folder of this run's own; removed at the end. */
  readonly folder: string;
  readonly jobFile: string;
  readonly parallel: number;
  /** ms that a step waits for its surroundings. */
  readonly patience: number;
  readonly store: PipelineStore;
  readonly objects: Objects;
  readonly files: WorkspaceFiles;
  readonly environments: Environments;
  readonly cache: StepCache;
  readonly ports: PipelinePorts;
  /** The step runs there; no other run takes what it makes. */
  readonly debug?: Debugger;
  /** After each change of a step. */
  readonly changed: (run: PipelineRun, isCommitted: boolean) => void;
}

/** Where what a step has made is put. */
export const placesOf = (
  {
    objects,
    files,
    workspace,
    loaded: { config },
  }: Pick<ExecutionOptions, 'objects' | 'files' | 'workspace' | 'loaded'>,
  workDir: string,
): RestoreOptions => ({ objects, files, workspace, workDir, config });

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '../../errors';
import { isInside } from '../../paths';
import type { Digest } from '../../protocol/ids';
import { baseOf } from '../../schedule/patterns';
import type { StepConfig } from '../../protocol/workspaceConfig';
import { lockName } from '../outputs/lockFile';
import type { Objects } from '../outputs/outputs';
import type { Environment, LoadedConfig, PipelinePorts } from '../ports';
import { waitFor } from './waitFor';

export interface SurroundingsOptions {
  readonly loaded: LoadedConfig;
  readonly workspace: string;
  /** An own folder, removed by whoever gives it. */
  readonly folder: string;
  readonly objects: Objects;
  readonly ports: Pick<PipelinePorts, 'environment'>;
  /** Keeps a file with the run. */
  readonly file: (path: string, file: { digest: Digest; size: number }) => void;
  /** Tags the run and those nested in it. */
  readonly tag: (tags: Environment['tags']) => void;
  /** ms after which nobody waits for it any more. */
  readonly patience: number;
}

/**
 * What a run was made with and in: the config as it was, git, packages, host. It is found out beside the steps; what
 * goes wrong with it ends neither the engine nor the run.
 */
export class Surroundings {
  private readonly deadline: number;
  private readonly end = new AbortController();
  private readonly tagged: Promise<unknown>;
  private readonly kept: Promise<unknown>;

  constructor(
    private readonly options: SurroundingsOptions,
    signal: AbortSignal,
  ) {
    this.deadline = Date.now() + options.patience;
    const either = AbortSignal.any([signal, this.end.signal]);
    const found = options.ports
      .environment(noCode(options.loaded), either)
      .catch((): Environment => ({ tags: {}, files: [] }));
    this.tagged = found.then(({ tags }) => this.end.signal.aborted || options.tag(tags)).catch(() => undefined);
    this.kept = found.then(({ files }) => this.keep(files)).catch(() => undefined);
  }

  /** Waits until the runs carry their tags; false when that takes too long. @throws ModelyardError `cancelled` */
  known(signal: AbortSignal): Promise<boolean> {
    return waitFor(this.tagged, this.left, signal);
  }

  /** Waits until all is kept, but not for ever; nothing is written afterwards. */
  async close(): Promise<void> {
    await waitFor(Promise.all([this.tagged, this.kept]), this.left, this.end.signal);
    this.end.abort();
  }

  private get left(): number {
    return Math.max(0, this.deadline - Date.now());
  }

  private async keep(files: Environment['files']): Promise<void> {
    const { loaded, workspace, folder, objects } = this.options;
    const name = isInside(workspace, path.resolve(workspace, loaded.file)) ? loaded.file : path.basename(loaded.file);
    throwIfAborted(this.end.signal);
    await mkdir(folder, { recursive: true });
    for (const file of [{ path: name, bytes: Buffer.from(loaded.text) }, ...files]) {
      throwIfAborted(this.end.signal);
      const temporary = path.join(folder, 'file');
      await writeFile(temporary, file.bytes);
      this.options.file(file.path, await objects.putFile(temporary));
    }
  }
}

/** A file or folder; of a pattern the folder in which all files are that fit. */
const dataFolder = (file: string): string => (/[*?[\]{}]/.test(file) ? baseOf(file) || file : file);

/** Data, what commands make, and what is kept by itself: all of it with `/`. */
export function noCode({ config, file }: Pick<LoadedConfig, 'config' | 'file'>): readonly string[] {
  const data = Object.values(config.datasets).map(dataset => dataFolder(dataset.path));
  const steps = Object.values(config.pipelines).flatMap(pipeline => Object.values(pipeline.steps));
  const made = steps.flatMap(step => (step.uses === 'run' ? [step.outs, step.environment?.venv ?? []].flat() : []));
  const named = [...data, ...made, file, lockName].map(name => path.posix.normalize(name.split(path.sep).join('/')));
  return [...new Set(named.map(name => name.replace(/\/$/, '')))].filter(
    name => name !== '.' && !name.startsWith('..'),
  );
}

/** A command may change the folder that git looks at; a version tells its commit. */
export const dependsOnSurroundings = ({ uses }: StepConfig): boolean => uses === 'run' || uses === 'register';

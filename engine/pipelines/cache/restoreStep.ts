import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '../../errors';
import { refuseOutside } from '../../paths';
import type { StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { Objects, StoredOutput } from '../outputs/outputs';
import { workspacePath } from '../outputs/madeFiles';
import { restoreOutput } from '../outputs/outputs';
import type { WorkspaceFiles } from './workspaceFiles';

export interface RestoreOptions {
  readonly objects: Objects;
  readonly files: WorkspaceFiles;
  readonly workspace: string;
  /** Where a built-in step writes. */
  readonly workDir: string;
  readonly config: Pick<WorkspaceConfig, 'datasets'>;
}

/**
 * Puts what a step has made where it belongs: files of the workspace there, where one that is the same already stays
 * untouched, all else into the step's folder. Returns the absolute path of each output.
 */
export async function restoreStep(
  { step, outputs }: { readonly step: StepConfig; readonly outputs: readonly StoredOutput[] },
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const [i, output] of outputs.entries()) {
    throwIfAborted(signal);
    const at = workspacePath(step, output, options.config);
    if (at === undefined) paths.push(await restoreOutput(options.objects, options.workDir, output));
    else paths.push(await intoWorkspace({ ...output, path: at }, { ...options, key: `outs.${i}` }, signal));
  }
  return paths;
}

async function intoWorkspace(
  output: StoredOutput,
  { objects, files, workspace, key }: RestoreOptions & { readonly key: string },
  signal: AbortSignal,
): Promise<string> {
  for (const file of output.files) {
    const relative = file.path === '' ? output.path : path.posix.join(output.path, file.path);
    if ((await files.digest(relative, signal)) === file.digest) continue;
    await refuseOutside(workspace, { file: relative, shown: relative, key });
    const target = path.resolve(workspace, relative);
    const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await copyFile(objects.path(file.digest), temporary);
      await chmod(temporary, 0o644); // what is kept may not be written
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }
  return path.resolve(workspace, output.path);
}

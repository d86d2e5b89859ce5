import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '../../errors';
import { refuseOutside } from '../../paths';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Objects, StoredOutput } from '../outputs';
import { restoreOutput } from '../outputs';
import type { WorkspaceFiles } from './workspaceFiles';

export interface RestoreOptions {
  readonly objects: Objects;
  readonly files: WorkspaceFiles;
  readonly workspace: string;
  /** Where a built-in step writes. */
  readonly workDir: string;
}

/**
 * Puts what a step has made where it would have put it: a command into the workspace, where a file that is the same
 * already stays untouched. Returns the absolute path of each output.
 */
export async function restoreStep(
  { uses, outputs }: { readonly uses: StepConfig['uses']; readonly outputs: readonly StoredOutput[] },
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const [i, output] of outputs.entries()) {
    throwIfAborted(signal);
    if (uses === 'run') paths.push(await intoWorkspace(output, { ...options, key: `outs.${i}` }, signal));
    else paths.push(await restoreOutput(options.objects, options.workDir, output));
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

import { readdir, stat, copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { Digest } from '../protocol/ids';
import type { JobOutput, OutputKind, StepInput } from '../protocol/jobs';

export interface StoredFile {
  /** Within the output, with `/`; empty when the output is the file itself. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** An output as the database keeps it: enough to make the file or folder again. */
export interface StoredOutput {
  readonly kind: OutputKind;
  /** Within the step's folder. */
  readonly path: string;
  readonly artifactPath?: string;
  readonly files: readonly StoredFile[];
}

/** The part of the artifact store that steps need. */
export interface Objects {
  putFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }>;
  path(digest: Digest): string;
}

/**
 * Takes what a step made into the artifact store.
 * @throws ModelyardError `step.failed` when an output is not there, `params.invalid` when it leaves the folder
 */
export async function storeOutput(objects: Objects, folder: string, output: JobOutput): Promise<StoredOutput> {
  const absolute = inside(folder, output.path);
  const files: StoredFile[] = [];
  for (const relative of await filesBelow(absolute, output.path)) {
    files.push({
      path: relative,
      ...(await objects.putFile(relative === '' ? absolute : path.join(absolute, relative))),
    });
  }
  return { ...output, files };
}

/** Makes an output of an earlier run again, below `folder`; returns its path. */
export async function restoreOutput(objects: Objects, folder: string, output: StoredOutput): Promise<string> {
  const target = inside(folder, output.path);
  for (const file of output.files) {
    const to = file.path === '' ? target : inside(target, file.path);
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(objects.path(file.digest), to);
  }
  return target;
}

/** For each kind the nearest output among the ancestors (given nearest first). */
export function inputsFor(
  ancestors: readonly string[],
  made: ReadonlyMap<string, readonly StepInput[]>,
): readonly StepInput[] {
  const inputs = new Map<OutputKind, StepInput>();
  for (const name of ancestors) {
    for (const input of made.get(name) ?? [])
      if (input.kind !== 'file' && !inputs.has(input.kind)) inputs.set(input.kind, input);
  }
  return [...inputs.values()];
}

function inside(folder: string, relative: string): string {
  const absolute = path.resolve(folder, relative);
  const back = path.relative(folder, absolute);
  if (back === '' || (!back.startsWith('..') && !path.isAbsolute(back))) return absolute;
  throw new ModelyardError('params.invalid', `The path ${relative} leaves its folder.`);
}

async function filesBelow(absolute: string, shown: string): Promise<readonly string[]> {
  const info = await stat(absolute).catch(() => undefined);
  if (info === undefined) {
    throw new ModelyardError('step.failed', `The output ${shown} was not made.`, {
      place: { file: 'modelyard.yaml', key: 'outs' },
      fix: 'Let the command write it, or take it out of `outs:`.',
    });
  }
  if (!info.isDirectory()) return [''];
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(absolute, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

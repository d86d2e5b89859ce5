import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { digest } from '../../ids';
import { isInside, refuseOutside } from '../../paths';
import type { Digest, RunId } from '../../protocol/ids';
import type { JobOutput, OutputKind, StepInput } from '../../protocol/jobs';

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
 * Takes what a step made into the artifact store. `key`: where the step in modelyard.yaml names the output.
 * @throws ModelyardError `step.failed` when an output is not there, `config.invalid` when it leaves the folder
 */
export async function storeOutput(
  objects: Objects,
  { folder, key }: { readonly folder: string; readonly key: string },
  output: JobOutput,
): Promise<StoredOutput> {
  const absolute = path.resolve(folder, output.path);
  await refuseOutside(folder, { file: absolute, shown: output.path, key });
  const files: StoredFile[] = [];
  for (const relative of await filesBelow(absolute, { shown: output.path, folder, key })) {
    files.push({
      path: relative,
      ...(await objects.putFile(relative === '' ? absolute : path.join(absolute, relative))),
    });
  }
  return { ...output, files };
}

/** Takes all outputs of a step into the artifact store. @throws as `storeOutput` */
export async function storeOutputs(
  objects: Objects,
  folder: string,
  outputs: readonly JobOutput[],
): Promise<readonly StoredOutput[]> {
  const stored: StoredOutput[] = [];
  for (const [i, output] of outputs.entries())
    stored.push(await storeOutput(objects, { folder, key: `outs.${i}` }, output));
  return stored;
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

/** One digest of an output: of the file, or of the list of the folder's files as `sha256sum` writes it. */
export function outputDigest({ kind, files }: StoredOutput): Digest {
  const [only] = files;
  if (only?.path === '') return only.digest;
  // A model's MLmodel names its run and time.
  const same = files.filter(file => kind !== 'model' || file.path !== 'MLmodel');
  const list = same.map(file => `${file.digest}  ${file.path}\n`).join('');
  return digest(createHash('sha256').update(list).digest('hex'));
}

/** What a step has left for those that need it. */
export interface Made {
  readonly runId: RunId;
  /** By kind, of what later steps compute with. */
  readonly digests: ReadonlyMap<OutputKind, string>;
  readonly inputs: readonly StepInput[];
  /** What it has read. */
  readonly datasets: readonly { readonly dataset: string; readonly digest: Digest }[];
}

/** An output as an input of other steps. */
export const stepInput = (made: {
  readonly step: string;
  readonly runId: RunId;
  readonly output: Pick<JobOutput, 'kind' | 'artifactPath'>;
  readonly path: string;
}): StepInput => ({
  kind: made.output.kind,
  step: made.step,
  path: made.path,
  runId: made.runId,
  ...(made.output.artifactPath !== undefined && { artifactPath: made.output.artifactPath }),
});

/** For each kind the nearest output of the steps before, given nearest first. */
export function inputsFor(before: readonly Made[]): readonly StepInput[] {
  const inputs = new Map<OutputKind, StepInput>();
  for (const input of before.flatMap(made => made.inputs))
    if (input.kind !== 'file' && !inputs.has(input.kind)) inputs.set(input.kind, input);
  return [...inputs.values()];
}

/** Of each dataset the version that the nearest step has read. */
export function datasetsOf(before: readonly Made[]): readonly { readonly name: string; readonly digest: Digest }[] {
  const read = before.toReversed().flatMap(made => made.datasets);
  const nearest = new Map(read.map(({ dataset, digest }) => [dataset, digest]));
  return [...nearest].map(([name, digest]) => ({ name, digest }));
}

function inside(folder: string, relative: string): string {
  const absolute = path.resolve(folder, relative);
  if (isInside(folder, absolute)) return absolute;
  throw new ModelyardError('params.invalid', `The path ${relative} leaves its folder.`);
}

interface Named {
  readonly shown: string;
  readonly folder: string;
  readonly key: string;
}

/** Relative to the output, which may be a file itself. A link counts when it leads to a file. */
async function filesBelow(absolute: string, { shown, folder, key }: Named): Promise<readonly string[]> {
  const info = await stat(absolute).catch(() => undefined);
  if (info === undefined) {
    throw new ModelyardError('step.failed', `The output ${shown} was not made.`, {
      place: { file: 'modelyard.yaml', key },
      fix: 'Let the command write it, or take it out of `outs:`.',
    });
  }
  if (info.isFile()) return [''];
  if (!info.isDirectory())
    throw new ModelyardError('step.failed', `The output ${shown} is neither a file nor a folder.`, {
      place: { file: 'modelyard.yaml', key },
      fix: 'Let the command write a file there.',
    });
  const files: string[] = [];
  for (const entry of await readdir(absolute, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const relative = path.relative(absolute, file).split(path.sep).join('/');
    if (entry.isFile()) files.push(relative);
    if (!entry.isSymbolicLink()) continue;
    await refuseOutside(folder, { file, shown: `${shown}/${relative}`, key });
    if ((await stat(file).catch(() => undefined))?.isFile() === true) files.push(relative);
  }
  return files.sort();
}

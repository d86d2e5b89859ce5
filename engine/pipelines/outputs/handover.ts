import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { digest } from '../../ids';
import { isInside } from '../../paths';
import type { Digest } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { PipelineRun } from '../../protocol/pipelines';
import { outputSchema, resultEntries } from '../step/jobMessage';
import type { Objects, StoredOutput } from './outputs';

/**
 * What a step made, as a folder that can be carried to another machine: `handover.json` says what is in it, the files
 * lie in `files/` by their digest. Folders of several steps may lie side by side or below one another.
 */
export interface Handover {
  readonly pipeline: string;
  readonly step: string;
  /** Of a pipeline with partitions. */
  readonly partition?: string;
  /** Of the modelyard.yaml it was made with. */
  readonly configDigest: Digest;
  readonly result: Omit<JobResult, 'outputs' | 'error'>;
  readonly outputs: readonly StoredOutput[];
}

/** What a run is of, as handovers have it. */
export const madeFor = ({
  pipeline,
  partition,
}: Pick<PipelineRun, 'pipeline' | 'partition'>): Pick<Handover, 'pipeline' | 'partition'> => ({
  pipeline,
  ...(partition !== undefined && { partition }),
});

const noteName = 'handover.json';
/** Another one is refused: what it means is not known. */
const format = 1;
const storedDigest = v.pipe(v.string(), v.transform(digest));
const { params, tags, inputs, summary } = resultEntries;
const noteSchema = v.object({
  format: v.literal(format),
  pipeline: v.string(),
  step: v.string(),
  partition: v.exactOptional(v.string()),
  configDigest: storedDigest,
  result: v.object({ params, metrics: v.record(v.string(), v.nullable(v.number())), tags, inputs, summary }),
  outputs: v.array(
    v.object({
      ...outputSchema.entries,
      files: v.array(v.object({ path: v.string(), digest: storedDigest, size: v.number() })),
    }),
  ),
});

/**
 * Writes a folder that is new or empty. The note comes last: a folder without one was not finished.
 * @throws ModelyardError `conflict` when something is in the folder
 */
export async function writeHandover(folder: string, handover: Handover, objects: Objects): Promise<void> {
  await mkdir(path.join(folder, 'files'), { recursive: true });
  const others = (await readdir(folder)).filter(name => name !== 'files');
  if (others.length > 0 || (await readdir(path.join(folder, 'files'))).length > 0)
    throw new ModelyardError('conflict', `The folder ${folder} is not empty.`, { fix: 'Name a new one.' });
  for (const file of handover.outputs.flatMap(output => output.files))
    await copyFile(objects.path(file.digest), path.join(folder, 'files', file.digest));
  // JSON has no NaN: a metric without a value is null there
  await writeFile(path.join(folder, noteName), `${JSON.stringify({ format, ...handover }, undefined, 2)}\n`);
}

/**
 * Reads every handover in the folders, their files into the artifact store. By step.
 * @throws ModelyardError `not-found` when a folder has none; `data.unreadable` when one is torn or was changed
 */
export async function readHandovers(
  folders: readonly string[],
  objects: Objects,
): Promise<ReadonlyMap<string, Handover>> {
  const found = new Map<string, Handover>();
  for (const folder of folders) {
    const notes = await notesBelow(folder);
    if (notes.length === 0)
      throw new ModelyardError('not-found', `There is no ${noteName} in ${folder}.`, {
        fix: 'Give the folder that `modelyard step … --to` has written.',
      });
    for (const note of notes) {
      const handover = await readNote(note);
      await takeFiles(path.dirname(note), handover, objects);
      found.set(handover.step, handover);
    }
  }
  return found;
}

async function notesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile() && entry.name === noteName)
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort();
}

async function readNote(file: string): Promise<Handover> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteSchema), await readFile(file, 'utf8'));
  if (!parsed.success)
    throw new ModelyardError('data.unreadable', `${file} is no handover that this Modelyard can read.`, {
      fix: 'Run all steps of a workflow with the same version of Modelyard.',
    });
  const { format: _, result, outputs, ...rest } = parsed.output;
  const found = Object.entries(result.metrics).map(([key, value]): [string, number] => [key, value ?? Number.NaN]);
  for (const output of outputs) refuseEscape(file, output);
  return { ...rest, outputs, result: { ...result, metrics: Object.fromEntries(found) } };
}

/** What comes from elsewhere may say any path. */
function refuseEscape(file: string, { path: output, files }: Handover['outputs'][number]): void {
  const root = path.resolve('/handover');
  const target = path.resolve(root, output);
  const leaves = !isInside(root, target) || files.some(one => !isInside(target, path.resolve(target, one.path)));
  if (leaves) throw new ModelyardError('data.unreadable', `${file} names a path that leaves its folder.`);
}

async function takeFiles(folder: string, { step, outputs }: Handover, objects: Objects): Promise<void> {
  for (const file of outputs.flatMap(output => output.files)) {
    const at = path.join(folder, 'files', file.digest);
    const stored = await objects.putFile(at).catch((error: unknown) => {
      throw new ModelyardError('data.unreadable', `Of what step ${step} handed over, ${at} cannot be read.`, {
        fix: `Run step ${step} again.`,
        cause: error,
      });
    });
    if (stored.digest !== file.digest)
      throw new ModelyardError('data.unreadable', `What step ${step} handed over was changed on its way: ${at}.`, {
        fix: `Run step ${step} again.`,
      });
  }
}

/** @throws ModelyardError `conflict` when it was made by another pipeline, of another config, or for another partition */
export function refuseOther(
  { step, pipeline, partition, configDigest }: Pick<Handover, 'step' | 'pipeline' | 'partition' | 'configDigest'>,
  here: { readonly pipeline: string; readonly partition?: string; readonly digest: Digest; readonly file: string },
): void {
  if (pipeline === here.pipeline && configDigest === here.digest) {
    if (partition === here.partition) return;
    const [theirs, ours] = [partition, here.partition].map(key => key ?? 'none');
    throw new ModelyardError(
      'conflict',
      `Step ${step} was handed over for partition ${theirs}, this run is for ${ours}.`,
      {
        fix: 'Tell all steps of a workflow the same one: `modelyard step … --partition KEY`.',
      },
    );
  }
  const what = pipeline === here.pipeline ? `another ${here.file}` : `pipeline ${pipeline}`;
  throw new ModelyardError('conflict', `Step ${step} was handed over from a run of ${what}.`, {
    fix: 'Run all steps of a workflow on the same commit.',
  });
}

import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataFiles, dataStamp, hashData, partsOf } from '../dataFiles';
import { ModelyardError, throwIfAborted } from '../errors';
import { isInside, leadsOut } from '../paths';
import type { Digest } from '../protocol/ids';
import type { ReplayReport } from '../protocol/replay';
import type { RunSummary } from '../protocol/tracking';
import type { DatasetConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import type { ReplayPorts, Sources } from './ports';
import type { Scratch } from './scratch';

/**
 * Puts the changes of tracked files on top of the commit.
 * @throws ModelyardError `conflict` when they do not fit
 */
export async function applyChanges(
  git: ReplayPorts['git'],
  { scratch, sources, called }: { readonly scratch: Scratch; readonly sources: Sources; readonly called: string },
  signal: AbortSignal,
): Promise<number> {
  const changes = sources.changes.filter(({ isBinary, text }) => !isBinary && !/^[-+]Subproject commit /m.test(text));
  if (changes.length === 0) return 0;
  const file = path.join(scratch.room, 'changes.patch');
  await writeFile(file, changes.map(({ text }) => text).join(''));
  const { problem } = await git(scratch.tree, ['apply', '--whitespace=nowarn', file], signal);
  throwIfAborted(signal);
  if (problem === undefined) return changes.length;
  const why = sources.changesRedacted ? ' What looked like a secret had been taken out of them.' : '';
  throw new ModelyardError('conflict', `The changes of ${called} do not fit its commit: ${problem}.${why}`, {
    fix: 'Commit before a run that must be made again: a commit has nothing taken out.',
  });
}

/** Writes a file into the scratch folder and nowhere else, whatever links the commit has. */
export async function writeInside(
  root: string,
  file: string,
  write: (target: string) => Promise<unknown>,
): Promise<void> {
  const target = path.resolve(root, file);
  const above = path.dirname(target);
  if (!isInside(root, target) || (await leadsOut(root, above)) !== undefined)
    throw new ModelyardError('conflict', `${file} leads out of the folder in which the run is made again.`, {
      fix: 'Only what lies in the workspace folder is made again.',
    });
  await mkdir(above, { recursive: true });
  await rm(target, { recursive: true, force: true }); // it may be a link
  await write(target);
}

export interface DataRequest {
  readonly scratch: Scratch;
  /** Of the person. */
  readonly workspace: string;
  readonly config: WorkspaceConfig;
  /** The run and those nested in it. */
  readonly runs: readonly RunSummary[];
  readonly called: string;
  readonly object: ReplayPorts['object'];
}

/**
 * Puts each dataset at its place as the run has read it: as the commit has it, else a copy of the workspace's file or of
 * an object with that very content.
 * @throws ModelyardError `data.missing` with the dataset and both digests
 */
export async function restoreData(
  request: DataRequest,
  signal: AbortSignal,
): Promise<{ readonly data: ReplayReport['data']; readonly notes: readonly string[] }> {
  const { config, runs } = request;
  const read = new Map(runs.flatMap(run => run.inputs.map(({ dataset, digest }) => [dataset, digest] as const)));
  const data: ReplayReport['data'][number][] = [];
  const notes: string[] = [];
  for (const [name, dataset] of Object.entries(config.datasets)) {
    throwIfAborted(signal);
    const digest = read.get(name);
    if (digest === undefined) {
      if (await copyUnknown(request, dataset.path, signal))
        notes.push(`No step is known to have read the dataset ${name}; it is as the workspace has it now.`);
    } else if (isSha(digest))
      data.push({ name, digest, from: await place(request, { name, digest, dataset }, signal) });
  }
  return { data, notes };
}

const isSha = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text);

async function place(
  { scratch, workspace, called, object }: DataRequest,
  what: { readonly name: string; readonly digest: Digest; readonly dataset: DatasetConfig },
  signal: AbortSignal,
): Promise<ReplayReport['data'][number]['from']> {
  const { name, digest, dataset } = what;
  const file = dataset.path;
  if ((await digestOf(scratch.workspace, dataset, signal)) === digest) return 'commit';
  const now = await digestOf(workspace, dataset, signal);
  if (now === digest) {
    await copyData({ scratch, workspace }, file, signal);
    return 'workspace';
  }
  const kept = object(digest);
  if (kept === undefined) {
    const is = now === undefined ? `${file} is not there` : `${file} now has ${now.slice(0, 12)}`;
    throw new ModelyardError(
      'data.missing',
      `The dataset ${name} cannot be had as ${called} has read it: it read sha-256 ${digest.slice(0, 12)}, ${is}.`,
      {
        place: { file },
        fix: 'Put that version of the file back at its place, then replay again.',
        data: { dataset: name, wanted: digest, found: now ?? null },
      },
    );
  }
  await writeInside(scratch.workspace, file, to => copy(kept, to));
  return 'store';
}

type Places = Pick<DataRequest, 'scratch' | 'workspace'>;

/** The file with what a database keeps beside it, or all files of a folder or pattern and no other ones. */
async function copyData({ scratch, workspace }: Places, file: string, signal: AbortSignal): Promise<void> {
  const absolute = path.resolve(workspace, file);
  const several = await dataFiles(absolute, signal);
  if (several)
    for (const left of await partsOf(path.resolve(scratch.workspace, file), signal))
      await rm(left.file, { force: true });
  for (const { file: from } of await partsOf(absolute, signal))
    await writeInside(scratch.workspace, path.relative(workspace, from), to => copy(from, to));
}

/** A copy: what a step does to its file does nothing to the person's. Times are kept, for what looks at a file's age. */
async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}

async function copyUnknown({ scratch, workspace }: Places, file: string, signal: AbortSignal): Promise<boolean> {
  const isThere = async (root: string) => (await dataStamp({ path: path.resolve(root, file) }, signal)) !== undefined;
  if ((await isThere(scratch.workspace)) || !(await isThere(workspace))) return false;
  await copyData({ scratch, workspace }, file, signal);
  return true;
}

async function digestOf(root: string, dataset: DatasetConfig, signal: AbortSignal): Promise<string | undefined> {
  try {
    const at = path.resolve(root, dataset.path);
    return (await dataStamp({ path: at }, signal)) && (await hashData({ ...dataset, path: at }, signal));
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

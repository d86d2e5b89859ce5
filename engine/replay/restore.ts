import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelyardError, throwIfAborted } from '../errors';
import { isInside, leadsOut } from '../paths';
import type { Digest } from '../protocol/ids';
import type { ReplayReport } from '../protocol/replay';
import type { RunSummary } from '../protocol/tracking';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
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
  const { scratch, config, runs } = request;
  const read = new Map(runs.flatMap(run => run.inputs.map(({ dataset, digest }) => [dataset, digest] as const)));
  const data: ReplayReport['data'][number][] = [];
  const notes: string[] = [];
  for (const [name, dataset] of Object.entries(config.datasets)) {
    throwIfAborted(signal);
    const target = path.join(scratch.workspace, dataset.path);
    const digest = read.get(name);
    if (digest === undefined) {
      if (await copyUnknown(request, dataset.path))
        notes.push(`No step is known to have read the dataset ${name}; it is as the workspace has it now.`);
    } else if (isSha(digest))
      data.push({ name, digest, from: await place(request, { name, digest, target, file: dataset.path }, signal) });
  }
  return { data, notes };
}

const isSha = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text);

async function place(
  { scratch, workspace, called, object }: DataRequest,
  what: { readonly name: string; readonly digest: Digest; readonly target: string; readonly file: string },
  signal: AbortSignal,
): Promise<ReplayReport['data'][number]['from']> {
  const { name, digest, target, file } = what;
  if ((await digestOf(target, signal)) === digest) return 'commit';
  const own = path.resolve(workspace, file);
  const now = await digestOf(own, signal);
  const kept = now === digest ? own : object(digest);
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
  return kept === own ? 'workspace' : 'store';
}

/** A copy: what a step does to its file does nothing to the person's. Times are kept, for what looks at a file's age. */
async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}

async function copyUnknown({ scratch, workspace }: DataRequest, file: string): Promise<boolean> {
  const own = path.resolve(workspace, file);
  const isThere = (one: string): Promise<boolean> =>
    stat(one).then(
      info => info.isFile(),
      () => false,
    );
  if (await isThere(path.join(scratch.workspace, file))) return false;
  if (!(await isThere(own))) return false;
  await writeInside(scratch.workspace, file, to => copy(own, to));
  return true;
}

async function digestOf(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, { signal });
    return hash.digest('hex');
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

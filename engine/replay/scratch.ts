import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { ReplayPorts } from './ports';

/** A folder of its own in which a run is made again. */
export interface Scratch {
  /** All of it; removed at the end. */
  readonly room: string;
  /** The top of the work tree. */
  readonly tree: string;
  /** The workspace in it. */
  readonly workspace: string;
}

const noteName = 'scratch.json';
const note = v.object({ workspace: v.string(), tree: v.string(), repository: v.nullable(v.string()) });
const never = new AbortController().signal;
type Git = ReplayPorts['git'];

/** Told by the name, so that the next engine of the workspace finds what a killed one has left. */
const prefixOf = (workspace: string): string =>
  `modelyard-replay-${createHash('sha256').update(workspace).digest('hex').slice(0, 16)}-`;

/**
 * Makes the folder: a work tree of the repository at the commit, detached, or an empty one without a commit. The person's
 * index, branches, stash and files stay as they are.
 * @throws ModelyardError `conflict` when the commit is not there, `cancelled`
 */
export async function makeScratch(
  { git, workspace, commit }: { readonly git: Git; readonly workspace: string; readonly commit: string | undefined },
  signal: AbortSignal,
): Promise<Scratch> {
  const prefix = commit === undefined ? '' : await placeInRepository(git, { workspace, commit }, signal);
  const room = await realpath(await mkdtemp(path.join(os.tmpdir(), prefixOf(workspace))));
  const tree = path.join(room, 'tree');
  const scratch = { room, tree, workspace: path.join(tree, prefix) };
  const said = { workspace: scratch.workspace, tree, repository: commit === undefined ? null : workspace };
  try {
    await writeFile(path.join(room, noteName), JSON.stringify(said));
    if (commit !== undefined) {
      // a hook of the repository is meant for the person's own checkouts
      const args = ['-c', `core.hooksPath=${path.join(room, 'no-hooks')}`, 'worktree', 'add', '--detach', tree, commit];
      const { problem } = await git(workspace, args, signal);
      if (problem !== undefined) throw noWorkTree(commit, problem, signal);
    }
    await mkdir(scratch.workspace, { recursive: true });
    return scratch;
  } catch (error) {
    await removeRoom(git, room);
    throw error;
  }
}

const noWorkTree = (commit: string, problem: string, signal: AbortSignal): ModelyardError =>
  signal.aborted
    ? new ModelyardError('cancelled', 'Cancelled.')
    : new ModelyardError('conflict', `Git cannot check out the commit ${commit.slice(0, 12)}: ${problem}`, {
        fix: 'Look whether `git worktree add` works in this repository.',
      });

/** Where the workspace is below the top of its repository; empty: it is the top. */
async function placeInRepository(
  git: Git,
  { workspace, commit }: { readonly workspace: string; readonly commit: string },
  signal: AbortSignal,
): Promise<string> {
  const place = await git(workspace, ['rev-parse', '--show-prefix'], signal);
  if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
  if (place.text === undefined)
    throw new ModelyardError('conflict', `The folder is no git repository any more: ${place.problem ?? ''}`, {
      fix: `The run was made at the commit ${commit.slice(0, 12)}; replay it in a clone that has it.`,
    });
  const known = await git(workspace, ['cat-file', '-e', `${commit}^{commit}`], signal);
  if (known.problem !== undefined)
    throw new ModelyardError('conflict', `The commit ${commit.slice(0, 12)} is not in this repository.`, {
      fix: 'Fetch it (`git fetch --unshallow`, or from where it was pushed to), then replay again.',
    });
  return place.text.replace(/\r?\n$/, '');
}

/** Removes a scratch folder, and what the repository knows of it; nothing else of the repository is touched. */
export async function removeScratch(git: Git, { room }: Scratch): Promise<void> {
  await removeRoom(git, room);
}

async function removeRoom(git: Git, room: string): Promise<void> {
  const { tree, repository } = (await readNote(room)) ?? { tree: path.join(room, 'tree'), repository: null };
  if (repository !== null) await git(repository, ['worktree', 'remove', '--force', '--force', tree], never);
  await rm(room, { recursive: true, force: true, maxRetries: 5 });
  // it knew a tree that was half made, or half removed, only by its name
  if (repository !== null) await git(repository, ['worktree', 'remove', '--force', '--force', tree], never);
}

async function readNote(room: string): Promise<v.InferOutput<typeof note> | undefined> {
  const text = await readFile(path.join(room, noteName), 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), note), text);
  return parsed.success ? parsed.output : undefined;
}

/** Removes what an engine of this workspace that was killed has left; returns how many. */
export async function removeLeftovers(
  ports: Pick<ReplayPorts, 'git' | 'endEngineIn'>,
  workspace: string,
): Promise<number> {
  const names = await readdir(os.tmpdir()).catch(() => []);
  const rooms = names.filter(name => name.startsWith(prefixOf(workspace)));
  for (const name of rooms) {
    const room = await realpath(path.join(os.tmpdir(), name));
    const left = await readNote(room);
    if (left) await ports.endEngineIn(left.workspace);
    await removeRoom(ports.git, room);
  }
  return rooms.length;
}

import fs from 'node:fs';
import path from 'node:path';
import type { Git } from './tree';

export interface Commit {
  readonly id: string;
  readonly author: string;
  /** ms since 1970 */
  readonly at: number;
  readonly subject: string;
  /** Of an experiment: its name, and the commit it began at. */
  readonly experiment?: { readonly name: string; readonly baseline: string };
}

/** Commits that are read at most, the newest. */
export const MOST_COMMITS = 1_000;
const FORMAT = '%H%x00%an%x00%at%x00%s';

/**
 * The commits that changed what the project says of its results, and DVC's experiments. None outside of a repository, and
 * none of a repository that is not the one around the folder.
 */
export async function readHistory(
  root: string,
  { git, paths }: { readonly git: Git; readonly paths: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Commit[]> {
  if (!(await isOwnRepository(root, git, signal))) return [];
  const log = await git(['log', `--max-count=${MOST_COMMITS}`, `--format=${FORMAT}`, 'HEAD', '--', ...paths], signal);
  const refs = await git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/exps'], signal);
  const commits = (log ?? '').split('\n').flatMap(line => commitOf(line) ?? []);
  for (const line of (refs ?? '').split('\n')) {
    const [, id, first, rest, name] =
      /^([0-9a-f]{40}) refs\/exps\/([0-9a-f]{2})\/([0-9a-f]{38})\/(.+)$/.exec(line) ?? [];
    if (id === undefined || name === undefined) continue;
    const shown = await git(['show', '--no-patch', `--format=${FORMAT}`, id], signal);
    const commit = commitOf((shown ?? '').split('\n')[0] ?? '');
    if (commit) commits.push({ ...commit, experiment: { name, baseline: `${first}${rest}` } });
  }
  return commits.sort((a, b) => a.at - b.at);
}

function commitOf(line: string): Commit | undefined {
  const [id = '', author = '', seconds = '', subject = ''] = line.split('\0');
  return /^[0-9a-f]{40}$/.test(id) ? { id, author, subject, at: Number(seconds) * 1000 } : undefined;
}

/** A `.git` that points elsewhere would have us read another repository of this machine. */
async function isOwnRepository(root: string, git: Git, signal: AbortSignal): Promise<boolean> {
  const [top, folder] = await Promise.all([
    git(['rev-parse', '--show-toplevel'], signal),
    git(['rev-parse', '--absolute-git-dir'], signal),
  ]);
  if (top === undefined || folder === undefined || top.trim() === '') return false;
  const real = fs.realpathSync(top.trim());
  const isAround = root === real || root.startsWith(real + path.sep);
  return isAround && fs.realpathSync(folder.trim()) === path.join(real, '.git');
}

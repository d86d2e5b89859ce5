import path from 'node:path';
import { askGit, askGitBytes } from './git';

export interface StagedFile {
  /** From the top of the repository, with `/`. */
  readonly file: string;
  /** Of what would be committed. */
  readonly bytes: number;
  /** Its id in git. */
  readonly blob: string;
}

export interface Staged {
  readonly files: readonly StagedFile[];
  /** Of the workspace, from the top of the repository, with a `/` at the end; empty: the top. */
  readonly prefix: string;
}

/** What a commit would add or change, as it is in the index. A file of Git LFS is as long as its pointer. */
export async function stagedFiles(workspace: string): Promise<Staged> {
  const top = (await askGit(workspace, ['rev-parse', '--show-toplevel'])).trim();
  const part = path.relative(path.resolve(top), workspace).split(path.sep).join('/');
  const prefix = part === '' ? '' : `${part}/`;
  const raw = await askGit(top, [
    'diff',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
    '--diff-filter=ACMT',
  ]);
  const entries = entriesOf(raw.split('\0'));
  if (entries.length === 0) return { files: [], prefix };
  const sizes = await askGit(top, ['cat-file', '--batch-check=%(objectsize)'], entries.map(({ blob }) => `${blob}\n`).join('')); // prettier-ignore
  const lines = sizes.split('\n');
  return { prefix, files: entries.map(({ file, blob }, i) => ({ file, blob, bytes: Number(lines[i]) || 0 })) };
}

/** `:100644 100644 OLD NEW M`, then the name. Submodules are no files. */
function entriesOf(parts: readonly string[]): readonly { readonly file: string; readonly blob: string }[] {
  const found = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode, , blob] = (parts[at] ?? '').split(' ');
    const file = parts[at + 1];
    if (blob !== undefined && file !== undefined && mode !== '160000') found.push({ file, blob });
  }
  return found;
}

/** The text of a file as it would be committed. */
export const stagedText = (workspace: string, file: string): Promise<string> => askGit(workspace, ['show', `:${file}`]);

/** What would be committed of files, in their order. */
export async function stagedBytes(workspace: string, files: readonly StagedFile[]): Promise<readonly Buffer[]> {
  const all = await askGitBytes(workspace, ['cat-file', '--batch'], files.map(({ blob }) => `${blob}\n`).join(''));
  let at = 0;
  return files.map(({ bytes }) => {
    const begin = all.indexOf(0x0a, at) + 1; // `ID blob SIZE`, the content, and a line break
    at = begin + bytes + 1;
    return all.subarray(begin, begin + bytes);
  });
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isInside, leadsOut } from '../../paths';
import { ownFiles } from '../keepFiles';
import type { CodeSide, ReadingGit } from './codeSide';
import { asText, committedText, mostBytes } from './codeSide';

export interface WorkFolder {
  /** The workspace. */
  readonly folder: string;
  /** modelyard.yaml as it is now. */
  readonly config?: string;
}

/** Names of files of git, beyond which the list is cut. */
const mostNames = 4 << 20;

/** HEAD with what is in the working tree on top; without a commit, the files of the folder. */
export async function workCode(
  { work, prefix, git }: { readonly work: WorkFolder; readonly prefix: string; readonly git: ReadingGit },
  signal: AbortSignal,
): Promise<CodeSide> {
  const head = (await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], 4096, signal)).text?.trim();
  const commit = head === '' ? undefined : head;
  const changed =
    commit === undefined
      ? undefined
      : await git(['diff', 'HEAD', '--name-only', '-z', '--no-renames', '--no-ext-diff'], mostNames, signal);
  const { files } = await ownFiles({ folder: work.folder, leaveOut: [] }, signal);
  const touched = [...(changed?.text ?? '').split('\0').slice(0, -1), ...files.map(file => prefix + file)];
  const up = (await git(['rev-parse', '--show-cdup'], 4096, signal)).text?.trim() ?? '';
  return {
    ...(commit !== undefined && { commit }),
    ...(work.config !== undefined && { config: work.config }),
    touched,
    notKept: [],
    cut: changed !== undefined && changed.text === undefined,
    redacted: false,
    ...readers({ top: path.resolve(work.folder, up), touched: new Set(touched), commit, git }),
  };
}

interface Places {
  readonly top: string;
  readonly touched: ReadonlySet<string>;
  readonly commit: string | undefined;
  readonly git: ReadingGit;
}

/** A file that git says is as it was committed is read from the commit, whatever its line ends are in the folder. */
const readers = ({ top, touched, commit, git }: Places): Pick<CodeSide, 'text' | 'sha256'> => ({
  text: async (name, signal) => {
    if (!touched.has(name)) {
      const committed = await committedText(git, { commit, path: name }, signal);
      if (committed !== null) return committed;
    }
    return textOnDisk(top, name);
  },
  sha256: async name => {
    const file = await insideOf(top, name);
    if (file === undefined || !(await lstat(file)).isFile()) return undefined;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  },
});

/** As `CodeSide.text`; of a link it is where it leads, as git has it. */
async function textOnDisk(top: string, name: string): Promise<string | null | undefined> {
  try {
    const file = await insideOf(top, name);
    if (file === undefined) return null;
    const info = await lstat(file);
    if (info.isSymbolicLink()) return await readlink(file);
    if (!info.isFile()) return null;
    return info.size > mostBytes ? undefined : asText(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : undefined;
  }
}

/** A name that comes from a run may be anything: nothing outside is read. */
async function insideOf(top: string, name: string): Promise<string | undefined> {
  const file = path.resolve(top, name);
  if (!isInside(top, file) || file === path.resolve(top)) return undefined;
  return (await leadsOut(top, path.dirname(file))) === undefined ? file : undefined;
}

import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '../errors';
import { git } from './git';
import { isSecretFile, redact } from './secrets';

export interface KeepOptions {
  /** The workspace. */
  readonly folder: string;
  /** Files and folders that are no code, relative to the folder with `/`: data, what steps make, the config. */
  readonly leaveOut: readonly string[];
  /** For each call of git. Default 5 s. */
  readonly gitTimeoutMs?: number;
}

/** A file of the workspace that no commit has, as a run keeps it. */
export interface KeptFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly executable?: boolean;
}

/** `environment/files.json`: what is kept below `environment/files/`, and what is not. */
export interface KeptFiles {
  /** `commit`: the files that git does not know, or has no text diff of; `folder`: there is no commit, all of them. */
  readonly besides: 'commit' | 'folder';
  readonly kept: readonly KeptFile[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

export const keptFolder = 'environment/files';
export const keptList = 'environment/files.json';

const MOST_FILES = 200;
const MOST_BYTES = 1_000_000;
const MOST_IN_ALL = 8_000_000;
const LISTED = 1_000;
/** Of entries looked at where git does not say what there is. */
const MOST_VISITED = 5_000;
/** Made by tools, or another's code; a folder whose name begins with a dot is passed over as well. */
const PASSED_OVER = new Set(['node_modules', '__pycache__', 'venv', 'env', 'mlruns', 'mlartifacts', 'wandb']);
const CODE = /\.(?:py|ipynb|r|jl|scala|java|js|mjs|cjs|ts|sh|sql|ya?ml|json|toml|cfg|ini|txt|md)$/i;

/**
 * What a run needs to be made again and its commit does not have: files that git does not know, changed ones that are no
 * text, and without a commit the small files of the folder. Code first, within bounds; what may hold a secret is left out.
 * @throws ModelyardError `cancelled`
 */
export async function keepFiles(
  options: KeepOptions,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly bytes: Uint8Array }[]> {
  const { folder } = options;
  const { besides, files: own } = await ownFiles(options, signal);
  const found = own.toSorted(codeFirst);
  const kept: KeptFile[] = [];
  const leftOut: { path: string; why: string }[] = [];
  const files: { path: string; bytes: Uint8Array }[] = [];
  let total = 0;
  for (const file of found) {
    throwIfAborted(signal);
    const read = files.length >= MOST_FILES ? `more than ${MOST_FILES} files` : await readSmall(folder, file);
    const why = typeof read === 'string' ? read : total + read.bytes.length > MOST_IN_ALL ? 'too much in all' : '';
    if (typeof read === 'string' || why !== '') {
      if (why !== 'gone') leftOut.push({ path: file, why });
      continue;
    }
    total += read.bytes.length;
    files.push({ path: `${keptFolder}/${file}`, bytes: read.bytes });
    kept.push({
      path: file,
      size: read.bytes.length,
      sha256: createHash('sha256').update(read.bytes).digest('hex'),
      ...(read.executable && { executable: true }),
    });
  }
  if (kept.length + leftOut.length === 0) return [];
  const list: KeptFiles = { besides, kept, leftOut: leftOut.slice(0, LISTED) };
  return [...files, { path: keptList, bytes: Buffer.from(`${JSON.stringify(list, undefined, 2)}\n`) }];
}

/**
 * The files that the commit does not have, or has no text diff of; without a commit the files of the folder, however large.
 * @throws ModelyardError `cancelled`
 */
export async function ownFiles(
  options: KeepOptions,
  signal: AbortSignal,
): Promise<{ readonly besides: KeptFiles['besides']; readonly files: readonly string[] }> {
  const known = await unknownToGit(options, signal);
  const files = (known ?? (await walk(options.folder))).filter(file => !isLeftOut(file, options.leaveOut));
  return { besides: known ? 'commit' : 'folder', files };
}

/** Relative to the folder; undefined where there is no commit. */
async function unknownToGit(options: KeepOptions, signal: AbortSignal): Promise<string[] | undefined> {
  const run = async (...args: readonly string[]): Promise<string | undefined> => {
    const call = { folder: options.folder, args, maxBytes: 4 << 20, timeoutMs: options.gitTimeoutMs ?? 5_000 };
    const { text } = await git(call, signal);
    throwIfAborted(signal);
    return text;
  };
  const commit = await run('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (commit === undefined || commit.trim() === '') return undefined;
  const [others, changed] = await Promise.all([
    run('ls-files', '--others', '--exclude-standard', '-z'),
    run('diff', 'HEAD', '--numstat', '-z', '--no-renames', '--relative', '--no-ext-diff', '--no-textconv'),
  ]);
  const binary = (changed ?? '').split('\0').flatMap(line => /^-\t-\t(.+)$/s.exec(line)?.[1] ?? []);
  return [...new Set([...(others ?? '').split('\0'), ...binary])].filter(file => file !== '' && !isOurs(file));
}

const isOurs = (file: string): boolean => /(?:^|\/)\.modelyard\//.test(file);

async function walk(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  let visited = 0;
  for (let below = waiting.shift(); below !== undefined; below = waiting.shift()) {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (++visited > MOST_VISITED) return found;
      const file = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) found.push(file);
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !PASSED_OVER.has(entry.name)) waiting.push(file);
    }
  }
  return found;
}

const isLeftOut = (file: string, leaveOut: readonly string[]): boolean =>
  leaveOut.some(name => file === name || file.startsWith(`${name}/`));

const codeFirst = (a: string, b: string): number => Number(CODE.test(b)) - Number(CODE.test(a)) || (a < b ? -1 : 1);

async function readSmall(folder: string, file: string): Promise<{ bytes: Uint8Array; executable: boolean } | string> {
  if (isSecretFile(file)) return 'its name says that it may hold secrets';
  try {
    const absolute = path.join(folder, file);
    const info = await lstat(absolute);
    if (!info.isFile()) return 'a link';
    if (info.size > MOST_BYTES) return `${info.size} bytes`;
    const bytes = await readFile(absolute);
    if (bytes.length > MOST_BYTES) return `${bytes.length} bytes`;
    const text = bytes.toString('latin1');
    if (redact(text) !== text) return 'it holds what looks like a secret';
    return { bytes, executable: (info.mode & 0o100) !== 0 };
  } catch {
    return 'gone';
  }
}

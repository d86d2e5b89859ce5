import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Zip, ZipPassThrough } from 'fflate';
import { ModelyardError, throwIfAborted } from '../errors';
import { isInside, leadsOut } from '../paths';

/** Runs git in a folder; undefined when there is none. */
export type Git = (folder: string, args: readonly string[], signal: AbortSignal) => Promise<string | undefined>;

/** What Ray's own client refuses to upload is not sent either. https://docs.ray.io/en/latest/ray-core/handling-dependencies.html */
const mostBytes = 500 * 1024 * 1024;
const neverSent = new Set(['.git', '.modelyard', 'node_modules', '__pycache__', '.venv', 'venv', '.ipynb_checkpoints']);

/** Where tools look for passwords and keys. What git tracks of them is no secret any more. */
const secretFile =
  /^(\.env(\.(?!example$|sample$|template$).*)?|\.netrc|\.pypirc|\.pgpass|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx))$/;

export interface Package {
  /** As Ray wants packages called; the same for the same files. */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly files: number;
  /** Files that stay here, as their names say that they hold secrets. */
  readonly withheld: readonly string[];
}

export interface PackageOptions {
  readonly workspace: string;
  /** Also when git does not know them; relative, files or folders. */
  readonly include: readonly string[];
  /** Made for the job, by name. */
  readonly extra: Readonly<Record<string, string>>;
  readonly git: Git;
}

/**
 * The workspace as a ZIP file: what git tracks or would track, without git all but caches; and what else is named. Links
 * that lead out of the workspace are left out, and so are files of secrets that git does not track. Nothing is compressed: that would keep the engine's thread busy.
 * @throws ModelyardError `params.invalid` when it is too large, with the largest files; `cancelled`
 */
export async function packageOf(options: PackageOptions, signal: AbortSignal): Promise<Package> {
  const { workspace, extra } = options;
  const { files, withheld } = await filesOf(options, signal);
  const made = await zipOf(
    { texts: extra, files: new Map(files.map(file => [file, path.join(workspace, file)])) },
    signal,
  );
  return { ...made, withheld };
}

/** For the log of a step. */
export const withheldText = (files: readonly string[]): string =>
  `Not sent, as secrets may be in it: ${files.slice(0, 10).join(', ')}${files.length > 10 ? ` and ${files.length - 10} more` : ''}. Secrets are named in \`env\`, or git tracks the file.\n`;

export interface ZipEntries {
  readonly texts: Readonly<Record<string, string>>;
  /** By name: where they are on this machine. */
  readonly files: ReadonlyMap<string, string>;
}

/** @throws ModelyardError `params.invalid` when it is too large, with the largest files; `cancelled` */
export async function zipOf({ texts, files }: ZipEntries, signal: AbortSignal): Promise<Package> {
  await refuseTooLarge(files);
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [name, text] of Object.entries(texts)) {
    const entry = newEntry(name);
    zip.add(entry);
    entry.push(Buffer.from(text), true);
  }
  for (const [name, file] of files) {
    throwIfAborted(signal);
    const entry = newEntry(name);
    zip.add(entry);
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      if (Buffer.isBuffer(chunk)) entry.push(chunk);
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  const bytes = Buffer.concat(chunks);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return {
    name: `_ray_pkg_modelyard_${digest.slice(0, 32)}.zip`,
    sha256: digest,
    bytes,
    files: files.size,
    withheld: [],
  };
}

/** The same files make the same package, which is then uploaded once. */
function newEntry(name: string): ZipPassThrough {
  const entry = new ZipPassThrough(name);
  entry.mtime = '1980-01-01';
  return entry;
}

async function filesOf(
  { workspace, include, extra, git }: PackageOptions,
  signal: AbortSignal,
): Promise<{ readonly files: readonly string[]; readonly withheld: readonly string[] }> {
  const list = async (...which: readonly string[]): Promise<readonly string[] | undefined> =>
    (await git(workspace, ['ls-files', '-z', ...which], signal))?.split('\0').filter(name => name !== '');
  const tracked = await list('--cached');
  const known = (tracked && (await list('--cached', '--others', '--exclude-standard'))) ?? (await below(workspace, ''));
  const open = new Set([...(tracked ?? []), ...include.map(one => path.posix.normalize(one))]);
  const withheld: string[] = [];
  const named = (await Promise.all(include.map(one => below(workspace, path.posix.normalize(one))))).flat();
  const found: string[] = [];
  for (const file of [...new Set([...known, ...named])].sort()) {
    if (Object.hasOwn(extra, file) || file.split('/').some(part => neverSent.has(part))) continue;
    const info = await stat(path.join(workspace, file)).catch(() => undefined);
    if (info?.isFile() !== true || !isInside(workspace, path.resolve(workspace, file))) continue;
    if ((await leadsOut(workspace, file)) !== undefined) continue;
    const isSecret = secretFile.test(path.posix.basename(file)) && !open.has(file);
    (isSecret ? withheld : found).push(file);
  }
  return { files: found, withheld };
}

/** The files of a folder, or the file itself; relative to the workspace with `/`. */
async function below(workspace: string, start: string): Promise<readonly string[]> {
  const info = await stat(path.join(workspace, start)).catch(() => undefined);
  if (info === undefined) return [];
  if (info.isFile()) return [start];
  const found: string[] = [];
  for (const entry of await readdir(path.join(workspace, start), { withFileTypes: true })) {
    if (neverSent.has(entry.name)) continue;
    const name = start === '' || start === '.' ? entry.name : `${start}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await below(workspace, name)));
    else found.push(name);
  }
  return found;
}

async function refuseTooLarge(files: ReadonlyMap<string, string>): Promise<void> {
  const sizes: { file: string; size: number }[] = [];
  for (const [file, at] of files) sizes.push({ file, size: (await stat(at)).size });
  const all = sizes.reduce((sum, { size }) => sum + size, 0);
  if (all <= mostBytes) return;
  const largest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 3);
  const shown = largest.map(({ file, size }) => `${file} (${megabytes(size)})`).join(', ');
  throw new ModelyardError(
    'params.invalid',
    `The workspace is too large to be sent: ${megabytes(all)}, at most ${megabytes(mostBytes)}. The largest files: ${shown}.`,
    {
      fix: 'Let .gitignore name what the command does not need.',
    },
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

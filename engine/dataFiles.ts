import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelyardError } from './errors';
import { digest } from './ids';
import type { Digest } from './protocol/ids';
import { matcher } from './schedule/patterns';
import { walkFiles } from './walkFiles';

/** Files that a dataset has at most. */
const mostFiles = 10_000;
/** What a folder has of files with data, besides those whose names begin with a point or an underscore. */
const dataEnding = /\.(csv|tsv|txt|jsonl|ndjson|parquet|pq)$/i;
const patternCharacters = /[*?[\]{}]/;
/** What databases keep beside their file until they write it there: SQLite, DuckDB. */
const logs = ['-wal', '.wal'];

/** The files of a folder or pattern. */
export interface DataFiles {
  /** Absolute path of a folder. */
  readonly base: string;
  /** In the order in which they are read; relative to the folder, with `/`. */
  readonly names: readonly string[];
}

/**
 * The files that a path stands for: those of a folder and the folders in it, or all that fit a pattern (`loans/*.csv`), in the order of their
 * names. Undefined when it is one file, or nothing is there.
 * @param file absolute
 * @throws ModelyardError `data.unreadable` for more than 10,000 files, `cancelled`
 */
export async function dataFiles(file: string, signal: AbortSignal): Promise<DataFiles | undefined> {
  const found = await place(file);
  if (!found) return undefined;
  const { base } = found;
  const fits = fitsIn(found);
  const names: string[] = [];
  for await (const name of walkFiles(base, '', signal)) {
    if (!fits(name)) continue;
    if (names.push(name) > mostFiles)
      throw new ModelyardError('data.unreadable', `${file}: there are more than ${mostFiles} files.`, {
        place: { file },
        fix: 'Give a narrower pattern, or put the rows into fewer files.',
      });
  }
  return { base, names: names.toSorted() };
}

interface DataFolder {
  readonly base: string;
  /** Absent: the folder itself is meant. */
  readonly pattern?: string;
}

/** Tells by the name of a file in a folder, relative with `/`, whether it has data. */
function fitsIn({ pattern }: DataFolder): (name: string) => boolean {
  const fits = pattern === undefined ? (name: string) => dataEnding.test(name) : matcher([pattern]);
  return name => !name.split('/').some(part => /^[._]/.test(part)) && fits(name);
}

async function place(file: string): Promise<DataFolder | undefined> {
  const info = await stat(file).catch(() => undefined);
  if (info) return info.isDirectory() ? { base: file } : undefined;
  const parts: string[] = [];
  for (let base = file; path.dirname(base) !== base; base = path.dirname(base)) {
    const isFolder = base !== file && (await stat(base).catch(() => undefined))?.isDirectory() === true;
    if (isFolder) return patternCharacters.test(parts[0] ?? '') ? { base, pattern: parts.join('/') } : undefined;
    parts.unshift(path.basename(base));
  }
  return undefined;
}

/** Whether a path is no file, but a folder or, where nothing is called so, a pattern. */
export async function isSeveral(file: string): Promise<boolean> {
  let there = file;
  while (path.dirname(there) !== there && !(await stat(there).catch(() => undefined))) there = path.dirname(there);
  if (there === file) return (await stat(file)).isDirectory();
  return patternCharacters.test(path.relative(there, file));
}

/** Whether a file would be one of those that a folder or pattern stands for; it need not be there. Both absolute. */
export async function isAmong(several: string, file: string): Promise<boolean> {
  const found = await place(several);
  if (!found) return false;
  const name = path.relative(found.base, file).split(path.sep).join('/');
  return !name.startsWith('../') && fitsIn(found)(name);
}

export interface FileStamp {
  /** Changes with every writing and replacing of the file, as git's index tells it. */
  readonly stamp: string;
  readonly bytes: number;
  /** ms since 1970 */
  readonly modifiedAt: number;
}

/** Undefined when there is no file, or none that can be looked at. */
export async function fileStamp(file: string): Promise<FileStamp | undefined> {
  try {
    const { size, mtimeNs, mtimeMs, ctimeNs, ino } = await stat(file, { bigint: true });
    return { stamp: `${size} ${mtimeNs} ${ctimeNs} ${ino}`, bytes: Number(size), modifiedAt: Number(mtimeMs) };
  } catch {
    return undefined;
  }
}

/** sha-256 of a file's bytes; rejects when it cannot be read. */
export async function hashFile(file: string, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), hash, { signal });
  return digest(hash.digest('hex'));
}

/** Where data is: the path of a file, folder or pattern, and what is taken of a database. */
export interface DataPlace {
  /** Absolute. */
  readonly path: string;
  readonly table?: string;
  readonly query?: string;
}

/** Of all that a place stands for together. Undefined when there is nothing, or a file that cannot be looked at. */
export async function dataStamp(of: DataPlace, signal = new AbortController().signal): Promise<FileStamp | undefined> {
  const parts = await partsOf(of.path, signal);
  const stamps: FileStamp[] = [];
  for (const { file } of parts) {
    const one = await fileStamp(file);
    if (!one) return undefined;
    stamps.push(one);
  }
  const [first] = stamps;
  if (!first || (isOneFile(parts) && !isSelection(of))) return first;
  const hash = createHash('sha256').update(`${of.table ?? ''}\n${of.query ?? ''}\n`);
  for (const [index, { stamp }] of stamps.entries()) hash.update(`${parts[index]?.name}\t${stamp}\n`);
  return {
    stamp: hash.digest('hex'),
    bytes: stamps.reduce((sum, { bytes }) => sum + bytes, 0),
    modifiedAt: stamps.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0),
  };
}

/**
 * The digest of the data at a place as it is now: sha-256 of a file's bytes, or over the names and bytes of all of them; two queries of one
 * database are two versions. Rejects when something cannot be read.
 */
export async function hashData(of: DataPlace, signal: AbortSignal): Promise<Digest> {
  const parts = await partsOf(of.path, signal);
  const files: FileDigest[] = [];
  for (const { name, file } of parts) files.push({ name, digest: await hashFile(file, signal) });
  return digestOfData(files, of);
}

export interface FileDigest {
  /** Relative to the folder; empty: the file itself. */
  readonly name: string;
  readonly digest: Digest;
}

/** One digest for files in their order, and for what is taken of them. */
export function digestOfData(files: readonly FileDigest[], of: Pick<DataPlace, 'table' | 'query'>): Digest {
  const [only] = files;
  if (only && isOneFile(files) && !isSelection(of)) return only.digest;
  const hash = createHash('sha256');
  for (const { name, digest: one } of files) hash.update(`${name}\t${one}\n`);
  if (isSelection(of)) hash.update(`table ${of.table ?? ''}\nquery ${of.query ?? ''}`);
  return digest(hash.digest('hex'));
}

const isOneFile = (parts: readonly { readonly name: string }[]): boolean => parts.length === 1 && parts[0]?.name === '';
const isSelection = ({ table, query }: Pick<DataPlace, 'table' | 'query'>): boolean =>
  table !== undefined || query !== undefined;

interface Part {
  readonly name: string;
  readonly file: string;
}

/** A file with what a database keeps beside it, or the files of a folder or pattern. */
export async function partsOf(file: string, signal: AbortSignal): Promise<readonly Part[]> {
  const many = await dataFiles(file, signal);
  if (many) return many.names.map(name => ({ name, file: path.join(many.base, name) }));
  const parts = [{ name: '', file }];
  for (const name of logs) {
    const info = await stat(file + name).catch(() => undefined);
    if (info?.isFile() === true && info.size > 0) parts.push({ name, file: file + name });
  }
  return parts;
}

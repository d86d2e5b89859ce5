import fs from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../errors';
import { hostFailure } from './failures';
import { HEADER_SIZE, judgeHeader } from './header';
import { type HostFiles, errnoOf } from './hostFiles';

const FOLDER = '.modelyard';
const DATABASE = 'modelyard.db';

/** Makes `.modelyard` ready: the folder, its .gitignore, and a database file that may be opened. */
export function prepareFolder(
  root: string,
  files: HostFiles,
  version: number,
): { readonly root: string; readonly folder: string; readonly file: string } {
  const realRoot = realFolder(root);
  const folder = path.join(realRoot, FOLDER);
  try {
    if (files.makeFolder(folder)) files.syncFolder(realRoot);
    const file = realFile(path.join(fs.realpathSync(folder), DATABASE));
    judge(file, files, version);
    unprotect(file, files);
    mustBeWritable(file, files);
    writeGitignore(folder);
    return { root: realRoot, folder, file };
  } catch (error) {
    throw hostFailure(error, folder, files);
  }
}

/**
 * While Modelyard has the file open, nobody else may write it: another program could take a commit under way for one
 * that has to be rolled back. A file system without such rights does without.
 */
export function protect(file: string, files: HostFiles): void {
  setMode(file, files, mode => mode & ~0o222);
}

/** Gives the right to write back; a process that was killed may have left the file and its journal without. */
export function unprotect(file: string, files: HostFiles): void {
  for (const name of [file, `${file}-journal`]) setMode(name, files, mode => mode | 0o600);
}

function setMode(file: string, files: HostFiles, change: (mode: number) => number): void {
  try {
    const mode = Number(files.stat(file).mode) & 0o777;
    if (change(mode) !== mode) files.chmod(file, change(mode));
  } catch {
    // Not there, or no rights to change: opening it says what matters.
  }
}

function realFolder(root: string): string {
  try {
    return fs.realpathSync(root);
  } catch (error) {
    throw new ModelyardError('not-found', `The folder ${root} does not exist.`, { cause: error });
  }
}

/** Follows a link: the journal must lie beside the file itself. */
const realFile = (file: string): string => (fs.existsSync(file) ? fs.realpathSync(file) : file);

function judge(file: string, files: HostFiles, version: number): void {
  const header = head(file, files, HEADER_SIZE);
  if (header === undefined) return;
  const journal = head(`${file}-journal`, files, 8)?.bytes ?? new Uint8Array(0);
  judgeHeader({ file, header: header.bytes, size: header.size, journal, version });
}

/** The first bytes of a file and its size; undefined when it is not there. */
function head(file: string, files: HostFiles, length: number): { bytes: Uint8Array; size: number } | undefined {
  let fd: number;
  try {
    fd = files.open(file, { write: false, create: false, exclusive: false, truncate: false }, 0);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = new Uint8Array(length);
    const got = files.read(fd, bytes, 0);
    return { bytes: bytes.subarray(0, got), size: Number(files.statOpen(fd).size) };
  } finally {
    files.close(fd);
  }
}

/** SQLite would open a file that it may only read, and fail at the first write. */
function mustBeWritable(file: string, files: HostFiles): void {
  try {
    files.close(files.open(file, { write: true, create: false, exclusive: false, truncate: false }, 0));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw hostFailure(error, file, files);
  }
  files.access(path.dirname(file), fs.constants.W_OK);
}

/** Nothing in the folder belongs into version control. */
function writeGitignore(folder: string): void {
  const file = path.join(folder, '.gitignore');
  if (!fs.existsSync(file)) fs.writeFileSync(file, '*\n');
}

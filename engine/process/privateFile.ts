import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeOwnFolder } from '../client/ownFolder';

/** Writes a file that only this user can read, in `.modelyard`; never seen half written. */
export function writePrivateFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  makeOwnFolder(path.dirname(file));
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, file);
}

/** Its text; undefined when it is not there, is no file of its own, or others can read or write it as well. */
export function readPrivateFile(file: string): string | undefined {
  try {
    const found = lstatSync(file);
    const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
    return found.isFile() && isPrivate ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

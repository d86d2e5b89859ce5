import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelyardError } from '../errors';
import { hostFailure } from './failures';
import { errnoOf } from './hostFiles';

/** What belongs to a database: its log and the journal of a transaction that may be under way. */
const PARTS = ['', '-wal', '-journal'];
const MAGIC = 'SQLite format 3\0';
const ATTEMPTS = 20;

export interface CopyOptions {
  /** Where the copy goes. */
  readonly folder: string;
  /** Makes the error: why the file cannot be copied, with a small letter and without a full stop, and the way out. */
  readonly refused: (why: string, fix?: string) => ModelyardError;
}

/**
 * A copy that may be opened and changed: the database itself is only read, even while a server writes to it. What changed
 * while it was being copied is copied again, so that file, log and journal belong together.
 * @throws what `refused` makes
 */
export async function copyDatabase(
  file: string,
  { folder, refused }: CopyOptions,
  signal: AbortSignal,
): Promise<string> {
  if (!isDatabase(file)) throw refused('it is not a SQLite database');
  const copy = path.join(folder, 'copy.db');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = stamp(file);
    for (const part of PARTS) copyPart(file + part, copy + part);
    if (stamp(file) === before) return copy;
    await delay(50, undefined, { signal });
  }
  throw refused(
    'it changes all the time, so that no whole copy can be made',
    'Stop what writes to it for a moment, and try again.',
  );
}

function isDatabase(file: string): boolean {
  const head = Buffer.alloc(MAGIC.length);
  const fd = fs.openSync(file, 'r');
  try {
    fs.readSync(fd, head, 0, head.length, 0);
  } finally {
    fs.closeSync(fd);
  }
  return head.toString('latin1') === MAGIC;
}

/** Sizes and times of all parts. */
const stamp = (file: string): string =>
  PARTS.map(part => {
    const stat = fs.statSync(file + part, { throwIfNoEntry: false, bigint: true });
    return stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  }).join('|');

function copyPart(from: string, to: string): void {
  fs.rmSync(to, { force: true });
  try {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
    fs.chmodSync(to, 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw hostFailure(error, path.dirname(to));
  }
}

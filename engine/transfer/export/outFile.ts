import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ModelyardError } from '../../errors';
import { hostFailure } from '../../store/failures';
import { errnoOf, nodeFiles } from '../../store/hostFiles';

/** Refuses what cannot become the file of an export, before anything is read for it. */
export function checkOutFile(file: string, overwrite: boolean): void {
  const folder = path.dirname(file);
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ModelyardError('not-found', `The folder ${folder} does not exist.`);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true)
    throw new ModelyardError('conflict', `${file} is a folder.`, { fix: 'Name a file.' });
  if (stat !== undefined && !overwrite)
    throw new ModelyardError('conflict', `${file} exists already.`, {
      fix: 'Name another file, or let it be replaced (--force).',
    });
}

/** Writes a file that appears whole and on the disk, or not at all. @returns its bytes */
export async function writeOutFile(
  file: string,
  { content, transforms = [] }: { content: AsyncIterable<Uint8Array>; transforms?: readonly NodeJS.ReadWriteStream[] },
  signal: AbortSignal,
): Promise<number> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.partial`;
  try {
    const out = fs.createWriteStream(temporary, { flags: 'wx', flush: true });
    await pipeline([Readable.from(content, { objectMode: false }), ...transforms, out], { signal });
    fs.renameSync(temporary, file);
    nodeFiles.syncFolder(path.dirname(file));
    return fs.statSync(file).size;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw errnoOf(error)?.startsWith('E') === true && errnoOf(error) !== 'ABORT_ERR'
      ? hostFailure(error, path.dirname(file))
      : error;
  }
}

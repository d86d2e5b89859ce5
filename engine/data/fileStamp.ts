import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { digest } from '../ids';
import type { Digest } from '../protocol/ids';

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

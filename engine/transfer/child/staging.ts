import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { digest as asDigest } from '../../ids';
import type { Digest } from '../../protocol/ids';
import { nodeFiles } from '../../store/hostFiles';
import { ObjectStore } from '../../store/objects';
import type { StagingStore } from '../read/source';

/**
 * Contents of artifacts beside the workspace's own: written and on the disk here, so that the engine only has to move
 * them. What the workspace has already is not copied.
 */
export class Staging implements StagingStore {
  private readonly kept: ObjectStore;
  private readonly staged: ObjectStore;

  /** @param objects the workspace's folder of objects @param folder a private one on the same disk */
  constructor(objects: string, folder: string) {
    this.kept = new ObjectStore(objects);
    // the names are made to last when the engine takes the files over
    this.staged = new ObjectStore(folder, { ...nodeFiles, syncFolder: () => undefined });
  }

  has(digest: Digest): boolean {
    return this.kept.has(digest) || this.staged.has(digest);
  }

  putStream(
    stream: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly digest: Digest; readonly size: number }> {
    return this.staged.putStream(stream, signal);
  }

  /** Reads a file once to learn whether it is here; only a new one is read again and copied. */
  async putFile(file: string, signal: AbortSignal): Promise<{ readonly digest: Digest; readonly size: number }> {
    const found = await hashFile(file, signal);
    return this.has(found.digest) ? found : this.staged.putFile(file, signal);
  }
}

async function hashFile(file: string, signal: AbortSignal): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  const stream = fs.createReadStream(file, { highWaterMark: 1 << 18 });
  await pipeline(stream, hash, { signal });
  return { digest: asDigest(hash.digest('hex')), size: stream.bytesRead };
}

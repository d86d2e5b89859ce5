import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable, addAbortSignal } from 'node:stream';
import { ModelyardError, isAbort, throwIfAborted } from '../errors';
import { digest as asDigest, isDigest } from '../ids';
import type { Digest } from '../protocol/ids';
import { hostFailure } from './failures';
import { type HostFiles, errnoOf, nodeFiles } from './hostFiles';

export interface StoredObject {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface ListedObject extends StoredObject {
  /** ms since 1970 */
  readonly modifiedAt: number;
}

/** Leftovers of a process that was killed are removed when they are this old. */
const STALE_MS = 24 * 3600 * 1000;
/** ms for which it is remembered that somebody has put a content, which no row may refer to yet. */
const REMEMBERED_MS = 24 * 3600 * 1000;

/**
 * Files named by the sha-256 of their content, `ab/cdef…`: what is in one never changes, the same content is kept
 * once, and a folder that is moved or merged keeps working. A file appears under its name whole and on the disk, or
 * not at all. Errors: `store.full`, `store.readonly`, `store.corrupt`, `not-found`, `cancelled`.
 */
export class ObjectStore {
  /** When a content was put last, by this process; ms on a clock that nobody moves. The oldest first. */
  private readonly lately = new Map<Digest, number>();

  constructor(
    readonly folder: string,
    private readonly files: HostFiles = nodeFiles,
  ) {}

  put(bytes: Uint8Array): Digest {
    const digest = asDigest(createHash('sha256').update(bytes).digest('hex'));
    this.remember(digest);
    if (this.sizeOf(digest) === bytes.length) return digest;
    const temporary = this.newTemporary();
    this.attempt(() => {
      try {
        const fd = fs.openSync(temporary, 'wx', 0o444);
        try {
          this.files.write(fd, bytes, 0);
          this.files.sync(fd);
        } finally {
          fs.closeSync(fd);
        }
        this.publish(temporary, digest);
      } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw error;
      }
    });
    return digest;
  }

  /** @throws ModelyardError `data.missing`, `data.unreadable` when there is no such file, or it is not one */
  async putFile(file: string, signal?: AbortSignal): Promise<StoredObject> {
    try {
      await fs.promises.access(file, fs.constants.R_OK);
    } catch (error) {
      throw new ModelyardError('data.missing', `${file} is not there or may not be read.`, { cause: error });
    }
    if (!(await fs.promises.stat(file)).isFile()) throw new ModelyardError('data.unreadable', `${file} is not a file.`);
    return this.putStream(fs.createReadStream(file, { highWaterMark: 1 << 18 }), signal);
  }

  async putStream(stream: Readable | AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StoredObject> {
    const temporary = this.newTemporary();
    try {
      const stored = await this.receive(stream, temporary, signal);
      this.remember(stored.digest);
      if (this.sizeOf(stored.digest) === stored.size) await fs.promises.rm(temporary, { force: true });
      else this.publish(temporary, stored.digest);
      return stored;
    } catch (error) {
      await fs.promises.rm(temporary, { force: true });
      throw isAbort(error) ? new ModelyardError('cancelled', 'Cancelled.', { cause: error }) : this.failure(error);
    }
  }

  /**
   * Takes finished files over from another store on the same disk, which has them on the disk already. In the background:
   * a child process may fill a store of its own, and this one only gives the files their names.
   */
  async adopt(other: ObjectStore, digests: Iterable<Digest>): Promise<void> {
    const folders = new Set<string>();
    try {
      for (const digest of new Set(digests)) {
        this.remember(digest);
        if (this.has(digest)) continue;
        const target = this.path(digest);
        const made = await fs.promises.mkdir(path.dirname(target), { recursive: true });
        await fs.promises.rename(other.path(digest), target);
        folders.add(path.dirname(target));
        if (made !== undefined) folders.add(this.folder);
      }
      for (const folder of folders) await syncFolder(folder);
    } catch (error) {
      throw this.failure(error);
    }
  }

  path(digest: Digest): string {
    return path.join(this.folder, digest.slice(0, 2), digest.slice(2));
  }

  has(digest: Digest): boolean {
    return this.sizeOf(digest) !== undefined;
  }

  /** Bytes; undefined when it is not there. */
  sizeOf(digest: Digest): number | undefined {
    return fs.statSync(this.path(digest), { throwIfNoEntry: false })?.size;
  }

  /** All that is kept, in no order. */
  async *list(): AsyncGenerator<ListedObject> {
    for (const folder of await entriesOf(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await entriesOf(path.join(this.folder, folder))) {
        const found = `${folder}${name}`;
        if (!isDigest(found)) continue;
        const info = await fs.promises.stat(this.path(found)).catch(() => undefined);
        if (info?.isFile()) yield { digest: found, size: info.size, modifiedAt: info.mtimeMs };
      }
    }
  }

  /** Whether somebody has put the content within the last day, in this process: a row may be about to refer to it. */
  isRecent(digest: Digest): boolean {
    return this.lately.has(digest);
  }

  /** Removes a content that no row refers to, unless it has been put, or written, since it was listed. In one go. */
  remove({ digest, modifiedAt }: ListedObject): boolean {
    return this.attempt(() => {
      const file = this.path(digest);
      if (this.isRecent(digest) || fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs !== modifiedAt) return false;
      fs.rmSync(file, { force: true });
      return true;
    });
  }

  /** The whole content, checked against its digest. */
  read(digest: Digest): Uint8Array {
    const bytes = this.attempt(() => {
      try {
        return fs.readFileSync(this.path(digest));
      } catch (error) {
        throw errnoOf(error) === 'ENOENT' ? missing(digest) : error;
      }
    });
    if (createHash('sha256').update(bytes).digest('hex') === digest) return bytes;
    throw new ModelyardError(
      'store.corrupt',
      `${this.path(digest)} is damaged: its content is not what its name says.`,
      {
        fix: 'Restore that file from a copy of the folder, or make the artifact again and log it.',
      },
    );
  }

  /** A part of the content (all by default); `end` is exclusive. */
  createReadStream(digest: Digest, range: { readonly start?: number; readonly end?: number } = {}): Readable {
    const size = this.sizeOf(digest);
    if (size === undefined) throw missing(digest);
    const start = Math.max(0, range.start ?? 0);
    const end = Math.min(size, range.end ?? size);
    return start < end ? fs.createReadStream(this.path(digest), { start, end: end - 1 }) : Readable.from([]);
  }

  /** Removes what a killed process left half-written. */
  removeStale(now: number = Date.now()): void {
    const folder = path.join(this.folder, 'incoming');
    for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
      const file = path.join(folder, name);
      const age = now - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now);
      if (age > STALE_MS) fs.rmSync(file, { force: true });
    }
  }

  private remember(digest: Digest): void {
    const now = performance.now();
    this.lately.delete(digest);
    this.lately.set(digest, now);
    for (const [oldest, at] of this.lately) {
      if (now - at < REMEMBERED_MS) break;
      this.lately.delete(oldest);
    }
  }

  private async receive(
    source: Readable | AsyncIterable<Uint8Array>,
    temporary: string,
    signal: AbortSignal | undefined,
  ): Promise<StoredObject> {
    const stream = source instanceof Readable ? source : Readable.from(source);
    if (signal) {
      throwIfAborted(signal);
      addAbortSignal(signal, stream);
    }
    const hash = createHash('sha256');
    let size = 0;
    const handle = await fs.promises.open(temporary, 'wx', 0o444);
    try {
      for await (const chunk of stream) {
        const bytes = bytesOf(chunk);
        hash.update(bytes);
        await handle.writeFile(bytes);
        size += bytes.length;
      }
      if (signal) throwIfAborted(signal);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { digest: asDigest(hash.digest('hex')), size };
  }

  /** Gives a finished file its name, and makes the name last. */
  private publish(temporary: string, digest: Digest): void {
    const target = this.path(digest);
    const isNew = this.files.makeFolder(path.dirname(target));
    fs.renameSync(temporary, target);
    this.files.syncFolder(path.dirname(target));
    if (isNew) this.files.syncFolder(this.folder);
  }

  private newTemporary(): string {
    const folder = path.join(this.folder, 'incoming');
    this.attempt(() => fs.mkdirSync(folder, { recursive: true }));
    return path.join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.failure(error);
    }
  }

  private failure(error: unknown): unknown {
    return errnoOf(error) === undefined ? error : hostFailure(error, this.folder, this.files);
  }
}

const entriesOf = (folder: string): Promise<readonly string[]> => fs.promises.readdir(folder).catch(() => []);

/** As `HostFiles.syncFolder`, without keeping the thread. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw new ModelyardError('internal', 'A stream of bytes gave something else.');
}

const missing = (digest: Digest): ModelyardError =>
  new ModelyardError('not-found', `The file with content ${digest} is not in .modelyard/objects.`, {
    fix: 'Restore it from a copy of the folder, or make the artifact again and log it.',
  });

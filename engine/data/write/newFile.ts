import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';

export interface Written {
  readonly bytes: number;
  /** sha-256 of all bytes. */
  readonly digest: string;
}

/** Bytes that are gathered before they are written. */
const blockBytes = 1 << 20;

/** The name that a file has while a process writes it. */
export const temporaryOf = (file: string, pid: number): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${pid}.tmp`);

/** A file that is there when it is whole and on the disk, and otherwise not at all. */
export class NewFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;

  private constructor(file: string, temporary: string, handle: FileHandle) {
    this.#path = file;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Writes a file by `work`; when that fails, what was there before is still there. */
  static async write(file: string, work: (to: NewFile) => Promise<void>): Promise<Written> {
    const temporary = temporaryOf(file, process.pid);
    const to = new NewFile(file, temporary, await open(temporary, 'w').catch(unwritable(file)));
    try {
      await work(to);
      return await to.#finish();
    } catch (error) {
      await to.#handle.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The bytes must not change any more. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= blockBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (waiting.length === 0) return;
    const { bytesWritten } = await this.#handle.writev(waiting);
    // a disk that is full takes a part, and fails only when it is asked for the rest
    if (bytesWritten < bytes) await this.#handle.writeFile(Buffer.concat(waiting).subarray(bytesWritten));
  }

  async #finish(): Promise<Written> {
    await this.#flush();
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#temporary, this.#path);
    await syncFolder(path.dirname(this.#path));
    return { bytes: this.#bytes, digest: this.#hash.digest('hex') };
  }
}

const denied = new Set(['EACCES', 'EPERM', 'EROFS']);

const unwritable =
  (file: string) =>
  (cause: unknown): never => {
    if (!(cause instanceof Error && 'code' in cause && denied.has(String(cause.code)))) throw cause;
    throw new ModelyardError('store.readonly', `${file} cannot be written: its folder lets nobody write there.`, {
      fix: 'Write to another folder, or let this user write to that one.',
      cause,
    });
  };

/** Makes a name last; not everywhere can a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ModelyardError, throwIfAborted } from '../../errors';
import { refuseOutside } from '../../paths';
import type { ErrorCode } from '../../protocol/errors';
import type { DatasetSource } from '../../protocol/jobs';

interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

export interface Problem {
  readonly line?: number;
  readonly column?: number;
  readonly key?: string;
  readonly fix: string;
  readonly code?: ErrorCode;
  readonly cause?: unknown;
}

/** The name a dataset's file has in messages and places. */
export const fileName = (source: DatasetSource): string => source.file ?? source.path;

/** `data/x.csv, line 17: …`, placed in the file. */
export function dataError(source: DatasetSource, sentence: string, problem: Problem): ModelyardError {
  const { line, column, key, fix, code = 'data.unreadable', cause } = problem;
  const where = line === undefined ? fileName(source) : `${fileName(source)}, line ${line}`;
  return new ModelyardError(code, `${where}: ${sentence}`, {
    place: {
      file: fileName(source),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      ...(key !== undefined && { key }),
    },
    fix,
    data: { dataset: source.name },
    ...(cause !== undefined && { cause }),
  });
}

/** Opening a named pipe must not wait for a writer: it is refused, as everything that is no file. */
const nonBlocking = process.platform === 'win32' ? 0 : constants.O_NONBLOCK;

interface Opened {
  readonly source: DatasetSource;
  readonly handle: FileHandle;
  readonly before: Stamp;
}

/** A data file opened for reading: knows its size, hashes what is read in order, and notices when it changes meanwhile. */
export class DataFile {
  bytesRead = 0;
  readonly #source: DatasetSource;
  readonly #handle: FileHandle;
  readonly #before: Stamp;
  readonly #signal: AbortSignal;
  readonly #hash: Hash | undefined;
  #closed = false;

  private constructor({ source, handle, before }: Opened, options: OpenOptions) {
    this.#source = source;
    this.#handle = handle;
    this.#before = before;
    this.#signal = options.signal;
    this.#hash = options.digest ? createHash('sha256') : undefined;
  }

  /**
   * @throws ModelyardError `data.missing`, `data.unreadable` (a folder, no permission), `data.empty`, `config.invalid` (out
   * of the workspace)
   */
  static async open(source: DatasetSource, options: OpenOptions): Promise<DataFile> {
    throwIfAborted(options.signal);
    await stayInside(source);
    let handle: FileHandle;
    try {
      handle = await open(source.path, constants.O_RDONLY | nonBlocking);
    } catch (error) {
      throw openError(source, error);
    }
    try {
      const before = await handle.stat();
      if (before.isDirectory()) throw folderError(source);
      if (!before.isFile())
        throw dataError(source, 'it is not a regular file.', { fix: 'Point `path` to a file with the data.' });
      if (before.size === 0)
        throw dataError(source, 'the file is empty.', {
          code: 'data.empty',
          fix: 'Put the data there, or point `path` to another file.',
        });
      return new DataFile({ source, handle, before }, options);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return Math.min(this.#source.bytes ?? Infinity, this.#before.size);
  }

  get modifiedAt(): number {
    return this.#before.mtimeMs;
  }

  /** The next bytes, in order, into `target` from `at` on; 0 at the end of the file. */
  async read(target: Buffer, at: number, length: number): Promise<number> {
    throwIfAborted(this.#signal);
    const left = Math.min(length, this.size - this.bytesRead);
    const { bytesRead } = await this.#handle.read(target, at, left, this.bytesRead);
    this.bytesRead += bytesRead;
    this.#hash?.update(bytesRead === target.length ? target : target.subarray(at, at + bytesRead));
    return bytesRead;
  }

  /** Bytes at a place, apart from the reading in order. */
  async readAt(start: number, end: number): Promise<ArrayBuffer> {
    throwIfAborted(this.#signal);
    const target = Buffer.from(new ArrayBuffer(end - start));
    const { bytesRead } = await this.#handle.read(target, 0, target.length, start);
    if (bytesRead !== target.length) throw this.#changed();
    return target.buffer;
  }

  /** Reads what is left, for the digest's sake. */
  async readRest(): Promise<void> {
    const block = Buffer.allocUnsafe(1 << 20);
    while ((await this.read(block, 0, block.length)) > 0);
  }

  /** @throws ModelyardError `data.unreadable` when the file is no longer the one that was opened. */
  async assertUnchanged(): Promise<void> {
    const after = await this.#handle.stat();
    const isWhole = this.#source.bytes === undefined;
    if (after.size < this.size) throw this.#changed();
    if (isWhole && (after.size !== this.#before.size || after.mtimeMs !== this.#before.mtimeMs)) throw this.#changed();
  }

  digest(): string {
    if (!this.#hash) throw new ModelyardError('internal', 'The file was opened without a digest.');
    return this.#hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  #changed(): ModelyardError {
    return dataError(this.#source, 'the file was changed while it was being read.', {
      fix: 'Run again when whatever writes the file has finished.',
    });
  }
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Whether the sha-256 of the file is wanted. */
  readonly digest: boolean;
  /** Whether only the columns are wanted, where the source says their types without its rows. */
  readonly onlyTypes?: boolean;
  /** Where the WASM of SQLite is. Default: beside the program. */
  readonly assetsDir?: string;
}

async function stayInside({ name, root, ...source }: DatasetSource): Promise<void> {
  const shown = source.file ?? source.path;
  if (root !== undefined) await refuseOutside(root, { file: source.path, shown, key: `datasets.${name}.path` });
}

const folderError = (source: DatasetSource): ModelyardError =>
  dataError(source, 'it is a folder, not a file.', { fix: 'Point `path` to a file within it.' });

function openError(source: DatasetSource, error: unknown): ModelyardError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ModelyardError(
      'data.missing',
      `The data file ${fileName(source)} of dataset ${source.name} is missing.`,
      {
        place: { file: fileName(source) },
        data: { dataset: source.name },
        fix: `Put it there, or correct \`datasets.${source.name}.path\` in modelyard.yaml.`,
        cause: error,
      },
    );
  }
  if (code === 'EISDIR') return folderError(source);
  if (code === 'EACCES' || code === 'EPERM')
    return dataError(source, 'it may not be read: no permission.', {
      fix: 'Give yourself the right to read the file.',
      cause: error,
    });
  return dataError(source, `it cannot be opened (${error instanceof Error ? error.message : String(error)}).`, {
    fix: 'Check the path and the disk.',
    cause: error,
  });
}

import fs from 'node:fs';

/** What SQLite needs to know of a file. */
export interface HostStat {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly nlink: bigint;
  readonly size: bigint;
  readonly mtimeMs: bigint;
}

export interface OpenFlags {
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
}

/**
 * The disk, as the database uses it: synchronous calls that throw Node's errors (`code`: ENOSPC ...). A port, so that
 * tests can have a full disk, a read-only folder and a power loss.
 */
export interface HostFiles {
  open(file: string, flags: OpenFlags, mode: number): number;
  close(fd: number): void;
  /** Bytes read: fewer than asked for only at the end of the file. */
  read(fd: number, target: Uint8Array, position: number): number;
  /** Writes all of `source` or throws. */
  write(fd: number, source: Uint8Array, position: number): void;
  truncate(fd: number, size: number): void;
  /** Returns when the content is on the disk. */
  sync(fd: number): void;
  /** Returns when the names in the folder are on the disk. */
  syncFolder(folder: string): void;
  stat(file: string): HostStat;
  statOpen(fd: number): HostStat;
  access(file: string, mode: number): void;
  chmod(file: string, mode: number): void;
  rename(from: string, to: string): void;
  unlink(file: string): void;
  /** With the folders above it; true when it was not there. */
  makeFolder(folder: string): boolean;
  /** Bytes an ordinary user can still write on the disk that holds `folder`. */
  free(folder: string): number;
}

const { O_RDWR, O_RDONLY, O_CREAT, O_EXCL, O_TRUNC } = fs.constants;

export const nodeFiles: HostFiles = {
  open: (file, flags, mode) =>
    fs.openSync(
      file,
      (flags.write ? O_RDWR : O_RDONLY) |
        (flags.create ? O_CREAT : 0) |
        (flags.exclusive ? O_EXCL : 0) |
        (flags.truncate ? O_TRUNC : 0),
      mode,
    ),
  close: fd => fs.closeSync(fd),
  read: (fd, target, position) => {
    let got = 0;
    while (got < target.length) {
      const count = fs.readSync(fd, target, got, target.length - got, position + got);
      if (count === 0) break;
      got += count;
    }
    return got;
  },
  write: (fd, source, position) => {
    let done = 0;
    while (done < source.length) {
      const count = fs.writeSync(fd, source, done, source.length - done, position + done);
      if (count <= 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' });
      done += count;
    }
  },
  truncate: (fd, size) => fs.ftruncateSync(fd, size),
  sync: fd => fs.fdatasyncSync(fd),
  syncFolder: folder => {
    if (process.platform === 'win32') return; // neither possible nor needed there
    const fd = fs.openSync(folder, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  stat: file => fs.statSync(file, { bigint: true }),
  statOpen: fd => fs.fstatSync(fd, { bigint: true }),
  access: (file, mode) => fs.accessSync(file, mode),
  chmod: (file, mode) => fs.chmodSync(file, mode),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: file => fs.unlinkSync(file),
  makeFolder: folder => fs.mkdirSync(folder, { recursive: true }) !== undefined,
  free: folder => {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize;
  },
};

/** The code of a failed system call (`ENOSPC`), or undefined for any other thrown value. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

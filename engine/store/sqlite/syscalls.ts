/**
 * The system calls that SQLite's own "unix" file layer makes through the WASM imports. Pointers are addresses in the
 * WASM memory. Calls on paths return -errno, `fd_*` return +errno, 0 is success.
 */
export interface Syscalls {
  readonly __syscall_chmod: (path: number, mode: number) => number;
  readonly __syscall_faccessat: (dir: number, path: number, mode: number) => number;
  readonly __syscall_fchmod: (fd: number, mode: number) => number;
  readonly __syscall_fchown32: (fd: number, user: number, group: number) => number;
  readonly __syscall_fcntl64: (fd: number, command: number, varargs: number) => number;
  readonly __syscall_fstat64: (fd: number, out: number) => number;
  readonly __syscall_ftruncate64: (fd: number, size: bigint) => number;
  readonly __syscall_lstat64: (path: number, out: number) => number;
  readonly __syscall_newfstatat: (dir: number, path: number, out: number, flags: number) => number;
  readonly __syscall_openat: (dir: number, path: number, flags: number, varargs: number) => number;
  readonly __syscall_readlinkat: (dir: number, path: number, out: number, size: number) => number;
  readonly __syscall_stat64: (path: number, out: number) => number;
  readonly __syscall_unlinkat: (dir: number, path: number, flags: number) => number;
  readonly __syscall_utimensat: (dir: number, path: number, times: number, flags: number) => number;
  readonly fd_close: (fd: number) => number;
  readonly fd_fdstat_get: (fd: number, out: number) => number;
  readonly fd_read: (fd: number, vectors: number, count: number, out: number) => number;
  readonly fd_seek: (fd: number, offset: bigint, whence: number, out: number) => number;
  readonly fd_sync: (fd: number) => number;
  readonly fd_write: (fd: number, vectors: number, count: number, out: number) => number;
}

export type SyscallName = keyof Syscalls;

/**
 * The release build of sql.js minifies the names of its imports. These are the names in exactly the file with this
 * sha-256 (sql.js 1.16.0); the debug build carries the real ones.
 */
export const releaseBuild: { readonly sha256: string; readonly names: Readonly<Record<SyscallName, string>> } = {
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  names: {
    __syscall_chmod: 'i',
    __syscall_faccessat: 'D',
    __syscall_fchmod: 'j',
    __syscall_fchown32: 'h',
    __syscall_fcntl64: 'b',
    __syscall_fstat64: 'g',
    __syscall_ftruncate64: 'J',
    __syscall_lstat64: 'M',
    __syscall_newfstatat: 'L',
    __syscall_openat: 'x',
    __syscall_readlinkat: 's',
    __syscall_stat64: 'N',
    __syscall_unlinkat: 'o',
    __syscall_utimensat: 'n',
    fd_close: 'e',
    fd_fdstat_get: 'm',
    fd_read: 't',
    fd_seek: 'E',
    fd_sync: 'K',
    fd_write: 'q',
  },
};

/** WASI's error numbers, which the module expects whatever the host is. */
export const errno: Readonly<Record<string, number>> = {
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  EDQUOT: 19,
  EEXIST: 20,
  EFBIG: 22,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENOENT: 44,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  EPERM: 63,
  EROFS: 69,
  ESPIPE: 70,
};
export const EIO = 29;
export const EINVAL = 28;

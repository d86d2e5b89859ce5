import type { HostFs, OpenFile } from './hostFs';
import { writeStat } from './pathSyscalls';
import { EINVAL, type Syscalls } from './syscalls';

const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_GETLK = 12;
const F_SETLK = 13;
const F_SETLKW = 14;
const F_UNLCK = 2;
const O_RDWR = 2;

type FdSyscall =
  | '__syscall_fchmod'
  | '__syscall_fchown32'
  | '__syscall_fcntl64'
  | '__syscall_fstat64'
  | '__syscall_ftruncate64'
  | 'fd_close'
  | 'fd_fdstat_get'
  | 'fd_read'
  | 'fd_seek'
  | 'fd_sync'
  | 'fd_write';

/** The system calls on what is open; descriptors that are not ours go on to `original`. */
export function fdSyscalls(host: HostFs, original: Syscalls): Pick<Syscalls, FdSyscall> {
  const { open } = host;
  const attempt = (work: () => number): number => {
    try {
      return work();
    } catch (error) {
      return host.fail(error);
    }
  };
  return {
    fd_read: transfer(host, original.fd_read, readInto),
    fd_write: transfer(host, original.fd_write, writeFrom),
    fd_seek: (fd, offset, whence, out) => {
      const file = open.get(fd);
      if (file === undefined) return original.fd_seek(fd, offset, whence, out);
      return attempt(() => seek(host, file, { offset: Number(offset), whence, out }));
    },
    fd_sync: fd => {
      const file = open.get(fd);
      return file === undefined ? original.fd_sync(fd) : attempt(() => sync(file));
    },
    fd_close: fd => {
      const file = open.get(fd);
      if (file === undefined) return original.fd_close(fd);
      open.delete(fd);
      return attempt(() => close(file));
    },
    fd_fdstat_get: (fd, out) => {
      const file = open.get(fd);
      if (file === undefined) return original.fd_fdstat_get(fd, out);
      host.memory.bytes.fill(0, out, out + 24);
      host.memory.bytes[out] = file.fd < 0 ? 3 : 4; // a folder, a regular file
      return 0;
    },
    __syscall_fstat64: (fd, out) => {
      const file = open.get(fd);
      if (file === undefined) return original.__syscall_fstat64(fd, out);
      return -attempt(() => writeStat(host.memory, out, statOf(file)));
    },
    __syscall_ftruncate64: (fd, size) => {
      const file = open.get(fd);
      if (file === undefined) return original.__syscall_ftruncate64(fd, size);
      return -attempt(() => {
        file.files.truncate(file.fd, Number(size));
        return 0;
      });
    },
    __syscall_fchmod: (fd, mode) => (open.has(fd) ? 0 : original.__syscall_fchmod(fd, mode)),
    __syscall_fchown32: (fd, user, group) => (open.has(fd) ? 0 : original.__syscall_fchown32(fd, user, group)),
    __syscall_fcntl64: (fd, command, varargs) =>
      open.has(fd) ? control(host, command, varargs) : original.__syscall_fcntl64(fd, command, varargs),
  };
}

type Move = (file: OpenFile, bytes: Uint8Array) => number;

const readInto: Move = (file, bytes) => file.files.read(file.fd, bytes, file.position);

/** Written through at once: holding writes back would lose acknowledged commits when the process is killed. */
const writeFrom: Move = (file, bytes) => {
  file.files.write(file.fd, bytes, file.position);
  return bytes.length;
};

function transfer(host: HostFs, original: Syscalls['fd_read'], move: Move): Syscalls['fd_read'] {
  return (fd, vectors, count, out) => {
    const file = host.open.get(fd);
    if (file === undefined) return original(fd, vectors, count, out);
    try {
      return transferAll(host, { file, vectors, count, out, move });
    } catch (error) {
      return host.fail(error);
    }
  };
}

/** Moves the parts of an iovec array and writes the sum to `out`. */
function transferAll(
  host: HostFs,
  job: { file: OpenFile; vectors: number; count: number; out: number; move: Move },
): number {
  const { view } = host.memory;
  let total = 0;
  for (let index = 0; index < job.count; index++) {
    const pointer = view.getUint32(job.vectors + 8 * index, true);
    const length = view.getUint32(job.vectors + 8 * index + 4, true);
    const moved = job.move(job.file, new Uint8Array(view.buffer, pointer, length));
    job.file.position += moved;
    total += moved;
    if (moved < length) break;
  }
  view.setUint32(job.out, total, true);
  return 0;
}

function seek(host: HostFs, file: OpenFile, to: { offset: number; whence: number; out: number }): number {
  const base = to.whence === 0 ? 0 : to.whence === 1 ? file.position : Number(statOf(file).size);
  if (base + to.offset < 0) return EINVAL;
  file.position = base + to.offset;
  const { view } = host.memory;
  view.setUint32(to.out, file.position >>> 0, true); // 64 bits in two halves: quicker than a bigint
  view.setUint32(to.out + 4, Math.floor(file.position / 2 ** 32), true);
  return 0;
}

function sync(file: OpenFile): number {
  if (file.fd < 0) file.files.syncFolder(file.path);
  else file.files.sync(file.fd);
  return 0;
}

function close(file: OpenFile): number {
  if (file.fd >= 0) file.files.close(file.fd);
  return 0;
}

const statOf = (file: OpenFile) => (file.fd < 0 ? file.files.stat(file.path) : file.files.statOpen(file.fd));

/** Locks always succeed: the engine process is the only one that opens the file. */
function control(host: HostFs, command: number, varargs: number): number {
  const { view } = host.memory;
  if (command === F_GETLK) view.setInt16(view.getUint32(varargs, true), F_UNLCK, true);
  if (command === F_GETFL) return O_RDWR;
  return [F_GETLK, F_SETLK, F_SETLKW, F_GETFD, F_SETFD].includes(command) ? 0 : -EINVAL;
}

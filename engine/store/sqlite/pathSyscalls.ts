import type { HostStat } from '../hostFiles';
import type { HostFs, Located } from './hostFs';
import { EINVAL, type Syscalls } from './syscalls';
import type { WasmMemory } from './wasmMemory';

// musl's flags of open(2); the host's may differ.
const WRITE_ONLY = 1;
const READ_WRITE = 2;
const CREATE = 64;
const EXCLUSIVE = 128;
const TRUNCATE = 512;

type PathSyscall =
  | '__syscall_chmod'
  | '__syscall_faccessat'
  | '__syscall_lstat64'
  | '__syscall_newfstatat'
  | '__syscall_openat'
  | '__syscall_readlinkat'
  | '__syscall_stat64'
  | '__syscall_unlinkat'
  | '__syscall_utimensat';

/** The system calls that name a file; what is not on the host goes on to `original`. */
export function pathSyscalls(host: HostFs, original: Syscalls): Pick<Syscalls, PathSyscall> {
  const at = (name: number): Located | undefined => host.locate(host.memory.text(name));
  const attempt = (work: () => number): number => {
    try {
      return work();
    } catch (error) {
      return -host.fail(error);
    }
  };
  const stat = (name: number, out: number): number | undefined => {
    const file = at(name);
    return file && attempt(() => writeStat(host.memory, out, file.files.stat(file.path)));
  };
  return {
    __syscall_openat: (dir, name, flags, varargs) => {
      const file = at(name);
      if (file === undefined) return original.__syscall_openat(dir, name, flags, varargs);
      const mode = varargs === 0 ? 0 : host.memory.view.getUint32(varargs, true) & 0o777;
      return attempt(() => openFile(host, file, { flags, mode: mode === 0 ? 0o644 : mode }));
    },
    __syscall_stat64: (name, out) => stat(name, out) ?? original.__syscall_stat64(name, out),
    // Links have been resolved when the folder was mounted.
    __syscall_lstat64: (name, out) => stat(name, out) ?? original.__syscall_lstat64(name, out),
    __syscall_newfstatat: (dir, name, out, flags) =>
      stat(name, out) ?? original.__syscall_newfstatat(dir, name, out, flags),
    __syscall_faccessat: (dir, name, mode) => {
      const file = at(name);
      if (file === undefined) return original.__syscall_faccessat(dir, name, mode);
      return attempt(() => {
        file.files.access(file.path, mode & 7);
        return 0;
      });
    },
    __syscall_unlinkat: (dir, name, flags) => {
      const file = at(name);
      if (file === undefined) return original.__syscall_unlinkat(dir, name, flags);
      return attempt(() => {
        file.files.unlink(file.path);
        return 0;
      });
    },
    __syscall_readlinkat: (dir, name, out, size) =>
      at(name) ? -EINVAL : original.__syscall_readlinkat(dir, name, out, size),
    __syscall_chmod: (name, mode) => (at(name) ? 0 : original.__syscall_chmod(name, mode)),
    __syscall_utimensat: (dir, name, times, flags) =>
      at(name) ? 0 : original.__syscall_utimensat(dir, name, times, flags),
  };
}

function openFile(host: HostFs, file: Located, how: { flags: number; mode: number }): number {
  const { files, path } = file;
  if (file.isFolder) return host.add({ files, path, fd: -1, position: 0 });
  const has = (flag: number): boolean => (how.flags & flag) !== 0;
  const flags = {
    write: has(READ_WRITE) || has(WRITE_ONLY),
    create: has(CREATE),
    exclusive: has(EXCLUSIVE),
    truncate: has(TRUNCATE),
  };
  return host.add({ files, path, fd: files.open(path, flags, how.mode), position: 0 });
}

/** Fills a `struct stat` as the module lays it out. */
export function writeStat(memory: WasmMemory, out: number, stat: HostStat): number {
  const { view } = memory;
  memory.bytes.fill(0, out, out + 96);
  view.setUint32(out, Number(stat.dev & 0xffffffffn), true);
  view.setUint32(out + 4, Number(stat.mode), true);
  view.setUint32(out + 8, Number(stat.nlink), true);
  view.setBigInt64(out + 24, stat.size, true);
  view.setInt32(out + 32, 4096, true);
  for (const time of [40, 56, 72]) view.setBigInt64(out + time, stat.mtimeMs / 1000n, true);
  view.setBigUint64(out + 88, BigInt.asUintN(64, stat.ino), true);
  return 0;
}

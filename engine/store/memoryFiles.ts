import type { HostFiles, HostStat } from './hostFiles';

interface MemoryFile {
  content: Buffer;
  readonly ino: bigint;
}

/** A disk in memory. */
export function memoryFiles(): {
  readonly files: HostFiles;
  readonly contents: { get(file: string): Buffer | undefined };
} {
  const named = new Map<string, MemoryFile>();
  const open = new Map<number, MemoryFile>();
  let next = 3;
  const at = (fd: number): MemoryFile => open.get(fd) ?? fail('EBADF', String(fd));
  const find = (file: string): MemoryFile => named.get(file) ?? fail('ENOENT', file);
  const resize = (file: MemoryFile, size: number): void => {
    const content = Buffer.alloc(size);
    file.content.copy(content);
    file.content = content;
  };
  const files: HostFiles = {
    open: (name, flags) => {
      let file = named.get(name);
      if (file !== undefined && flags.exclusive) fail('EEXIST', name);
      if (file === undefined) {
        if (!flags.create) fail('ENOENT', name);
        file = { content: Buffer.alloc(0), ino: BigInt(next) };
        named.set(name, file);
      }
      if (flags.truncate) resize(file, 0);
      open.set(next, file);
      return next++;
    },
    close: fd => void open.delete(fd),
    read: (fd, target, position) => at(fd).content.subarray(position).copy(target),
    write: (fd, source, position) => {
      const file = at(fd);
      if (file.content.length < position + source.length) resize(file, position + source.length);
      file.content.set(source, position);
    },
    truncate: (fd, size) => resize(at(fd), size),
    sync: () => undefined,
    syncFolder: () => undefined,
    stat: name => statOf(find(name)),
    statOpen: fd => statOf(at(fd)),
    access: name => void find(name),
    chmod: () => undefined,
    rename: (from, to) => {
      named.set(to, find(from));
      named.delete(from);
    },
    unlink: name => {
      find(name);
      named.delete(name);
    },
    makeFolder: () => false,
    free: () => Number.MAX_SAFE_INTEGER,
  };
  return { files, contents: { get: file => named.get(file)?.content } };
}

const statOf = (file: MemoryFile): HostStat => ({
  dev: 1n,
  ino: file.ino,
  mode: 0o100644n,
  nlink: 1n,
  size: BigInt(file.content.length),
  mtimeMs: 0n,
});

function fail(code: string, file: string): never {
  throw Object.assign(new Error(`${code}: ${file}`), { code });
}

import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { type HostFiles, type HostStat, nodeFiles } from './hostFiles';

interface TemporaryFile {
  content: Buffer;
  size: number;
  /** The host's descriptor and file, once it has grown too large for memory. */
  spilled: { readonly fd: number; readonly file: string } | undefined;
}

/** A file larger than this goes to the disk. */
const IN_MEMORY = 4 << 20;

/**
 * SQLite's temporary files (sorts, statement journals), which nobody else ever sees: in memory while they are small,
 * which spares most of the system calls of multi-row inserts, on the disk when they grow.
 */
export function temporaryFiles(host: HostFiles = nodeFiles, limit = IN_MEMORY): HostFiles {
  const open = new Map<number, TemporaryFile>();
  let next = 1;
  const at = (fd: number): TemporaryFile => open.get(fd) ?? absent(String(fd));
  return {
    ...host,
    open: () => {
      open.set(next, { content: Buffer.alloc(0), size: 0, spilled: undefined });
      return next++;
    },
    close: fd => {
      const { spilled } = at(fd);
      open.delete(fd);
      if (spilled === undefined) return;
      host.close(spilled.fd);
      if (process.platform === 'win32') host.unlink(spilled.file);
    },
    read: (fd, target, position) => {
      const file = at(fd);
      if (file.spilled) return host.read(file.spilled.fd, target, position);
      return file.content.subarray(0, file.size).subarray(position).copy(target);
    },
    write: (fd, source, position) => {
      const file = at(fd);
      const end = position + source.length;
      if (!file.spilled && end > limit) spill(file, host);
      if (file.spilled) {
        host.write(file.spilled.fd, source, position);
        return;
      }
      reserve(file, end);
      file.content.set(source, position);
      file.size = Math.max(file.size, end);
    },
    truncate: (fd, size) => {
      const file = at(fd);
      if (file.spilled) {
        host.truncate(file.spilled.fd, size);
        return;
      }
      reserve(file, size);
      file.content.fill(0, size);
      file.size = size;
    },
    sync: () => undefined,
    syncFolder: () => undefined,
    // They have no names: SQLite deletes each right after opening it.
    stat: absent,
    access: absent,
    unlink: () => undefined,
    statOpen: fd => {
      const file = at(fd);
      return file.spilled ? host.statOpen(file.spilled.fd) : statOf(fd, file.size);
    },
  };
}

/** Moves a file to the disk, under a name that is gone at once where the host allows it. */
function spill(file: TemporaryFile, host: HostFiles): void {
  const name = path.join(os.tmpdir(), `modelyard-${process.pid}-${randomBytes(8).toString('hex')}`);
  const fd = host.open(name, { write: true, create: true, exclusive: true, truncate: false }, 0o600);
  if (process.platform !== 'win32') host.unlink(name);
  file.spilled = { fd, file: name };
  host.write(fd, file.content.subarray(0, file.size), 0);
  file.content = Buffer.alloc(0);
}

function reserve(file: TemporaryFile, size: number): void {
  if (size <= file.content.length) return;
  const content = Buffer.alloc(Math.max(size, 2 * file.content.length, 1 << 16));
  file.content.copy(content, 0, 0, file.size);
  file.content = content;
}

const statOf = (fd: number, size: number): HostStat => ({
  dev: 0n,
  ino: BigInt(fd),
  mode: 0o100600n,
  nlink: 1n,
  size: BigInt(size),
  mtimeMs: 0n,
});

function absent(name: string): never {
  throw Object.assign(new Error(`ENOENT: no such file, ${name}`), { code: 'ENOENT' });
}

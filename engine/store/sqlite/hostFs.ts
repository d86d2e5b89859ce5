import path from 'node:path';
import { type HostFiles, type HostStat, errnoOf } from '../hostFiles';
import { temporaryFiles } from '../temporaryFiles';
import { EIO, errno } from './syscalls';
import type { WasmMemory } from './wasmMemory';

/** A file or folder that SQLite has open. */
export interface OpenFile {
  readonly files: HostFiles;
  readonly path: string;
  /** The host's descriptor; -1 for a folder, which is open only to be synced. */
  readonly fd: number;
  position: number;
}

export interface Located {
  readonly files: HostFiles;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Our descriptors start here; those of the module's own in-memory file system stop far below. */
const FIRST_FD = 1 << 20;
const TEMPORARY = /\/?etilqs_[A-Za-z0-9]+$/;

/** Which of SQLite's file names are files on the host, and which of them are open. */
export class HostFs {
  readonly open = new Map<number, OpenFile>();
  private readonly mounts = new Map<string, { readonly folder: string; readonly files: HostFiles }>();
  private readonly temporary = temporaryFiles();
  private nextFd = FIRST_FD;
  private nextMount = 1;
  private lastFailure: Error | undefined;

  constructor(readonly memory: WasmMemory) {}

  /** Makes a host folder reachable for SQLite; returns its name there. */
  mount(folder: string, files: HostFiles): string {
    const name = `m${this.nextMount++}`;
    this.mounts.set(name, { folder, files });
    return `/${name}`;
  }

  unmount(name: string): void {
    this.mounts.delete(name.slice(1));
  }

  /** The host's file behind a name of SQLite's, or undefined: the module's own file system has it. */
  locate(name: string): Located | undefined {
    const [, mountName = '', rest] = /^\/?(m\d+)(?:\/([^/]*))?$/.exec(name) ?? [];
    const mount = this.mounts.get(mountName);
    if (mount) {
      const isFolder = rest === undefined || rest === '';
      return { files: mount.files, path: isFolder ? mount.folder : path.join(mount.folder, rest), isFolder };
    }
    return TEMPORARY.test(name) ? { files: this.temporary, path: name, isFolder: false } : undefined;
  }

  add(file: OpenFile): number {
    const fd = this.nextFd++;
    this.open.set(fd, file);
    return fd;
  }

  /** Whether a file that is open is no longer the one that has its name: moved, deleted or replaced. */
  hasMoved(file: string): boolean {
    for (const entry of this.open.values()) {
      if (entry.path === file && entry.fd >= 0) return !sameFile(entry, file);
    }
    return false;
  }

  /** Remembers why the host refused, and says it to SQLite. */
  fail(error: unknown): number {
    const code = errnoOf(error);
    if (code !== 'ENOENT') this.lastFailure = error instanceof Error ? error : new Error(String(error));
    return (code === undefined ? undefined : errno[code]) ?? EIO;
  }

  /** Why the host refused since this was asked last. */
  takeFailure(): Error | undefined {
    const failure = this.lastFailure;
    this.lastFailure = undefined;
    return failure;
  }
}

function sameFile(entry: OpenFile, file: string): boolean {
  let named: HostStat;
  try {
    named = entry.files.stat(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    return true;
  }
  const opened = entry.files.statOpen(entry.fd);
  return named.ino === opened.ino && named.dev === opened.dev;
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { DatabaseCheck } from '../protocol/engine';
import { checkDatabase } from './check';
import type { Database } from './database';
import { hostFailure } from './failures';
import { type HostFiles, nodeFiles } from './hostFiles';
import { migrate, migrations } from './migrations';
import { ObjectStore } from './objects';
import { openConnection } from './openConnection';
import { prepareFolder, protect, unprotect } from './storeFolder';
import type { Connection } from './sqlite/connection';
import { sqliteRuntime } from './sqlite/sharedRuntime';

export interface StoreOptions {
  /** The workspace folder. */
  readonly root: string;
  /** The folder that has sql-wasm.wasm. */
  readonly wasmDir: string;
  /** Memory for pages, 32 MiB by default. */
  readonly cacheKiB?: number;
  /** The disk; tests put another one here. */
  readonly files?: HostFiles;
}

/** What a workspace keeps: its database and the contents of its artifacts. One process at a time has it open. */
export interface Store {
  readonly db: Database;
  readonly objects: ObjectStore;
  /** The database file. */
  readonly path: string;
  /** The workspace folder. */
  readonly root: string;
  /** Reads the whole database; seconds for a large one. */
  check(): DatabaseCheck;
  /** A compacted copy of the database in a new file, on the disk when this returns. Never overwrites. */
  copyTo(file: string): { readonly path: string; readonly bytes: number };
  close(): void;
}

/**
 * Opens the store of a workspace, making `.modelyard` if it is not there.
 *
 * @throws ModelyardError `store.foreign`, `store.newer`, `store.corrupt` (the file is untouched), `store.readonly`,
 *   `store.full`, `store.failed`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const files = options.files ?? nodeFiles;
  const runtime = await sqliteRuntime(options.wasmDir);
  const { root, folder, file } = prepareFolder(options.root, files, migrations.length);
  const connection = openConnection(runtime, { file, files, cacheKiB: options.cacheKiB ?? 32 * 1024 });
  try {
    migrate(connection, file);
    protect(file, files);
    const objects = new ObjectStore(path.join(folder, 'objects'), files);
    objects.removeStale();
    return new WorkspaceStore({ connection, objects, path: file, root, files });
  } catch (error) {
    connection.close();
    throw error;
  }
}

class WorkspaceStore implements Store {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly path: string;
  readonly root: string;
  private readonly connection: Connection;
  private readonly files: HostFiles;
  private isClosed = false;

  constructor(parts: { connection: Connection; objects: ObjectStore; path: string; root: string; files: HostFiles }) {
    this.connection = parts.connection;
    this.db = parts.connection;
    this.objects = parts.objects;
    this.path = parts.path;
    this.root = parts.root;
    this.files = parts.files;
  }

  check(): DatabaseCheck {
    return checkDatabase(this.db, this.objects, this.path);
  }

  copyTo(file: string): { readonly path: string; readonly bytes: number } {
    const target = path.resolve(this.root, file);
    const exists = (): boolean => fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined;
    if (exists()) {
      throw new ModelyardError('conflict', `${target} exists already.`, {
        fix: 'Name a file that does not exist yet.',
      });
    }
    if (!fs.existsSync(path.dirname(target))) {
      throw new ModelyardError('not-found', `The folder ${path.dirname(target)} does not exist.`);
    }
    const temporary = `${target}.${randomBytes(4).toString('hex')}.partial`;
    try {
      this.connection.vacuumInto(temporary);
      const bytes = syncFile(temporary);
      fs.renameSync(temporary, target);
      this.files.syncFolder(path.dirname(target));
      return { path: target, bytes };
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      fs.rmSync(`${temporary}-journal`, { force: true });
      throw hostFailure(error, path.dirname(target), this.files);
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.close();
    unprotect(this.path, this.files);
  }
}

/** Returns when the content is on the disk, with its size. */
function syncFile(file: string): number {
  const fd = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(fd);
    return fs.fstatSync(fd).size;
  } finally {
    fs.closeSync(fd);
  }
}

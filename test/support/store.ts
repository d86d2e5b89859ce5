import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { type HostFiles, nodeFiles } from '../../engine/store/hostFiles';
import { type Store, type StoreOptions, openStore } from '../../engine/store/store';

/** Where the unit tests find sql-wasm.wasm. */
export const wasmDir = path.resolve(import.meta.dirname, '../../node_modules/sql.js/dist');

/** The real disk without waiting for it: for tests that are not about losing power. */
export const quickFiles: HostFiles = { ...nodeFiles, sync: () => undefined, syncFolder: () => undefined };

const newFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'modelyard-test-'));

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same for all tests of a file, which asks for it outside of them. */
export function temporaryFolderOfFile(): string {
  const folder = newFolder();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The store of a new, empty workspace (or of `root`); closed and removed after the test. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ root: options.root ?? temporaryFolder(), wasmDir, files: quickFiles, ...options });
  onTestFinished(() => store.close());
  return store;
}

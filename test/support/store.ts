import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Store, type StoreOptions, openStore } from '../../engine/store/store';

export const wasmDir = path.resolve(import.meta.dirname, '../../node_modules/sql.js/dist');

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The store of a new, empty workspace; closed and removed after the test. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ root: options.root ?? temporaryFolder(), wasmDir, ...options });
  onTestFinished(() => store.close());
  return store;
}

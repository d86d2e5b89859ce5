import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../engine/store/store';
import { openTestStore, temporaryFolder, wasmDir } from '../../support/store';

test('a new store has the schema, the settings that make commits durable, and a .gitignore', async () => {
  const store = await openTestStore();
  const pragma = (name: string): unknown => Object.values(store.db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('persist');
  expect(pragma('locking_mode')).toBe('exclusive');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('trusted_schema')).toBe(0);
  expect(pragma('user_version')).toBe(1);
  expect(pragma('application_id')).toBe(0x4d645964);
  expect(readFileSync(path.join(store.root, '.modelyard/.gitignore'), 'utf8')).toBe('*\n');
  expect(store.check()).toMatchObject({ ok: true, problems: [], schemaVersion: 1, missingObjects: 0 });
});

test('what was committed is there when the folder is opened again', async () => {
  const root = temporaryFolder();
  const first = await openStore({ root, wasmDir });
  first.db.prepare('INSERT INTO workspace VALUES (?, ?)').run(['key', 'värde ✓']);
  expect(statSync(first.path).mode & 0o777).toBe(0o444);
  first.close();
  expect(statSync(first.path).mode & 0o600).toBe(0o600);
  expect(readFileSync(first.path).toString('latin1', 0, 15)).toBe('SQLite format 3');
  const second = await openTestStore({ root });
  expect(second.db.prepare('SELECT * FROM workspace').all()).toEqual([{ key: 'key', value: 'värde ✓' }]);
});

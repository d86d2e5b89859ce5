import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Database as OtherSqlite } from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { migrations } from '../../../engine/store/migrations';
import { APPLICATION_ID, judgeHeader } from '../../../engine/store/header';
import { nodeFiles } from '../../../engine/store/hostFiles';
import { Connection } from '../../../engine/store/sqlite/connection';
import { sqliteRuntime } from '../../../engine/store/sqlite/sharedRuntime';
import { type Store, openStore } from '../../../engine/store/store';
import { openTestStore, quickFiles, temporaryFolder, wasmDir } from '../../support/store';

/** A workspace with a database that has rows in many pages, closed. */
async function closedWorkspace(): Promise<{ root: string; file: string }> {
  const root = temporaryFolder();
  const store = await openStore({ root, wasmDir, files: quickFiles });
  fill(store, 500);
  store.close();
  return { root, file: store.path };
}

function fill(store: Store, rows: number): void {
  const insert = store.db.prepare('INSERT INTO workspace VALUES (?, ?)');
  store.db.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run([`key ${row}`, 'v'.repeat(300)]);
  });
}

function workspaceWith(content: Uint8Array): { root: string; file: string } {
  const root = temporaryFolder();
  const file = path.join(root, '.modelyard', 'modelyard.db');
  mkdirSync(path.dirname(file));
  writeFileSync(file, content);
  return { root, file };
}

/** Opens what must be refused, and sees to it that the file is as it was. */
async function refusal(root: string, file: string): Promise<ModelyardError> {
  const before = readFileSync(file);
  const error: unknown = await openStore({ root, wasmDir, files: quickFiles }).catch((reason: unknown) => reason);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-journal`)).toBe(false);
  if (error instanceof ModelyardError) return error;
  throw new Error('the file was accepted');
}

/** A database as another program would make it. */
function sqliteFile(sql: string): Buffer {
  const file = path.join(temporaryFolder(), 'other.db');
  const other = new OtherSqlite(file);
  other.exec(sql);
  other.close();
  return readFileSync(file);
}

describe('a file that is not Modelyard’s is refused and untouched', () => {
  test('something that is no database', async () => {
    const { root, file } = workspaceWith(Buffer.from('%PDF-1.7 and so on'.repeat(50)));
    expect(await refusal(root, file)).toMatchObject({
      code: 'store.foreign',
      message: `${file} is not Modelyard's: it is not a SQLite database. It has not been changed.`,
      fix: expect.stringContaining('Move modelyard.db out of that folder'),
    });
  });

  test.each([
    ['with its own mark', 'CREATE TABLE notes (x); PRAGMA application_id = 1234'],
    ['with its own version', 'CREATE TABLE notes (x); PRAGMA user_version = 3'],
    ['with tables and no mark at all', 'CREATE TABLE notes (x); INSERT INTO notes VALUES (1)'],
  ])('the database of another program %s', async (_name, sql) => {
    const { root, file } = workspaceWith(sqliteFile(sql));
    expect(await refusal(root, file)).toMatchObject({
      code: 'store.foreign',
      message: expect.stringContaining('it is the SQLite database of another program'),
    });
  });

  test('an empty database that nobody marked becomes ours', async () => {
    const { root } = workspaceWith(sqliteFile('VACUUM'));
    expect((await openTestStore({ root })).check()).toMatchObject({ ok: true, schemaVersion: migrations.length });
  });
});

test('a newer schema is refused with both versions, untouched', async () => {
  const { root, file } = await closedWorkspace();
  const content = readFileSync(file);
  content.writeUInt32BE(700, 60);
  writeFileSync(file, content);
  const again = workspaceWith(content);
  expect(await refusal(again.root, again.file)).toMatchObject({
    code: 'store.newer',
    message: expect.stringContaining(`its schema is version 700; this one knows up to ${migrations.length}`),
    fix: expect.stringContaining('Update Modelyard'),
    data: { version: 700, known: migrations.length },
  });
  expect(root).not.toBe(again.root);
});

describe('a damaged file is refused, untouched, with the way to restore', () => {
  const restore = expect.stringContaining('move modelyard.db and modelyard.db-journal out of the folder');

  test.each([50, 99, 512, 5000, 0.5, 0.99])('cut to %d bytes (or that part)', async size => {
    const content = readFileSync((await closedWorkspace()).file);
    const { root, file } = workspaceWith(content.subarray(0, size < 1 ? Math.floor(content.length * size) : size));
    const error = await refusal(root, file);
    expect(error).toMatchObject({ code: 'store.corrupt', fix: restore });
    expect(error.message).toMatch(/is damaged: it has (only )?\d+ bytes/);
  });

  test('zeros', async () => {
    const { root, file } = workspaceWith(Buffer.alloc(8192));
    expect(await refusal(root, file)).toMatchObject({ code: 'store.corrupt', fix: restore });
  });

  test('a garbled schema page', async () => {
    const content = readFileSync((await closedWorkspace()).file);
    content.fill(0xa5, 100, 4096);
    const { root, file } = workspaceWith(content);
    expect(await refusal(root, file)).toMatchObject({
      code: 'store.corrupt',
      message: expect.stringContaining('SQLite says "database disk image is malformed"'),
      fix: restore,
    });
  });

  test('a garbled page of a table: the rest stays readable, check() says it, reading it says it', async () => {
    const { root, file } = await closedWorkspace();
    const content = readFileSync(file);
    content.fill(0xa5, content.length - 20 * 4096);
    const damaged = workspaceWith(content);
    expect(root).not.toBe(damaged.root);
    const store = await openTestStore({ root: damaged.root });
    expect(store.check()).toMatchObject({ ok: false });
    expect(store.check().problems.length).toBeGreaterThan(0);
    expect(() => store.db.prepare('SELECT sum(length(value)) FROM workspace').get()).toThrow('is damaged');
    expect(store.db.prepare('SELECT count(*) AS n FROM run').get()).toEqual({ n: 0 });
  });

  test('a garbled header of any kind never gets further than one of the four codes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 105 }), fc.nat(10_000), fc.boolean(), (bytes, size, isSqlite) => {
        const header = Buffer.from(bytes);
        if (isSqlite) header.write('SQLite format 3\0', 'latin1');
        try {
          judgeHeader({ file: 'f', header, size, journal: new Uint8Array(0), version: 1 });
        } catch (error) {
          if (!(error instanceof ModelyardError)) throw error;
          expect(['store.foreign', 'store.corrupt', 'store.newer']).toContain(error.code);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a file that somebody left in WAL mode', () => {
  /** Its log has the newest commits, and no program has it open any more. */
  async function walWorkspace(): Promise<{ root: string; file: string }> {
    const source = await closedWorkspace();
    const runtime = await sqliteRuntime(wasmDir);
    const connection = Connection.open(runtime, source.file, nodeFiles);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    expect(connection.prepare('PRAGMA journal_mode = WAL').get()).toEqual({ journal_mode: 'wal' });
    connection.prepare('INSERT INTO workspace VALUES (?, ?)').run(['in the log', 'yes']);
    const root = temporaryFolder();
    const file = path.join(root, '.modelyard', 'modelyard.db');
    mkdirSync(path.dirname(file));
    for (const suffix of ['', '-wal']) copyFileSync(source.file + suffix, file + suffix);
    connection.close();
    expect(readFileSync(file)[18]).toBe(2);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(4096);
    return { root, file };
  }

  test('is brought back to a rollback journal with every commit of its log', async () => {
    const { root, file } = await walWorkspace();
    const store = await openTestStore({ root });
    expect(store.db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'persist' });
    expect(store.db.prepare("SELECT value FROM workspace WHERE key = 'in the log'").get()).toEqual({ value: 'yes' });
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(readFileSync(file)[18]).toBe(1);
    expect(store.check()).toMatchObject({ ok: true });
  });

  test('with a log that ends in the middle of a commit keeps what was complete', async () => {
    const { root, file } = await walWorkspace();
    truncateSync(`${file}-wal`, statSync(`${file}-wal`).size - 100);
    const store = await openTestStore({ root });
    expect(store.db.prepare("SELECT value FROM workspace WHERE key = 'in the log'").get()).toBeUndefined();
    expect(store.db.prepare('SELECT count(*) AS n FROM workspace').get()).toEqual({ n: 500 });
    expect(store.check()).toMatchObject({ ok: true });
  });
});

describe('what the folder may hold already', () => {
  test('an empty file is a new database', async () => {
    const { root } = workspaceWith(new Uint8Array(0));
    expect((await openTestStore({ root })).check().ok).toBe(true);
  });

  test('a file that a killed process left read-only, with its journal', async () => {
    const { root, file } = await closedWorkspace();
    writeFileSync(`${file}-journal`, new Uint8Array(512));
    chmodSync(file, 0o444);
    chmodSync(`${file}-journal`, 0o444);
    const store = await openTestStore({ root });
    expect(statSync(file).mode & 0o777).toBe(0o444);
    expect(statSync(`${file}-journal`).mode & 0o200).toBe(0o200);
    store.db.prepare('DELETE FROM workspace').run();
  });

  test('the owner’s mark is in the header', async () => {
    const { file } = await closedWorkspace();
    expect(readFileSync(file).readUInt32BE(68)).toBe(APPLICATION_ID);
  });

  test('a link to a database elsewhere: the journal lies beside the real file', async () => {
    const { file } = await closedWorkspace();
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.modelyard'));
    symlinkSync(file, path.join(root, '.modelyard', 'modelyard.db'));
    const store = await openTestStore({ root });
    store.db.prepare('DELETE FROM workspace').run();
    expect(store.path).toBe(file);
    expect(existsSync(`${file}-journal`)).toBe(true);
  });

  test('a file named .modelyard', async () => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, '.modelyard'), 'x');
    await expect(openStore({ root, wasmDir, files: quickFiles })).rejects.toMatchObject({
      code: 'store.failed',
      message: expect.stringContaining(path.join(root, '.modelyard')),
    });
  });

  test('no folder at all', async () => {
    await expect(openStore({ root: '/nowhere/at/all', wasmDir })).rejects.toMatchObject({
      code: 'not-found',
      message: 'The folder /nowhere/at/all does not exist.',
    });
  });
});

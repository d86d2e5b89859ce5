import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../engine/store/migrations';
import { type Store, openStore } from '../../../engine/store/store';
import { openTestStore, quickFiles, temporaryFolder, wasmDir } from '../../support/store';

const open = (root: string): Promise<Store> => openStore({ root, wasmDir, files: quickFiles });
const put = (store: Store, key: string): void => store.db.prepare('INSERT INTO workspace VALUES (?, 1)').run([key]);
const keys = (store: Store): unknown[] =>
  store.db
    .prepare('SELECT key FROM workspace ORDER BY key')
    .all()
    .map(row => row['key']);

test('a new store has the schema, the settings that make commits durable, and a .gitignore', async () => {
  const store = await openTestStore();
  const pragma = (name: string): unknown => Object.values(store.db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('persist');
  expect(pragma('journal_size_limit')).toBe(4 << 20);
  expect(pragma('locking_mode')).toBe('exclusive');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('trusted_schema')).toBe(0);
  expect(pragma('cache_size')).toBe(-32768);
  expect(pragma('user_version')).toBe(migrations.length);
  expect(pragma('application_id')).toBe(0x4d645964);
  expect(readFileSync(path.join(store.root, '.modelyard/.gitignore'), 'utf8')).toBe('*\n');
  expect(store.check()).toEqual({
    ok: true,
    problems: [],
    path: path.join(store.root, '.modelyard/modelyard.db'),
    bytes: statSync(store.path).size,
    schemaVersion: migrations.length,
    missingObjects: 0,
  });
});

test('what was committed is there when the folder is opened again', async () => {
  const root = temporaryFolder();
  const first = await open(root);
  first.db.prepare('INSERT INTO workspace VALUES (?, ?)').run(['key', 'värde ✓']);
  first.close();
  first.close(); // twice does no harm
  expect(readFileSync(first.path).toString('latin1', 0, 15)).toBe('SQLite format 3');
  const second = await openTestStore({ root });
  expect(second.db.prepare('SELECT * FROM workspace').all()).toEqual([{ key: 'key', value: 'värde ✓' }]);
});

test('the file may not be written by others while it is open, and may again after', async () => {
  const store = await openTestStore();
  expect(statSync(store.path).mode & 0o777).toBe(0o444);
  put(store, 'a');
  expect(statSync(`${store.path}-journal`).mode & 0o777).toBe(0o644);
  store.close();
  expect(statSync(store.path).mode & 0o777).toBe(0o644);
});

test('every commit waits for the disk, a rolled back one does not', async () => {
  let syncs = 0;
  const files = { ...quickFiles, sync: () => void syncs++ };
  const store = await openTestStore({ files });
  syncs = 0;
  store.db.transaction(() => put(store, 'a'));
  expect(syncs).toBe(4); // the journal's pages, its header, the database, the journal's end
  syncs = 0;
  put(store, 'b');
  expect(syncs).toBe(4);
  syncs = 0;
  expect(keys(store)).toEqual(['a', 'b']);
  expect(syncs).toBe(0);
});

describe('a folder that moves', () => {
  async function workspace(): Promise<{ root: string; digest: ReturnType<Store['objects']['put']> }> {
    const root = path.join(temporaryFolder(), 'old');
    mkdirSync(root);
    const store = await open(root);
    put(store, 'a');
    const digest = store.objects.put(Buffer.from('content'));
    store.close();
    return { root, digest };
  }

  test.each([
    ['moved', renameSync],
    ['copied', (from: string, to: string) => cpSync(from, to, { recursive: true })],
  ])('%s keeps its rows and contents', async (_name, carry) => {
    const { root, digest } = await workspace();
    const target = path.join(temporaryFolder(), 'ein neuer Ort');
    carry(root, target);
    const store = await openTestStore({ root: target });
    expect(keys(store)).toEqual(['a']);
    expect(Buffer.from(store.objects.read(digest)).toString()).toBe('content');
    expect(readFileSync(store.path).includes(root)).toBe(false);
  });

  test.each([
    ['moved away', (file: string) => renameSync(file, `${file}.moved`)],
    ['deleted', (file: string) => rmSync(path.dirname(file), { recursive: true })],
    ['replaced', (file: string) => (renameSync(file, `${file}.moved`), writeFileSync(file, 'another'))],
  ])('%s while it is open: no commit is acknowledged that nobody would find', async (_name, act) => {
    const store = await openTestStore();
    put(store, 'a');
    act(store.path);
    const message = `${store.path} was moved or deleted while Modelyard had it open.`;
    expect(() => put(store, 'b')).toThrow(message);
    expect(() => store.db.transaction(() => 1)).toThrow(message);
    expect(() => store.db.exec('DELETE FROM workspace')).toThrow(message);
  });
});

test('a second store on the same file in this process is refused', async () => {
  const store = await openTestStore();
  await expect(open(store.root)).rejects.toMatchObject({
    code: 'store.failed',
    message: `${store.path} is in use by another connection.`,
  });
  put(store, 'still works');
});

describe('copyTo', () => {
  test('makes a whole database of its own', async () => {
    const store = await openTestStore();
    for (const key of ['a', 'b']) put(store, key);
    const copy = store.copyTo('backup 1.db');
    expect(copy).toEqual({ path: path.join(store.root, 'backup 1.db'), bytes: statSync(copy.path).size });
    put(store, 'c');
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.modelyard'));
    renameSync(copy.path, path.join(root, '.modelyard/modelyard.db'));
    const restored = await openTestStore({ root });
    expect(keys(restored)).toEqual(['a', 'b']);
    expect(restored.check()).toMatchObject({ ok: true, schemaVersion: migrations.length });
  });

  test('never overwrites, not even the database', async () => {
    const store = await openTestStore();
    writeFileSync(path.join(store.root, 'mine'), 'mine');
    expect(() => store.copyTo('mine')).toThrow(`${path.join(store.root, 'mine')} exists already.`);
    expect(() => store.copyTo(store.path)).toThrow('exists already');
    expect(() => store.copyTo('.')).toThrow('exists already');
    expect(readFileSync(path.join(store.root, 'mine'), 'utf8')).toBe('mine');
  });

  test('names a folder that is not there', async () => {
    const store = await openTestStore();
    expect(() => store.copyTo('no/such/copy.db')).toThrow(
      `The folder ${path.join(store.root, 'no/such')} does not exist.`,
    );
  });
});

test('check() names what is broken', async () => {
  const store = await openTestStore();
  store.db.exec('PRAGMA foreign_keys = OFF');
  store.db.exec("INSERT INTO param VALUES (7, 'k', 'v')");
  store.db.exec(`INSERT INTO artifact VALUES (7, 'model.onnx', '${'ab'.repeat(32)}', 3, 0)`);
  const lineage = JSON.stringify({ evaluationDigest: 'cd'.repeat(32) });
  store.db.exec(
    `INSERT INTO model_version (model_id, version, run_id, artifact_path, source, storage, stage, created_at, updated_at, created_by, metrics, lineage)
     VALUES (1, 1, 7, 'model', 's', 's', 'dev', 0, 0, 'ada', '{}', '${lineage}')`,
  );
  expect(store.check()).toMatchObject({
    ok: false,
    missingObjects: 2,
    problems: expect.arrayContaining([
      'A row of param refers to a row of run that does not exist.',
      `2 files are missing in ${store.objects.folder}.`,
    ]),
  });
});

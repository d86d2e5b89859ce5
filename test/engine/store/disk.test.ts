import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { migrations } from '../../../engine/store/migrations';
import type { HostFiles } from '../../../engine/store/hostFiles';
import { type Store, openStore } from '../../../engine/store/store';
import { openTestStore, quickFiles, temporaryFolder, wasmDir } from '../../support/store';

const refused = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code, syscall: 'write' });

/** A disk that takes `room` more writes and then says `code` to each. */
function disk(code: string): { files: HostFiles; fillUp(room?: number): void; makeRoom(): void } {
  let room = Infinity;
  const files: HostFiles = {
    ...quickFiles,
    write: (fd, source, position) => {
      if (room-- <= 0) throw refused(code);
      quickFiles.write(fd, source, position);
    },
    free: () => 4096,
  };
  return { files, fillUp: (left = 0) => void (room = left), makeRoom: () => void (room = Infinity) };
}

const insert = (store: Store, key: string): void =>
  store.db.transaction(() => store.db.prepare('INSERT INTO workspace VALUES (?, ?)').run([key, 'v'.repeat(30_000)]));

const keys = (store: Store): unknown[] =>
  store.db
    .prepare('SELECT key FROM workspace ORDER BY key')
    .all()
    .map(row => row['key']);

function caught(work: () => unknown): ModelyardError {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelyardError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a full disk', () => {
  test.each(['ENOSPC', 'EDQUOT'])('%s: names the disk, keeps what was committed, later commits work', async code => {
    const { files, fillUp, makeRoom } = disk(code);
    const store = await openTestStore({ files });
    insert(store, 'before');
    fillUp();
    const error = caught(() => insert(store, 'refused'));
    expect(error.code).toBe('store.full');
    const folder = path.join(store.root, '.modelyard');
    expect(error.message).toBe(
      (code === 'EDQUOT' ? `The quota on the disk of ${folder} is used up` : `The disk of ${folder} is full`) +
        ' (0.0 MB free). What was being saved was not; everything before it is safe.',
    );
    expect(error.fix).toBe('Free some room on that disk and try again.');
    expect(error.data).toEqual({ folder, freeBytes: 4096 });
    expect(keys(store)).toEqual(['before']);
    makeRoom();
    insert(store, 'later');
    expect(keys(store)).toEqual(['before', 'later']);
    expect(store.check()).toMatchObject({ ok: true });
  });

  test('wherever in a commit the room ends, the commit is whole or not there', async () => {
    const { files, fillUp, makeRoom } = disk('ENOSPC');
    const store = await openTestStore({ files, cacheKiB: 40 });
    const expected: string[] = [];
    for (let room = 0; room < 60; room++) {
      const key = `key ${String(room).padStart(2, '0')}`;
      fillUp(room);
      try {
        insert(store, key);
        expected.push(key);
      } catch (error) {
        expect(error).toMatchObject({ code: 'store.full' });
      }
      makeRoom();
      expect(keys(store)).toEqual(expected);
    }
    expect(expected.length).toBeGreaterThan(5);
    expect(expected.length).toBeLessThan(55);
    expect(store.check()).toMatchObject({ ok: true });
  });

  test('after the disk refused, the same transaction goes no further', async () => {
    const { files, fillUp } = disk('ENOSPC');
    const store = await openTestStore({ files, cacheKiB: 40 });
    const statement = store.db.prepare('INSERT INTO workspace VALUES (?, ?)');
    const error = caught(() =>
      store.db.transaction(() => {
        fillUp();
        for (let row = 0; row < 1000; row++) {
          try {
            statement.run([`key ${row}`, 'v'.repeat(30_000)]);
          } catch {
            // A caller that does not look.
          }
        }
      }),
    );
    expect(error.code).toBe('store.full');
    expect(keys(store)).toEqual([]);
  });

  test('while the store is made: the folder can be opened once there is room', async () => {
    const { files, fillUp, makeRoom } = disk('ENOSPC');
    const root = temporaryFolder();
    for (const room of [0, 1, 5, 20]) {
      fillUp(room);
      await expect(openStore({ root, wasmDir, files })).rejects.toMatchObject({ code: 'store.full' });
    }
    makeRoom();
    expect((await openTestStore({ root, files })).check()).toMatchObject({
      ok: true,
      schemaVersion: migrations.length,
    });
  });

  test('while a copy is made: no half copy stays', async () => {
    const { files, fillUp } = disk('ENOSPC');
    const store = await openTestStore({ files });
    fillUp(3);
    expect(caught(() => store.copyTo('copy.db')).code).toBe('store.full');
    expect(readdirSync(store.root)).toEqual(['.modelyard']);
  });

  test('of the real kind', async context => {
    const mount = temporaryFolder();
    const mounted =
      process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount]);
    if (!mounted || mounted.status !== 0) return context.skip('mounting a small disk is not permitted here');
    onTestFinished(() => void execFileSync('umount', ['-l', mount]));
    const store = await openStore({ root: mount, wasmDir });
    onTestFinished(() => store.close());
    insert(store, 'before');
    writeFileSync(path.join(mount, 'ballast'), new Uint8Array(statfsSync(mount).bavail * 4096 - 8192));
    const error = caught(() => {
      for (let row = 0; row < 5; row++) insert(store, `key ${row}`);
    });
    expect(error.message).toMatch(/^The disk of .*\.modelyard is full \(0\.0 MB free\)/);
    expect(caught(() => store.objects.put(new Uint8Array(100_000))).code).toBe('store.full');
    await expect(store.objects.putStream(chunks(10, 100_000))).rejects.toMatchObject({ code: 'store.full' });
    expect(readdirSync(path.join(mount, '.modelyard/objects/incoming'))).toEqual([]);
    rmSync(path.join(mount, 'ballast'));
    insert(store, 'later');
    store.objects.put(new Uint8Array(100_000));
    expect(keys(store)).toContain('before');
    expect(keys(store)).toContain('later');
    expect(store.check()).toMatchObject({ ok: true });
  });
});

async function* chunks(count: number, size: number): AsyncIterable<Uint8Array> {
  for (let index = 0; index < count; index++) {
    await Promise.resolve();
    yield new Uint8Array(size).fill(index);
  }
}

describe('a folder that cannot be written', () => {
  test('cannot make .modelyard', async () => {
    const files: HostFiles = {
      ...quickFiles,
      makeFolder: () => {
        throw refused('EROFS');
      },
    };
    const root = temporaryFolder();
    await expect(openStore({ root, wasmDir, files })).rejects.toMatchObject({
      code: 'store.readonly',
      message: expect.stringContaining(`${path.join(root, '.modelyard')} cannot be written: EROFS`),
      fix: expect.stringContaining('open a copy of the folder'),
    });
  });

  test('has a database that may only be read: it is left alone', async () => {
    const root = temporaryFolder();
    (await openStore({ root, wasmDir, files: quickFiles })).close();
    const file = path.join(root, '.modelyard/modelyard.db');
    const before = readFileSync(file);
    const files: HostFiles = {
      ...quickFiles,
      open: (name, flags, mode) => {
        if (flags.write) throw refused('EACCES');
        return quickFiles.open(name, flags, mode);
      },
    };
    await expect(openStore({ root, wasmDir, files })).rejects.toMatchObject({
      code: 'store.readonly',
      message: expect.stringContaining(`${file} cannot be written: EACCES`),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('cannot make a new database', async () => {
    const files: HostFiles = {
      ...quickFiles,
      open: (name, flags, mode) => {
        if (flags.create) throw refused('EACCES');
        return quickFiles.open(name, flags, mode);
      },
    };
    await expect(openStore({ root: temporaryFolder(), wasmDir, files })).rejects.toMatchObject({
      code: 'store.readonly',
    });
  });

  test('becomes so while the store is open: the commit is refused, reading goes on', async () => {
    const { files, fillUp, makeRoom } = disk('EROFS');
    const store = await openTestStore({ files });
    insert(store, 'before');
    fillUp();
    expect(caught(() => insert(store, 'refused')).code).toBe('store.readonly');
    expect(keys(store)).toEqual(['before']);
    makeRoom();
    insert(store, 'later');
    expect(keys(store)).toEqual(['before', 'later']);
  });

  test('by its mode', async context => {
    if (process.getuid?.() === 0) return context.skip('a superuser may write everywhere');
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.modelyard'));
    chmodSync(path.join(root, '.modelyard'), 0o555);
    onTestFinished(() => chmodSync(path.join(root, '.modelyard'), 0o755));
    await expect(openStore({ root, wasmDir })).rejects.toMatchObject({ code: 'store.readonly' });
  });
});

test('a failing disk (EIO) is told apart, and the commit undone', async () => {
  const { files, fillUp, makeRoom } = disk('EIO');
  const store = await openTestStore({ files });
  insert(store, 'before');
  fillUp();
  expect(caught(() => insert(store, 'refused'))).toMatchObject({
    code: 'store.failed',
    message: expect.stringContaining('EIO: refused'),
  });
  makeRoom();
  expect(keys(store)).toEqual(['before']);
  expect(existsSync(store.path)).toBe(true);
});

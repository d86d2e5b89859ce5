/**
 * Simulated power loss. Every write, cut, sync, creation and removal of a workload is recorded; then states of the
 * disk are rebuilt that a power loss at a random moment could leave: what was synced is there; of what was written
 * after the last sync of its file each piece may be there, missing, or torn at 512 bytes; names made or removed after
 * the last sync of the folder are there up to a random point. Each state must open with every acknowledged commit.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrations } from '../../../engine/store/migrations';
import { type HostFiles, nodeFiles } from '../../../engine/store/hostFiles';
import { openStore } from '../../../engine/store/store';
import { quickFiles, temporaryFolder, wasmDir } from '../../support/store';
import { LAST, LOG_CHECKS, scalar } from './logTables';

const STATES = Number(process.env['MODELYARD_POWER_LOSSES'] ?? 120);

type Change =
  | { readonly kind: 'write'; readonly file: string; readonly data: Buffer; readonly position: number }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number };
type Operation =
  | Change
  | { readonly kind: 'create'; readonly file: string }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'folderSync' }
  | { readonly kind: 'acknowledge'; readonly seq: number };

/** mulberry32: the same states in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function recorder(folder: string, log: Operation[]): HostFiles {
  const names = new Map<number, string>();
  const isOurs = (file: string): boolean => path.dirname(file) === folder;
  return {
    ...nodeFiles,
    open: (file, flags, mode) => {
      let exists = true;
      try {
        nodeFiles.stat(file);
      } catch {
        exists = false;
      }
      const fd = nodeFiles.open(file, flags, mode);
      if (isOurs(file)) names.set(fd, path.basename(file));
      if (isOurs(file) && !exists) log.push({ kind: 'create', file: path.basename(file) });
      return fd;
    },
    close: fd => {
      names.delete(fd);
      nodeFiles.close(fd);
    },
    write: (fd, source, position) => {
      const file = names.get(fd);
      if (file !== undefined) log.push({ kind: 'write', file, data: Buffer.from(source), position });
      nodeFiles.write(fd, source, position);
    },
    truncate: (fd, size) => {
      const file = names.get(fd);
      if (file !== undefined) log.push({ kind: 'truncate', file, size });
      nodeFiles.truncate(fd, size);
    },
    unlink: file => {
      if (isOurs(file)) log.push({ kind: 'unlink', file: path.basename(file) });
      nodeFiles.unlink(file);
    },
    sync: fd => {
      const file = names.get(fd);
      if (file !== undefined) log.push({ kind: 'sync', file });
    },
    syncFolder: () => void log.push({ kind: 'folderSync' }),
  };
}

/** The files after a power loss just before operation `cut`, and the last commit acknowledged by then. */
function stateAt(
  log: readonly Operation[],
  cut: number,
  random: () => number,
): { files: Map<string, Buffer>; acknowledged: number } {
  const lastSync = new Map<string, number>();
  let lastFolderSync = -1;
  let acknowledged = -1;
  for (const [index, operation] of log.slice(0, cut).entries()) {
    if (operation.kind === 'sync') lastSync.set(operation.file, index);
    if (operation.kind === 'folderSync') lastFolderSync = index;
    if (operation.kind === 'acknowledge') acknowledged = operation.seq;
  }
  const namesUntil = lastFolderSync + 1 + Math.floor(random() * (cut - lastFolderSync));
  const contents = new Map<string, Content>();
  const named = new Set<string>();
  for (const [index, operation] of log.slice(0, cut).entries()) {
    if (operation.kind === 'acknowledge' || operation.kind === 'folderSync' || operation.kind === 'sync') continue;
    const { file } = operation;
    if (operation.kind === 'create' || operation.kind === 'unlink') {
      if (operation.kind === 'create') contents.set(file, new Content());
      if (index >= namesUntil) continue;
      if (operation.kind === 'create') named.add(file);
      else named.delete(file);
      continue;
    }
    const content = contents.get(file) ?? new Content();
    const isSafe = index < (lastSync.get(file) ?? -1);
    apply(content, operation, isSafe ? 1 : random());
    contents.set(file, content);
  }
  const files = new Map<string, Buffer>();
  for (const [file, content] of contents) if (named.has(file)) files.set(file, content.bytes());
  return { files, acknowledged };
}

/** `luck` 1: it reached the disk; less: perhaps in part, perhaps not. */
function apply(content: Content, operation: Change, luck: number): void {
  if (operation.kind === 'truncate') {
    if (luck >= 0.5) content.resize(operation.size);
    return;
  }
  if (luck < 0.4) return;
  const sectors = Math.floor(((luck - 0.4) / 0.2) * (operation.data.length / 512 + 1));
  content.write(luck < 0.6 ? operation.data.subarray(0, sectors * 512) : operation.data, operation.position);
}

class Content {
  private buffer = Buffer.alloc(1 << 16);
  private size = 0;

  write(data: Buffer, position: number): void {
    if (position + data.length > this.size) this.resize(position + data.length);
    data.copy(this.buffer, position);
  }

  resize(size: number): void {
    if (size > this.buffer.length) this.buffer = Buffer.concat([this.buffer], 2 * size);
    if (size < this.size) this.buffer.fill(0, size, this.size);
    this.size = size;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.size);
  }
}

/** A new store and 40 commits, some larger than the cache. */
async function record(): Promise<readonly Operation[]> {
  const root = temporaryFolder();
  const log: Operation[] = [];
  const store = await openStore({ root, wasmDir, cacheKiB: 64, files: recorder(path.join(root, '.modelyard'), log) });
  const { db } = store;
  db.transaction(() => {
    db.exec('CREATE TABLE log (seq INTEGER, i INTEGER, pad TEXT, PRIMARY KEY (seq, i)) WITHOUT ROWID');
    db.exec('CREATE TABLE last (id INTEGER PRIMARY KEY, seq INTEGER)');
    db.exec('INSERT INTO last VALUES (1, 0)');
  });
  log.push({ kind: 'acknowledge', seq: 0 });
  const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?)');
  for (let seq = 1; seq <= 40; seq++) {
    db.transaction(() => {
      const rows = seq % 7 === 0 ? 400 : (seq % 5) + 1;
      for (let row = 0; row < rows; row++) insert.run([seq, row, 'p'.repeat(50 + ((seq * 31 + row) % 300))]);
      db.prepare('UPDATE last SET seq = ?').run([seq]);
    });
    log.push({ kind: 'acknowledge', seq });
  }
  store.close();
  return log;
}

test(
  `${STATES} simulated power losses leave every acknowledged commit, whole`,
  async () => {
    const log = await record();
    const random = generator(20_240_607);
    const temporaryRoot = temporaryFolder();
    let recovered = 0;
    for (let round = 0; round < STATES; round++) {
      const { files, acknowledged } = stateAt(log, Math.floor(random() * log.length), random);
      const root = path.join(temporaryRoot, String(round));
      mkdirSync(path.join(root, '.modelyard'), { recursive: true });
      for (const [file, content] of files) writeFileSync(path.join(root, '.modelyard', file), content);
      if (files.get('modelyard.db-journal')?.at(0) === 0xd9) recovered++;
      const store = await openStore({ root, wasmDir, files: quickFiles });
      const hasTables = scalar(store.db, "SELECT count(*) FROM sqlite_schema WHERE name = 'last'") === '1';
      expect({ round, hasTables: hasTables || acknowledged < 0 }).toEqual({ round, hasTables: true });
      expect(store.check()).toMatchObject({ ok: true, schemaVersion: migrations.length });
      if (hasTables) {
        expect(LOG_CHECKS.map(({ sql }) => scalar(store.db, sql))).toEqual(LOG_CHECKS.map(({ wanted }) => wanted));
        expect(Number(scalar(store.db, LAST))).toBeGreaterThanOrEqual(acknowledged);
      }
      store.close();
      rmSync(root, { recursive: true });
    }
    expect(recovered).toBeGreaterThan(STATES / 10); // a journal had to be rolled back: the losses were in commits
  },
  Math.max(60_000, STATES * 1000),
);

test('the simulation can fail: without waiting for the disk, commits are lost or broken', async () => {
  const log = (await record()).filter(({ kind }) => kind !== 'sync' && kind !== 'folderSync');
  const random = generator(7);
  const temporaryRoot = temporaryFolder();
  let failures = 0;
  for (let round = 0; round < 30; round++) {
    const { files, acknowledged } = stateAt(log, Math.floor(random() * log.length), random);
    const root = path.join(temporaryRoot, `unsafe-${round}`);
    mkdirSync(path.join(root, '.modelyard'), { recursive: true });
    for (const [file, content] of files) writeFileSync(path.join(root, '.modelyard', file), content);
    try {
      const store = await openStore({ root, wasmDir, files: quickFiles });
      const isThere = store.check().ok && Number(scalar(store.db, LAST)) >= acknowledged;
      store.close();
      if (!isThere) failures++;
    } catch {
      failures++;
    }
  }
  expect(failures).toBeGreaterThan(15);
});

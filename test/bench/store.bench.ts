/** The store: what a commit costs as the file grows, and inserts, beside plain sql.js and node-sqlite3-wasm. */
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '../../engine/store/database';
import { type Store, openStore } from '../../engine/store/store';

type Report = (line: string) => void;
type Plain = { run(sql: string): unknown; export(): Uint8Array; close(): void };
type Peer = { exec(sql: string): void; prepare(sql: string): { run(values: number[]): unknown }; close(): void };

const wasmDir = path.resolve('node_modules/sql.js/dist');
const require = createRequire(path.resolve('package.json'));
const MB = 1e6;
/** Rows in one statement, points in one transaction. */
const ROWS = 100;
const POINTS_A_COMMIT = 1000;
const POINT =
  'CREATE TABLE IF NOT EXISTS point (series_id INTEGER NOT NULL, step INTEGER NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, value REAL, PRIMARY KEY (series_id, step, seq)) WITHOUT ROWID';
const INSERT = `INSERT INTO point VALUES ${Array.from({ length: ROWS }, () => '(?,?,?,?,?)').join(',')}`;

export async function bench(report: Report): Promise<void> {
  await inFolder(folder => commits(folder, report));
  await inFolder(folder => inserts(folder, report));
}

async function commits(folder: string, report: Report): Promise<void> {
  report('store: one small commit, durable, median ms (plain sql.js: export() and one write with fsync)');
  const store = await openStore({ root: folder, wasmDir });
  store.db.exec(
    'CREATE TABLE filler (id INTEGER PRIMARY KEY, content BLOB); CREATE TABLE small (id INTEGER PRIMARY KEY, x TEXT)',
  );
  for (const size of [1, 50, 500]) {
    grow(store, size * MB);
    const insert = store.db.prepare('INSERT INTO small (x) VALUES (?)');
    const own = median(60, () => store.db.transaction(() => insert.run(['a small change'])));
    const plain = await plainCommit(store, folder, size < 500 ? 5 : 1);
    report(
      `  ${String(size).padStart(3)} MB: store ${own.toFixed(2)}, plain sql.js ${plain.toFixed(1)}, ratio ${(plain / own).toFixed(0)}`,
    );
  }
  store.close();
}

function grow(store: Store, size: number): void {
  const insert = store.db.prepare('INSERT INTO filler (content) VALUES (randomblob(?))');
  while (statSync(store.path).size < size) {
    const missing = size - statSync(store.path).size;
    store.db.transaction(() => {
      for (let done = 0; done < Math.min(missing, 20 * MB); done += 100_000) insert.run([100_000]);
    });
  }
}

/** Plain sql.js keeps the database in memory: every commit that must last is a whole export. */
async function plainCommit(store: Store, folder: string, times: number): Promise<number> {
  const copy = path.join(folder, 'plain.db');
  store.copyTo(copy);
  const initialise: (options?: object) => Promise<{ Database: new (content: Uint8Array) => Plain }> = require('sql.js');
  const { Database: PlainDatabase } = await initialise();
  const plain = new PlainDatabase(readFileSync(copy));
  const result = median(times, () => {
    plain.run("INSERT INTO small (x) VALUES ('a small change')");
    const content = plain.export();
    const fd = openSync(copy, 'w');
    for (let done = 0; done < content.length;) done += writeSync(fd, content, done);
    fsyncSync(fd);
    closeSync(fd);
  });
  plain.close();
  rmSync(copy);
  return result;
}

async function inserts(folder: string, report: Report): Promise<void> {
  const store = await openStore({ root: folder, wasmDir });
  const peerFile = path.join(folder, 'peer.db');
  const peer: Peer = new (require('node-sqlite3-wasm').Database)(peerFile);
  peer.exec('PRAGMA locking_mode=EXCLUSIVE');
  peer.exec('PRAGMA journal_mode=PERSIST');
  peer.exec('PRAGMA synchronous=FULL; PRAGMA cache_size=-32768');
  peer.exec(POINT);
  const total = 400_000;
  const before = statSync(store.path).size;
  const own = measure(total, start => storePoints(store.db, start));
  const bytes = (statSync(store.path).size - before) / total;
  const statement = peer.prepare(INSERT);
  const other = measure(total, start => {
    peer.exec('BEGIN IMMEDIATE');
    for (let at = start; at < start + POINTS_A_COMMIT; at += ROWS) statement.run(rows(at));
    peer.exec('COMMIT');
  });
  store.close();
  peer.close();
  report(`store: metric points, ${ROWS} rows a statement, ${POINTS_A_COMMIT} a durable commit (thousand points)`);
  for (const [name, result] of Object.entries({ store: own, 'node-sqlite3-wasm': other })) {
    report(`  ${name}: ${thousands(result.perSecond)} a second, ${thousands(result.perCpuSecond)} a CPU second`);
  }
  report(
    `  store / node-sqlite3-wasm: time x${(other.perSecond / own.perSecond).toFixed(2)}, ` +
      `CPU x${(other.perCpuSecond / own.perCpuSecond).toFixed(2)} (wanted: at most 1.5); ${bytes.toFixed(1)} bytes a point`,
  );
}

function storePoints(db: Database, start: number): void {
  const statement = db.prepare(INSERT);
  db.transaction(() => {
    for (let at = start; at < start + POINTS_A_COMMIT; at += ROWS) statement.run(rows(at));
  });
}

/** 100 points of four series that grow at once. */
function rows(start: number): number[] {
  const values: number[] = [];
  for (let at = start; at < start + ROWS; at++) {
    const seq = at >> 2;
    values.push(at & 3, seq, seq, seq * 250, 1 / (1 + seq) + (at & 3));
  }
  return values;
}

function measure(total: number, commit: (start: number) => void): { perSecond: number; perCpuSecond: number } {
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let start = 0; start < total; start += POINTS_A_COMMIT) commit(start);
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  return { perSecond: total / seconds, perCpuSecond: total / ((used.user + used.system) / 1e6) };
}

function median(times: number, work: () => void): number {
  const taken = Array.from({ length: times }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  }).sort((a, b) => a - b);
  return taken[taken.length >> 1] ?? 0;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const thousands = (value: number): string => `${(value / 1000).toFixed(0)} k`;

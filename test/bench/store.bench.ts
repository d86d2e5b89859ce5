/** The store: what a commit costs as the file grows, and inserts, beside plain sql.js and node-sqlite3-wasm. */
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '../../engine/store/database';
import { type Store, openStore } from '../../engine/store/store';

type Report = (line: string) => void;
type Plain = { run(sql: string): unknown; export(): Uint8Array; close(): void };
type Peer = {
  exec(sql: string): void;
  prepare(sql: string): { run(values: number[]): unknown; finalize(): void };
  close(): void;
};

const wasmDir = path.resolve('node_modules/sql.js/dist');
const require = createRequire(path.resolve('package.json'));
const MB = 1e6;
/** Rows in one statement, points in one transaction. */
const ROWS = 100;
const POINTS_A_COMMIT = 1000;
const POINTS_A_TURN = 100_000;
const TURNS = 8;
const COLD_TURNS = 2;
const POINT =
  'CREATE TABLE IF NOT EXISTS point (series_id INTEGER NOT NULL, step INTEGER NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, value REAL, PRIMARY KEY (series_id, step, seq)) WITHOUT ROWID';
const INSERT = `INSERT INTO point VALUES ${Array.from({ length: ROWS }, () => '(?,?,?,?,?)').join(',')}`;

export async function bench(report: Report): Promise<void> {
  await inFolder(folder => commits(folder, report));
  await inFolder(folder => inserts(folder, report));
}

async function commits(folder: string, report: Report): Promise<void> {
  report('store: one small commit that is on the disk, median ms (plain sql.js: export(), one write, fsync)');
  const store = await openStore({ root: folder, wasmDir });
  store.db.exec('CREATE TABLE filler (id INTEGER PRIMARY KEY, content BLOB)');
  store.db.exec('CREATE TABLE small (id INTEGER PRIMARY KEY, x TEXT)');
  for (const size of [1, 50, 500]) {
    grow(store, size * MB);
    const insert = store.db.prepare('INSERT INTO small (x) VALUES (?)');
    const plain = await openPlain(store, folder);
    const own: number[] = [];
    const other: number[] = [];
    // By turns, so that whatever else the machine does meets both.
    for (let round = 0; round < (size < 500 ? 5 : 1); round++) {
      for (let commit = 0; commit < 20; commit++) own.push(time(() => insert.run(['a small change'])));
      other.push(time(() => plain.commit()));
    }
    plain.close();
    report(
      `  ${String(size).padStart(3)} MB: store ${median(own).toFixed(2)}, plain sql.js ${median(other).toFixed(1)}, ` +
        `ratio ${(median(other) / median(own)).toFixed(0)}${size === 50 ? ' (wanted: at least 50)' : ''}`,
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
async function openPlain(store: Store, folder: string): Promise<{ commit(): void; close(): void }> {
  const file = path.join(folder, 'plain.db');
  store.copyTo(file);
  delete require.cache[require.resolve('sql.js')]; // an instance of its own, not the store's
  const initialise: () => Promise<{ Database: new (content: Uint8Array) => Plain }> = require('sql.js');
  const { Database: PlainDatabase } = await initialise();
  const plain = new PlainDatabase(readFileSync(file));
  return {
    commit: () => {
      plain.run("INSERT INTO small (x) VALUES ('a small change')");
      const content = plain.export();
      const fd = openSync(file, 'w');
      for (let done = 0; done < content.length;) done += writeSync(fd, content, done);
      fsyncSync(fd);
      closeSync(fd);
    },
    close: () => {
      plain.close();
      rmSync(file);
    },
  };
}

async function inserts(folder: string, report: Report): Promise<void> {
  const store = await openStore({ root: folder, wasmDir });
  const peer: Peer = new (require('node-sqlite3-wasm').Database)(path.join(folder, 'peer.db'));
  for (const pragma of ['locking_mode=EXCLUSIVE', 'journal_mode=PERSIST', 'synchronous=FULL', 'cache_size=-32768']) {
    peer.exec(`PRAGMA ${pragma}`);
  }
  peer.exec(POINT);
  const statement = peer.prepare(INSERT);
  const before = statSync(store.path).size;
  const own = { seconds: 0, cpu: 0 };
  const other = { seconds: 0, cpu: 0 };
  const storeOne = (start: number): void => storePoints(store.db, start);
  const peerOne = (start: number): void => {
    peer.exec('BEGIN IMMEDIATE');
    for (let at = start; at < start + POINTS_A_COMMIT; at += ROWS) statement.run(rows(at));
    peer.exec('COMMIT');
  };
  for (let turn = 0; turn < TURNS; turn++) {
    measure(turn, own, storeOne); // the first turns, while the code gets warm, do not count
    measure(turn, other, peerOne);
  }
  const bytes = (statSync(store.path).size - before) / (TURNS * POINTS_A_TURN);
  statement.finalize();
  peer.close();
  store.close();
  report(`store: metric points, ${ROWS} rows a statement, ${POINTS_A_COMMIT} a commit that is on the disk`);
  const points = (TURNS - COLD_TURNS) * POINTS_A_TURN;
  for (const [name, { seconds, cpu }] of Object.entries({ store: own, 'node-sqlite3-wasm': other })) {
    report(`  ${name}: ${thousands(points / seconds)} a second, ${thousands(points / cpu)} a CPU second`);
  }
  report(
    `  store / node-sqlite3-wasm: time x${(own.seconds / other.seconds).toFixed(2)}, ` +
      `CPU x${(own.cpu / other.cpu).toFixed(2)} (wanted: at most 1.5); ${bytes.toFixed(1)} bytes a point`,
  );
}

function storePoints(db: Database, start: number): void {
  const statement = db.prepare(INSERT);
  db.transaction(() => {
    for (let at = start; at < start + POINTS_A_COMMIT; at += ROWS) statement.run(rows(at));
  });
}

/** Points of four series that grow at once. */
function rows(start: number): number[] {
  const values: number[] = [];
  for (let at = start; at < start + ROWS; at++) {
    const seq = at >> 2;
    values.push(at & 3, seq, seq, seq * 250, 1 / (1 + seq) + (at & 3));
  }
  return values;
}

function measure(turn: number, sum: { seconds: number; cpu: number }, commit: (start: number) => void): void {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const first = turn * POINTS_A_TURN;
  for (let start = first; start < first + POINTS_A_TURN; start += POINTS_A_COMMIT) commit(start);
  const { user, system } = process.cpuUsage(cpu);
  if (turn < COLD_TURNS) return;
  sum.seconds += (performance.now() - started) / 1000;
  sum.cpu += (user + system) / 1e6;
}

function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const thousands = (value: number): string => `${(value / 1000).toFixed(0)} k`;

/**
 * Commits without end and says so after each commit, until it is killed: `node crashChild.js WORKSPACE SEED`.
 * Commit n writes n % 7 === 0 ? 400 : n % 5 + 1 rows and sets `last` to n.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../../engine/store/store';

const [, , root = '', seed = '0'] = process.argv;

async function main(): Promise<void> {
  // A small cache has SQLite write pages before the commit, so that a crash leaves half-written ones.
  const cacheKiB = Number(seed) % 3 === 0 ? 40 : 4096;
  const { db } = await openStore({ root, wasmDir: __dirname, cacheKiB });
  db.exec('CREATE TABLE IF NOT EXISTS log (seq INTEGER, i INTEGER, pad TEXT, PRIMARY KEY (seq, i)) WITHOUT ROWID');
  db.exec('CREATE TABLE IF NOT EXISTS last (id INTEGER PRIMARY KEY, seq INTEGER)');
  db.exec('INSERT OR IGNORE INTO last VALUES (1, 0)');
  let seq = Number(db.prepare('SELECT seq FROM last').get()?.['seq'] ?? 0);
  const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?)');
  const say = (line: string): unknown => writeSync(1, `${line}\n`);
  say(`start ${seq}`);
  for (;;) {
    seq++;
    db.transaction(() => {
      const rows = seq % 7 === 0 ? 400 : (seq % 5) + 1;
      for (let row = 0; row < rows; row++) insert.run([seq, row, 'p'.repeat(50 + ((seq * 31 + row) % 300))]);
      db.prepare('UPDATE last SET seq = ?').run([seq]);
      if (seq % 50 === 0) db.prepare('DELETE FROM log WHERE seq < ?').run([seq - 200]);
    });
    say(`committed ${seq}`);
  }
}

main().catch((error: unknown) => {
  writeSync(2, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(3);
});

/**
 * A process that commits all the time is killed (SIGKILL), again and again, on the same file: nothing that it had
 * acknowledged may be lost, nothing may be half there. MODELYARD_CRASH_ROUNDS sets the number of rounds.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { openStore } from '../../../engine/store/store';
import { temporaryFolder, wasmDir } from '../../support/store';
import { LAST, LOG_CHECKS, scalar } from './logTables';

const ROUNDS = Number(process.env['MODELYARD_CRASH_ROUNDS'] ?? 15);
const hasSqlite = spawnSync('sqlite3', ['-version']).status === 0;

/** The child as it ships: one bundle with nothing beside it but the WASM. */
async function bundleChild(): Promise<string> {
  const outfile = path.join(temporaryFolder(), 'crashChild.js');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'crashChild.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.sql': 'text' },
    logLevel: 'error',
  });
  copyFileSync(path.join(wasmDir, 'sql-wasm.wasm'), path.join(path.dirname(outfile), 'sql-wasm.wasm'));
  return outfile;
}

/** Runs the child, kills it in the middle of its work; the last commit that it acknowledged. */
function runAndKill(child: string, root: string, seed: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, root, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complaints = '';
    let isDue = false;
    const lines = 2 + Math.floor(Math.random() * 10);
    running.stdout.on('data', data => {
      said += String(data);
      if (isDue || said.split('\n').length < lines) return;
      isDue = true;
      setTimeout(() => running.kill('SIGKILL'), Math.random() * 20);
    });
    running.stderr.on('data', data => (complaints += String(data)));
    running.on('close', () => {
      const whole = said.split('\n').slice(0, -1); // the last may be cut
      const last = /^(?:start|committed) (\d+)$/.exec(whole.at(-1) ?? '');
      if (complaints !== '' || last === null) reject(new Error(`the child failed: ${complaints || said}`));
      else resolve(Number(last[1]));
    });
  });
}

/** The sqlite3 program's opinion, on a copy so that it does the recovery itself. */
function askSqlite(file: string): readonly string[] {
  const copy = path.join(temporaryFolder(), 'copy.db');
  for (const suffix of ['', '-journal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  execFileSync('chmod', ['-R', 'u+w', path.dirname(copy)]);
  return [...LOG_CHECKS.map(({ sql }) => sql), LAST].map(sql => execFileSync('sqlite3', [copy, sql]).toString().trim());
}

const isUnfinished = (journal: string): boolean =>
  existsSync(journal) && readFileSync(journal).subarray(0, 4).toString('hex') === 'd9d505f9';

test(
  `${ROUNDS} rounds of SIGKILL lose nothing that was acknowledged`,
  async () => {
    const child = await bundleChild();
    const root = temporaryFolder();
    const file = path.join(root, '.modelyard/modelyard.db');
    mkdirSync(path.dirname(file));
    let unfinished = 0;
    let last = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await runAndKill(child, root, round);
      if (isUnfinished(`${file}-journal`)) unfinished++;
      const theirs = hasSqlite ? askSqlite(file) : undefined;
      const { db, close } = await openStore({ root, wasmDir }).then(store => ({
        db: store.db,
        close: () => store.close(),
      }));
      const ours = LOG_CHECKS.map(({ sql }) => scalar(db, sql));
      const seq = Number(scalar(db, LAST));
      close();
      expect(ours).toEqual(LOG_CHECKS.map(({ wanted }) => wanted));
      expect(seq).toBeGreaterThanOrEqual(acknowledged);
      expect(seq).toBeLessThanOrEqual(acknowledged + 1); // it had committed but not said so yet
      if (theirs) expect(theirs).toEqual([...ours, String(seq)]);
      last = seq;
    }
    expect(last).toBeGreaterThan(ROUNDS);
    const witness = hasSqlite ? 'sqlite3 agrees' : 'sqlite3 is not here and was not asked';
    console.log(`crash: ${last} commits, ${unfinished} of ${ROUNDS} kills within a commit, ${witness}`);
  },
  ROUNDS * 10_000,
);

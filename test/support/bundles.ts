import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'out', 'bundles');

/**
 * The folder with engine.js, job.js and cli.js of the sources as they are now, built when it is not there yet. Test
 * files that run side by side build once: one takes the lock, the others wait. `npm test` has built before.
 */
export async function bundles(): Promise<string> {
  if (process.env['MODELYARD_BUILT']) return path.join(root, 'dist');
  const target = path.join(folder, fingerprint());
  mkdirSync(folder, { recursive: true });
  const lock = `${target}.lock`;
  while (!existsSync(target)) {
    if (!takeLock(lock)) {
      await delay(100);
      continue;
    }
    try {
      if (!existsSync(target)) await build(target);
    } finally {
      rmdirSync(lock);
    }
  }
  utimesSync(target, new Date(), new Date());
  return target;
}

async function build(target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--production', '--out', partial], { cwd: root });
  renameSync(partial, target);
  for (const name of readdirSync(folder)) {
    const old = path.join(folder, name);
    if (Date.now() - statSync(old).mtimeMs > 30 * 60_000) rmSync(old, { recursive: true, force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const stat = statSync(lock, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > 60_000) rmSync(lock, { recursive: true, force: true }); // its maker died
    return false;
  }
}

/** Of the names, times and sizes of everything that is bundled. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const entries = readdirSync(path.join(root, 'engine'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
  for (const file of [...entries.sort(), path.join(root, 'scripts/build.mjs'), path.join(root, 'package.json')]) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The long crash test: 200 rounds of SIGKILL (or as many as the first argument says) and 1,000 power losses. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const rounds = process.argv[2] ?? '200';
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/engine/store/crash', 'test/engine/store/power'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MODELYARD_CRASH_ROUNDS: rounds, MODELYARD_POWER_LOSSES: String(5 * Number(rounds)) },
});
process.exit(status ?? 1);

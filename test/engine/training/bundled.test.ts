import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { watPlugin } from '../../../scripts/wat.mjs';
import { temporaryFolder, temporaryFolderOfFile } from '../../support/store';
import { germanPath } from './csvFrame';
import { assetsDir } from './models';

/** A folder as `dist/` is: the bundle, and the WASM files beside it. */
const dist = temporaryFolderOfFile();

beforeAll(async () => {
  await build({
    entryPoints: ['test/engine/training/trainMain.ts'],
    outfile: path.join(dist, 'train.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    plugins: [watPlugin],
  });
  for (const file of readdirSync(assetsDir)) copyFileSync(path.join(assetsDir, file), path.join(dist, file));
});

function train(learner: string): { readonly hash: string; readonly summary: string } {
  const args = [path.join(dist, 'train.js'), path.resolve(germanPath), temporaryFolder(), learner];
  const output = execFileSync(process.execPath, args, { cwd: tmpdir(), encoding: 'utf8', stdio: 'pipe' });
  // Nothing but our own line: neither library greets or warns.
  expect(output.trim().split('\n')).toHaveLength(1);
  return JSON.parse(output);
}

test.each(['neural-network', 'logistic', 'boosted-trees', 'forest'])(
  '%s: bundled, in fresh processes elsewhere, the same bits twice',
  { timeout: 180_000 },
  learner => {
    const [first, second] = [train(learner), train(learner)];
    expect(first.summary).toMatch(new RegExp(`^${learner} · 61 features · .* · ONNX parity `));
    expect(second).toEqual(first);
  },
);

import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { here, root } from './paths.mjs';

/**
 * Bundles the tests that run inside the extension host; every `inHost/*.test.ts` is one of them.
 * @returns {Promise<string>} the file whose `run()` VS Code is to call
 */
export async function bundleInHost() {
  const source = path.join(here, 'inHost');
  const outdir = path.join(root, 'out', 'inHost');
  const tests = (await readdir(source)).filter(file => file === 'index.ts' || file.endsWith('.test.ts'));
  await rm(outdir, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: tests.map(file => path.join(source, file)),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.js');
}

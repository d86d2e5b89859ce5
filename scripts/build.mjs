/**
 * Bundles the product into dist/. `--watch` builds again on every change; `--production` minifies and
 * writes the notices of the packages inside; `--out DIR` builds into another folder (tests do, so as not to disturb what
 * runs from dist/).
 * A bundle fails when a file breaks an import rule of scripts/layers.mjs.
 */
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { layersPlugin } from './layersPlugin.mjs';
import { bundledPackages, noticesText } from './notices.mjs';
import { watPlugin } from './wat.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const outAt = process.argv.indexOf('--out');
const dist = path.resolve(root, outAt > 0 ? process.argv[outAt + 1] : 'dist');
/** `npm test` has just done so, for what it runs and packs. */
const isBuilt = production && outAt < 0 && Boolean(process.env.MODELYARD_BUILT);

const common = {
  bundle: true,
  absWorkingDir: root,
  outdir: dist,
  sourcemap: production ? false : 'linked',
  minify: production,
  metafile: production,
  legalComments: 'none',
  loader: { '.sql': 'text' },
  plugins: [layersPlugin(root), watPlugin],
  logLevel: 'warning',
};
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs' };

/** [output name, entry]: only what exists, so that the house can be built room by room. */
const entries = list => Object.fromEntries(list.filter(([, file]) => existsSync(path.join(root, file))));
const panels = readdirSync(path.join(root, 'webview'), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(path.join(root, 'webview', entry.name, 'main.ts')))
  .map(entry => [`webview/${entry.name}`, `webview/${entry.name}/main.ts`]);

const bundles = [
  { ...node, entryPoints: entries([['extension', 'src/extension.ts']]), external: ['vscode'] },
  {
    ...node,
    entryPoints: entries([
      ['engine', 'engine/process/main.ts'],
      ['job', 'engine/process/jobMain.ts'],
      ['trials', 'engine/process/trialsMain.ts'],
      ['import', 'engine/process/importMain.ts'],
      ['scan', 'engine/process/scanMain.ts'],
      ['audit', 'engine/process/auditMain.ts'],
      ['features', 'engine/process/featuresMain.ts'],
      ['model', 'engine/process/modelMain.ts'],
      ['forest', 'engine/training/trees/forestWorker.ts'],
      ['boosting', 'engine/training/trees/boostingWorker.ts'],
    ]),
  },
  { ...node, entryPoints: entries([['cli', 'engine/cli/main.ts']]), banner: { js: '#!/usr/bin/env node' } },
  { ...common, platform: 'browser', target: 'chrome120', format: 'iife', entryPoints: entries(panels) },
].filter(bundle => Object.keys(bundle.entryPoints).length > 0);

/** Files the code loads at run time, beside it: [package, path in it]. */
const assets = [
  ['sql.js', 'dist/sql-wasm.wasm'],
  ['@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm.wasm'],
  ['@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm-simd.wasm'],
  ['onnxruntime-web', 'dist/ort-wasm-simd-threaded.wasm'],
];
/** Replaces a file at once, and only when it differs: a process that runs from dist/ never meets half a bundle. */
async function put(file, bytes) {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(bytes)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, file);
}

async function copyAssets() {
  const copied = assets.map(([pkg, file]) => [
    path.join(dist, path.basename(file)),
    path.join(root, 'node_modules', pkg, file),
  ]);
  for (const [target, source] of copied) await put(target, await readFile(source));
  return copied.map(([target]) => target);
}

/** Removes what an earlier build left and this one does not make. */
async function removeOthers(wanted) {
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(file) && !file.endsWith('.tmp')) await rm(file, { force: true });
  }
}

async function buildOnce() {
  const wanted = new Set(await copyAssets());
  const built = await Promise.all(bundles.map(bundle => esbuild.build({ ...bundle, write: false })));
  for (const { path: file, contents } of built.flatMap(({ outputFiles }) => outputFiles)) {
    await put(file, Buffer.from(contents));
    wanted.add(file);
  }
  await chmod(path.join(dist, 'cli.js'), 0o755); // npx runs it as a program
  if (production) {
    const copied = assets.map(([pkg]) => `node_modules/${pkg}`);
    const packages = new Set([...bundledPackages(built.map(({ metafile }) => metafile)), ...copied]);
    const notices = path.join(dist, 'THIRD_PARTY_NOTICES.txt');
    await put(notices, Buffer.from(noticesText([...packages])));
    wanted.add(notices);
  }
  await removeOthers(wanted);
}

await mkdir(dist, { recursive: true });
if (watch) {
  await copyAssets();
  for (const bundle of bundles) await (await esbuild.context(bundle)).watch();
} else if (!isBuilt) {
  await buildOnce();
}

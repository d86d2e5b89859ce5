/**
 * `npm run bench [-- NAME …]`: runs test/bench/*.bench.ts one after the other, each in a process of its own, and writes what
 * they reported to test-results/bench.json. Each exports `bench(report)`, which prints figures side by side.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { watPlugin } from './wat.mjs';
import { checkNode, ensureBuilt, ensureInstalled, root } from './checkout.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();
const wanted = process.argv.slice(2);
const files = (await readdir(path.join(root, 'test/bench'))).filter(file => file.endsWith('.bench.ts')).sort();
const names = files.map(file => file.replace('.bench.ts', ''));
const unknown = wanted.filter(name => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; the benchmarks are ${names.join(', ')}.`);
  process.exit(2);
}
const folder = path.join(root, 'out', 'bench');
await rm(folder, { recursive: true, force: true });
const benchmarks = [];
for (const name of names.filter(name => wanted.length === 0 || wanted.includes(name))) {
  console.log(`── ${name}`);
  benchmarks.push(await measure(name));
  console.log('');
}
const machine = { node: process.version, cpu: os.cpus()[0]?.model, cores: os.cpus().length, memory: os.totalmem() };
await mkdir(path.join(root, 'test-results'), { recursive: true });
await writeFile(
  path.join(root, 'test-results', 'bench.json'),
  `${JSON.stringify({ date: new Date().toISOString(), machine, benchmarks }, null, 2)}\n`,
);
const failed = benchmarks.filter(({ code }) => code !== 0);
for (const { name, code } of failed) console.error(`${name} ended with ${code}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Packages stay outside of the bundle: some find files beside their own. */
async function bundle(name) {
  const { build } = await import('esbuild');
  const outfile = path.join(folder, `${name}.cjs`);
  const contents = `import { bench } from './${name}.bench';
    bench(line => console.log(line)).catch(error => { console.error(error); process.exitCode = 1; });`;
  await build({
    stdin: { contents, resolveDir: path.join(root, 'test/bench'), loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.sql': 'text' },
    plugins: [watPlugin],
    logLevel: 'warning',
  });
  return outfile;
}

async function measure(name) {
  const file = await bundle(name);
  const start = performance.now();
  const child = spawn(process.execPath, ['--expose-gc', file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { name, code, seconds: (performance.now() - start) / 1000, lines: output.trimEnd().split('\n') };
}

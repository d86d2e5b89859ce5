/** What must be there before anything runs: the right Node.js, the packages, the bundles. Needs nothing but Node.js. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const readJson = file => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const tryJson = file => {
  try {
    return readJson(file);
  } catch {
    return undefined;
  }
};

/** Ends the process with a sentence when this Node.js is too old. */
export function checkNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`Modelyard needs Node.js ${wanted} or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Installs the packages of package-lock.json, unless they are there. No package's install script is run. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing packages (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const code = await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('`npm ci` failed: is the npm registry within reach?');
}

/** npm writes down what it installed in node_modules/.package-lock.json, as the last thing it does. */
function isInstalled() {
  const installed = tryJson('node_modules/.package-lock.json')?.packages;
  if (!installed) return false;
  return Object.entries(readJson('package-lock.json').packages).every(
    ([place, { version, optional }]) => place === '' || optional || installed[place]?.version === version,
  );
}

/** Builds the bundles, unless they are newer than every source. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building …');
  const code = await run(process.execPath, ['scripts/build.mjs']);
  if (code !== 0) throw new Error('the build failed');
}

function isBuilt() {
  const built = ['extension.js', 'cli.js'].map(file => modified(path.join(root, 'dist', file)) ?? 0);
  const sources = ['engine', 'src', 'webview', 'scripts'].map(folder => newest(path.join(root, folder)));
  return Math.min(...built) > Math.max(...sources, modified(path.join(root, 'package-lock.json')));
}

const modified = file => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
const newest = folder =>
  Math.max(0, ...readdirSync(folder, { recursive: true }).map(file => modified(path.join(folder, file)) ?? 0));

/**
 * Runs a program on this terminal. Ctrl+C reaches it directly; we stay until it has ended.
 * @returns {Promise<number>} its exit code; 128 + the signal's number, as shells say, when a signal ended it
 */
export async function run(program, args) {
  const stay = () => {};
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stay);
  try {
    const shell = program.endsWith('.cmd');
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', shell });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
    });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stay);
  }
}

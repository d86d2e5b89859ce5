/** Finds a Chromium for the UI tests, or gets one. */
import { execFile } from 'node:child_process';
import { access, constants, cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cache, here, host } from './paths.mjs';
import { npm } from './npm.mjs';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/**
 * The path of a Chromium: `$CHROMIUM`, else one that is installed, else one installed from Debian's packages (as root)
 * or from npm (into `.vscode-host/`; needs the installed test host, whose newer Node.js unpacks it).
 * @param {(line: string) => void} [log] told what is being installed
 * @returns {Promise<string>}
 * @throws Error that lists what was tried
 */
export async function findChromium(log = () => {}) {
  const tried = [];
  for (const [what, find] of [
    ['$CHROMIUM', fromEnvironment],
    ['an installed Chromium or Chrome', installed],
    ['apt-get install chromium', fromDebian],
    ['the npm package @sparticuz/chromium', fromNpm],
  ]) {
    try {
      const file = await find(log);
      if (file) return file;
      tried.push(`${what}: not here`);
    } catch (error) {
      if (find === fromEnvironment) throw error;
      tried.push(`${what}: ${error.message.trim().slice(-400)}`);
    }
  }
  throw new Error(`No Chromium for the UI tests. Tried:\n- ${tried.join('\n- ')}\nInstall one or set CHROMIUM=/path.`);
}

const isExecutable = file =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

async function fromEnvironment() {
  const file = process.env.CHROMIUM;
  if (!file) return undefined;
  if (!(await isExecutable(file))) throw new Error(`CHROMIUM=${file} is not a program that can be run.`);
  return file;
}

async function installed() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(path.delimiter), '/opt/google/chrome'];
  for (const name of names)
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  return undefined;
}

async function fromDebian(log) {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return undefined;
  log('no Chromium found: installing the Debian package chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  // Without recommended packages: they would upgrade half of the system.
  const install = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
  await run('apt-get', install, { env, maxBuffer: 2 ** 26 });
  return installed();
}

async function fromNpm(log) {
  const folder = path.join(cache, 'chromium');
  const file = path.join(folder, 'tmp', 'chromium');
  if (await isExecutable(file)) return file;
  log('no Chromium found: unpacking the npm package @sparticuz/chromium');
  const building = path.join(cache, `chromium-${process.pid}`);
  try {
    const tmp = path.join(building, 'tmp');
    await mkdir(tmp, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      await cp(path.join(here, 'chromium', name), path.join(building, name));
    await npm(['ci'], building);
    // The package unpacks itself into the temporary folder, and wants a newer Node.js than ours.
    const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
    await run(host.node, ['-e', unpack], { cwd: building, env: { ...process.env, TMPDIR: tmp } });
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return (await isExecutable(file)) ? file : undefined;
}

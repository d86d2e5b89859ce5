/**
 * Runs the suite of test/host/inHost inside a desktop VS Code, which @vscode/test-electron downloads (or takes from
 * `$MODELYARD_VSCODE`, the path of its executable). `npm run test:electron [-- VERSION]`, e.g. `-- 1.100.0`.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { bundleInHost } from './bundleInHost.mjs';
import { cache, results, root } from './paths.mjs';
import { copySample } from './workspace.mjs';

const resultsFile = path.join(results, 'electron.json');

const vscodeExecutablePath = await findDesktop();
if (!vscodeExecutablePath) process.exit(1);
await mkdir(results, { recursive: true });
await rm(resultsFile, { force: true });
const tests = await bundleInHost();
const sample = await copySample('credit-scoring');
const data = await mkdtemp(path.join(os.tmpdir(), 'my-desktop-')); // short: VS Code makes a socket in it
try {
  process.exitCode = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    extensionTestsEnv: { MODELYARD_HOST_RESULTS: resultsFile },
    launchArgs: [
      ...[
        sample.workspace,
        '--disable-extensions',
        '--disable-workspace-trust',
        '--skip-welcome',
        '--disable-telemetry',
      ],
      ...['--user-data-dir', path.join(data, 'user'), '--extensions-dir', path.join(data, 'extensions')],
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
} catch (error) {
  console.error(`The tests inside VS Code failed: ${error.message ?? error}`);
  process.exitCode = 1;
} finally {
  await sample.remove();
  await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
const counts = JSON.parse(await readFile(resultsFile, 'utf8').catch(() => 'null'));
console.log(counts ? `${counts.passed} passed, ${counts.failed} failed` : 'the suite did not finish');
if (!counts) process.exitCode = 1;

/** The executable of a desktop VS Code; says what is missing when there is none to be had. */
async function findDesktop() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.error(
      'A desktop VS Code needs a display: run `xvfb-run -a npm run test:electron` (Debian: apt install xvfb).',
    );
    return undefined;
  }
  if (process.env.MODELYARD_VSCODE) return process.env.MODELYARD_VSCODE;
  try {
    return await downloadAndUnzipVSCode({
      version: process.argv[2] ?? 'stable',
      cachePath: path.join(cache, 'desktop'),
      timeout: 60_000,
    });
  } catch (error) {
    console.error(`VS Code could not be downloaded (${error.message}).
This needs access to update.code.visualstudio.com, or a VS Code that is there already: MODELYARD_VSCODE=/path/to/code.
Without either, \`npm run test:host\` runs the same tests in VS Code's server, which comes from npm.`);
    return undefined;
  }
}

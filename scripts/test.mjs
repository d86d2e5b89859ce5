/**
 * `npm test`: everything, from a bare clone. `npm test -- --only unit,ui` runs some of the lanes. The last line says
 * `N passed, N failed`; the exit code is 1 when something failed.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, ensureInstalled, root } from './checkout.mjs';
import { endLanes, runLane } from './lane.mjs';
import { installDuckdb } from './installDuckdb.mjs';
import { installRedis } from './installRedis.mjs';

const bin = (...names) => path.join(root, 'node_modules', ...names);
const node = process.execPath;
const vitest = config => [
  ...[node, bin('vitest', 'vitest.mjs'), 'run', '--config', config],
  ...['--reporter=default', '--reporter=./test/support/countReporter.mjs'],
];
const tsc = project => [node, bin('typescript', 'bin', 'tsc'), '-p', project];
const results = name => `test-results/${name}.json`;

/** The large pages are a lane of their own, beside the others; each lane is about half of the work. */
const pageTests = ['comparison', 'empty', 'experiments', 'pipeline', 'replay', 'study'].map(
  name => `test/ui/${name}.test.ts`,
);

const lanes = {
  build: { commands: [[node, 'scripts/build.mjs', '--production']] },
  lint: {
    commands: [
      [node, bin('oxlint', 'bin', 'oxlint')],
      [node, bin('oxfmt', 'bin', 'oxfmt'), '--check'],
    ],
    isPatient: true,
  },
  types: { commands: ['engine', 'src', 'webview', 'test'].map(tsc), isPatient: true },
  unit: { commands: [vitest('vitest.config.mjs')], counts: results('unit') },
  package: {
    commands: [[node, 'scripts/package.mjs'], vitest('vitest.package.config.mjs')],
    counts: results('package'),
  },
  host: { commands: [[node, 'test/host/runInHost.mjs']], counts: results('inHost') },
  ui: {
    commands: [[...vitest('vitest.ui.config.mjs'), ...pageTests.flatMap(file => ['--exclude', file])]],
    counts: results('ui'),
  },
  pages: { commands: [[...vitest('vitest.ui.config.mjs'), ...pageTests]], counts: results('pages') },
};

const editorLanes = ['host', 'ui', 'pages'];
/** Those that run what is bundled. It is built once for all of them. */
const builtLanes = ['unit', 'package', 'host'];

checkNode();
const start = performance.now();
const only = chosenLanes();
const totals = { passed: 0, failed: 0 };
const skipped = [];
// Short, because the sockets inside have a limit of about 100 characters.
const room = mkdtempSync(path.join(os.tmpdir(), 'my-'));
const mark = path.basename(room);
const env = {
  TMPDIR: room,
  MODELYARD_TEST_RUN: mark,
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  CI: process.env.CI ?? 'true',
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    endLanes();
    rmSync(room, { recursive: true, force: true });
    process.exit(130);
  });

try {
  await ensureInstalled();
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const brought = only.has('unit') ? Promise.all([installRedis(console.log), installDuckdb(console.log)]) : undefined;
  await build();
  const patient = inTurn('lint', 'types'); // on what the others leave of the processors
  // Two at a time on two cores; `host` alone, because it measures how long the extension takes to start.
  const [noEditor] = await Promise.all([
    inTurn('package')
      .then(() => brought) // Debian's packages are installed one after the other
      .then(whyNoEditor),
    Promise.resolve(brought).then(() => inTurn('unit')),
  ]);
  await inEditor(noEditor);
  await patient;
  await checkLeftovers();
} catch (error) {
  console.error(error.message);
  totals.failed++;
} finally {
  rmSync(room, { recursive: true, force: true, maxRetries: 5 });
}

if (skipped.length > 0) console.log('\nSkipped:');
for (const { test, reason } of skipped) console.log(`- ${test}: ${reason}`);
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** The bundles that are packed, which the lanes then take as they are. */
async function build() {
  if (!['build', ...builtLanes].some(name => only.has(name))) return;
  if (await run('build')) env.MODELYARD_BUILT = '1';
}

async function inEditor(noEditor) {
  if (noEditor) for (const name of editorLanes) skip(name, noEditor);
  else {
    await inTurn('host');
    await Promise.all([inTurn('ui'), inTurn('pages')]);
  }
}

function chosenLanes() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only?.split(',') ?? Object.keys(lanes);
  const unknown = names.filter(name => !(name in lanes));
  if (unknown.length === 0) return new Set(names);
  console.error(`There is no lane ${unknown.join(', ')}; the lanes are ${Object.keys(lanes).join(', ')}.`);
  process.exit(2);
}

async function inTurn(...names) {
  for (const name of names) if (only.has(name)) await run(name);
}

function skip(name, reason) {
  if (only.has(name)) skipped.push({ test: `the lane ${name}`, reason });
}

async function run(name) {
  console.log(`▸ ${name} …`);
  const lane = await runLane({ name, ...lanes[name] }, env);
  totals.passed += lane.passed;
  totals.failed += lane.failed;
  skipped.push(...lane.skipped);
  console.log(`\n${'─'.repeat(20)} ${name}\n${lane.output.trim()}`);
  const counted = `${lane.passed} passed, ${lane.failed} failed`;
  console.log(`${'─'.repeat(20)} ${name}: ${lane.ok ? 'ok' : 'FAILED'}, ${counted}, ${lane.seconds.toFixed(0)} s\n`);
  return lane.ok;
}

/** Why the lanes inside an editor cannot run here, or undefined when they can. Installs what they need. */
async function whyNoEditor() {
  if (!editorLanes.some(name => only.has(name))) return undefined;
  const { hostUnavailable, installHost } = await import('../test/host/install.mjs');
  const unavailable = hostUnavailable();
  if (unavailable) return `${unavailable}; \`npm run test:electron\` runs the tests inside a desktop VS Code`;
  console.log("▸ VS Code's server and a browser …");
  await installHost();
  const { findChromium } = await import('../test/host/chromium.mjs');
  try {
    process.env.CHROMIUM = await findChromium(console.log);
  } catch (error) {
    return error.message;
  }
  return undefined;
}

/** Tests clean up: whatever is left in the temporary folder, or still runs, is a failure of its own. */
async function checkLeftovers() {
  const { carries, untilGone } = await import('../test/host/processes.mjs');
  const processes = await untilGone(carries('MODELYARD_TEST_RUN', mark), 20_000);
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).sort();
  const left = [...processes.map(command => `process ${command}`), ...files.slice(0, 50)];
  totals[left.length > 0 ? 'failed' : 'passed']++;
  if (left.length > 0) console.log(`Left behind by the tests:\n${left.map(line => `- ${line}`).join('\n')}\n`);
}

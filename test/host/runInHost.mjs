/**
 * Runs the mocha suite of test/host/inHost inside the extension host of a real VS Code, on a copy of the sample.
 * `npm run test:host`; MOCHA_GREP=text picks tests; MODELYARD_HOST_VERBOSE=1 shows all that the workbench logs.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { launchOptions, newContext } from './browser.mjs';
import { bundleInHost } from './bundleInHost.mjs';
import { findChromium } from './chromium.mjs';
import { installHost } from './install.mjs';
import { here, results, root } from './paths.mjs';
import { startServer } from './server.mjs';
import { workbenchUrl } from './workbench.mjs';
import { copySample } from './workspace.mjs';

const patience = 5 * 60_000;
const resultsFile = process.env.MODELYARD_COUNTS ?? path.join(results, 'inHost.json');

await mkdir(results, { recursive: true });
await rm(resultsFile, { force: true });
if (await installHost()) console.log("installed VS Code's server");
const executablePath = await findChromium(console.log);
const tests = await bundleInHost();
const problems = [];
const sample = await copySample('credit-scoring');
try {
  const server = await startServer({
    tests: true,
    link: [path.join(here, 'debugProbe')],
    env: { MODELYARD_HOST_RESULTS: resultsFile },
  });
  try {
    const browser = await chromium.launch({ ...launchOptions, executablePath });
    try {
      const { context, outside } = await newContext(browser);
      const code = await runTests(await context.newPage(), server);
      if (code !== 0) problems.push(`the suite ended with ${code}`);
      if (outside.length > 0) problems.push(`requests that would have left the machine: ${outside.join(', ')}`);
    } finally {
      await browser.close();
    }
  } finally {
    const left = await server.stop();
    if (left.length > 0) problems.push(`processes left behind:\n  ${left.join('\n  ')}`);
  }
} finally {
  await sample.remove();
}
const counts = JSON.parse(await readFile(resultsFile, 'utf8').catch(() => 'null'));
if (counts) console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
else problems.push('the suite did not finish: it left no results');
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Opens the workbench, which runs the suite and says through the page how it ended. */
async function runTests(page, server) {
  let timer;
  const ended = new Promise(resolve => {
    timer = setTimeout(resolve, patience, 'a timeout');
    void page.exposeFunction('codeAutomationExit', (code, logs) => {
      void writeFile(path.join(results, 'inHost-logs.json'), JSON.stringify(logs ?? [])).then(() => resolve(code));
    });
  });
  const verbose = Boolean(process.env.MODELYARD_HOST_VERBOSE);
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    const line = format(...args).trimEnd();
    if (verbose || (line && !isChatter(line))) console.log(line);
  });
  await page.goto(workbenchUrl(server, { workspace: sample.workspace, development: [root], tests }));
  const code = await ended;
  clearTimeout(timer);
  if (code !== 0) await page.screenshot({ path: path.join(results, 'inHost.png') }).catch(() => {});
  return code;
}

/** Lines of the workbench itself; mocha's come through the same channel. */
function isChatter(line) {
  const starts = [
    ...['%c', 'Ignoring fetching additional', 'Resolving connection token', 'Resolved connection token'],
    ...['Creating a socket', 'Creation of workbench', 'Updating additional builtin', 'ChatSessionStore'],
    ...['[AccountPolicyGate', '[AgentHost', '[Service Worker', '[reconnection-grace-time'],
    ...['Aborted onWillSaveTextDocument', '    at http:', 'No search provider registered'],
    ...['Timed out waiting for authentication provider', 'Canceled: Canceled'],
  ];
  return starts.some(start => line.startsWith(start));
}

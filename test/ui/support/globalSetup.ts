import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { launchBrowserServer } from '../../host/browser.mjs';
import { findChromium } from '../../host/chromium.mjs';
import { installHost } from '../../host/install.mjs';
import { results, root } from '../../host/paths.mjs';
import { startServer } from '../../host/server.mjs';

/** What the test files, which run in another process, need to know. */
export interface UiHost {
  readonly base: string;
  readonly port: number;
  readonly settingsFile: string;
  readonly logs: string;
  /** The folder through which a test asks the probe extension to change settings. */
  readonly wishes: string;
  /** Where to connect to the browser. */
  readonly browser: string;
  /** Where screenshots are kept. */
  readonly shots: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    ui: UiHost;
  }
}

/**
 * Starts VS Code's server with the packed extension installed (`npm run package` makes it), and a browser.
 * MODELYARD_UI_UNPACKED=1 loads the extension from the checkout instead (`npm run build` is enough then).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await installHost();
  const executablePath = await findChromium(line => console.log(line));
  const shots = path.join(results, 'shots', process.env['MODELYARD_LANE'] ?? '');
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  const probe = path.join(root, 'test', 'ui', 'probe');
  const unpacked = Boolean(process.env['MODELYARD_UI_UNPACKED']);
  const wishes = await mkdtemp(path.join(os.tmpdir(), 'my-ui-'));
  const server = await startServer({
    ...(unpacked ? { link: [root, probe] } : { vsix: [await packed()], link: [probe] }),
    trust: true,
    env: { MODELYARD_PROBE_WISHES: wishes },
  });
  const browser = await launchBrowserServer(executablePath);
  const { base, port, settingsFile, logs } = server;
  project.provide('ui', { base, port, settingsFile, logs, wishes, browser: browser.wsEndpoint(), shots });
  return async () => {
    await browser.close();
    const left = await server.stop();
    await rm(wishes, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`processes that outlived VS Code:\n  ${left.join('\n  ')}`);
  };
}

async function packed(): Promise<string> {
  const { name, version }: { name: string; version: string } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  const file = path.join(root, `${name}-${version}.vsix`);
  if (!(await stat(file).catch(() => undefined))) throw new Error(`${file} is missing: \`npm run package\` makes it.`);
  return file;
}

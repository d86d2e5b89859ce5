import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newContext } from '../host/browser.mjs';
import { host, root } from '../host/paths.mjs';
import { carries, processes, untilGone } from '../host/processes.mjs';
import { copySample } from '../host/workspace.mjs';
import { openSidebar, treeItem } from './support/views';

let room = '';
beforeAll(async () => {
  room = await realpath(await mkdtemp(path.join(os.tmpdir(), 'my-code-')));
});
afterAll(() => rm(room, { recursive: true, force: true }));

interface Started {
  /** The address it has printed. */
  readonly url: string;
  /** Sends the signal; gives the exit code, what was printed, and what it left: processes and temporary files. */
  readonly end: (signal: NodeJS.Signals) => Promise<{ code: number | null; left: readonly string[] }>;
}

const isOf = (mark: string) => carries('MODELYARD_TEST_CODE', mark);

/** `npm run code` with arguments, as npm runs it, with a home and temporary files of its own. */
async function run(mark: string, args: readonly string[]) {
  const home = path.join(room, mark);
  await mkdir(path.join(home, 'tmp'), { recursive: true });
  const env = { ...process.env, HOME: home, TMPDIR: path.join(home, 'tmp'), MODELYARD_TEST_CODE: mark };
  const child = spawn(process.execPath, [path.join(root, 'scripts/code.mjs'), ...args], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += String(chunk)));
  const exit = new Promise<number | null>(resolve => child.once('exit', resolve));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const code = await exit;
    return { code, left: [...(await untilGone(isOf(mark), 5000)), ...(await readdir(path.join(home, 'tmp')))] };
  };
  return { child, said: () => said, end };
}

/** Waits until it has printed its address. */
async function start(mark: string, args: readonly string[]): Promise<Started> {
  const { child, said, end } = await run(mark, args);
  for (let waited = 0; waited < 120_000 && child.exitCode === null; waited += 100) {
    const url = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/\S+)$/m.exec(said())?.[1];
    if (url !== undefined) return { url, end };
    await sleep(100);
  }
  await end('SIGKILL');
  throw new Error(`npm run code printed no address:\n${said()}`);
}

describe('npm run code', () => {
  test('opens a folder in a VS Code with the extension, and ends with everything it started', async () => {
    const sample = await copySample('credit-scoring');
    const { url, end } = await start('opened', [sample.folder]);
    const browser = await chromium.connect(inject('ui').browser);
    try {
      expect(new URL(url).searchParams.get('folder')).toBe(sample.folder);
      const { context } = await newContext(browser);
      const page = await context.newPage();
      await page.goto(url);
      await page.locator('.monaco-workbench .activitybar .action-label').first().waitFor({ timeout: 90_000 });
      await openSidebar(page);
      await treeItem(page, /^network, /).waitFor(); // an engine has read the configuration
    } finally {
      await browser.close();
      expect(await end('SIGTERM')).toEqual({ code: 0, left: [] });
      expect(await sample.remove()).toEqual([]);
    }
    await expect(fetch(url)).rejects.toThrow();
  });

  test('opens the sample, and ends on Ctrl+C', async () => {
    const { url, end } = await start('sample', []);
    expect(new URL(url).searchParams.get('folder')).toBe(path.join(root, 'samples/credit-scoring'));
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('vs/code/browser/workbench');
    expect(await end('SIGINT')).toEqual({ code: 0, left: [] });
  });

  test('ends its server when it is ended before that answers', async () => {
    const { child, end } = await run('early', []);
    const isServer: ReturnType<typeof isOf> = found => isOf('early')(found) && found.command.includes(host.codeServer);
    try {
      while (!(await processes()).some(isServer) && child.exitCode === null) await sleep(20);
    } finally {
      expect(await end('SIGTERM')).toEqual({ code: 0, left: [] });
    }
  });

  test.each([
    [['no/such/folder'], 'is not a folder'],
    [['--port', '70000'], '--port 70000 is not a port'],
  ])('refuses %j', async (args, sentence) => {
    await expect(start('refused', args)).rejects.toThrow(sentence);
  });
});

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import { newContext } from '../../host/browser.mjs';
import { workbenchUrl } from '../../host/workbench.mjs';
import { copySample } from '../../host/workspace.mjs';
import { isStaleLens, listenForErrors } from './errors';
import { whatIsShown } from './said';
import { resetSettings } from './settings';
import { shoot } from './shots';

export interface Workbench {
  /** The page of the workbench. */
  readonly page: Page;
  /** The folder that is open in it: a copy, removed in the end. */
  readonly folder: string;
  /** Addresses on other machines that were asked for, and refused. Whoever expects one takes it out. */
  readonly outside: string[];
  /** What the extension reported to the browser's console. Whoever expects an error takes it out. */
  readonly errors: string[];
}

export interface WorkbenchOptions {
  /** A folder of samples/; a copy of it is opened. Default: credit-scoring. */
  readonly sample?: string;
  /** Changes the copy before it is opened. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** The user's settings, over those of every test. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opens the folder as not yet trusted. Default: every folder is trusted. */
  readonly restricted?: boolean;
}

interface Opened extends Workbench {
  readonly browser: Browser;
  readonly loggedBefore: number;
  readonly removeFolder: () => Promise<string[]>;
}

/**
 * Opens a workbench before the tests of a file and closes it after them. A test fails when something would have left
 * the machine or when the extension reported an error; what a failed test saw is kept as a
 * picture and printed as text.
 */
export function useWorkbench(options: WorkbenchOptions = {}): Workbench {
  let opened: Opened | undefined;
  const current = (): Opened => {
    if (!opened) throw new Error('the workbench is open only while tests run');
    return opened;
  };

  beforeAll(async () => {
    opened = await open(options);
  });
  beforeEach(({ onTestFailed }) =>
    onTestFailed(async ({ task }) => {
      await shoot(current().page, `failed ${task.name}`);
      console.log(`What was shown when "${task.name}" failed:\n${await whatIsShown(current().page)}`);
    }),
  );
  afterEach(() => {
    expectNone(current().outside.splice(0), 'requests that would have left the machine');
    expectNone(current().errors.splice(0), 'errors of the extension in the console of the browser');
  });
  afterAll(async () => {
    if (!opened) return;
    await opened.page.goto('about:blank'); // lets the workbench say goodbye to its extension host
    await opened.browser.close();
    expectNone(await opened.removeFolder(), 'processes that outlived the window');
    const logged = (await hostErrors()).slice(opened.loggedBefore);
    expectNone(logged, 'errors of the extension in the log of the extension host');
  });

  return {
    get page() {
      return current().page;
    },
    get folder() {
      return current().folder;
    },
    get outside() {
      return current().outside;
    },
    get errors() {
      return current().errors;
    },
  };
}

/** A list is cut short in the message of a failure, a text is not. */
const expectNone = (found: readonly string[], what: string): void => expect(found.join('\n'), what).toBe('');

async function open(options: WorkbenchOptions): Promise<Opened> {
  const host = inject('ui');
  const loggedBefore = (await hostErrors()).length;
  const sample = await copySample(options.sample ?? 'credit-scoring');
  await resetSettings(sample.folder, {
    ...options.settings,
    'security.workspace.trust.enabled': options.restricted ?? false,
  });
  await options.prepare?.(sample.folder);
  const browser = await chromium.connect(host.browser);
  const { context, outside } = await newContext(browser);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const errors = listenForErrors(page);
  await page.goto(workbenchUrl(host, { folder: sample.folder }));
  // A loaded machine needs its time for the first paint.
  await page.locator('.monaco-workbench .activitybar .action-label').first().waitFor({ timeout: 90_000 });
  return { browser, page, folder: sample.folder, outside, errors, loggedBefore, removeFolder: sample.remove };
}

/** What the extension host's logs report of errors of ours. */
async function hostErrors(): Promise<string[]> {
  const { logs } = inject('ui');
  const files = (await readdir(logs, { recursive: true }).catch(() => [])).filter(file => /exthost.*\.log$/.test(file));
  const contents = await Promise.all(files.map(file => readFile(path.join(logs, file), 'utf8')));
  // A view that is refreshed while its window closes is cancelled; VS Code calls that an error.
  const isOurs = (entry: string): boolean =>
    /\[error\].*modelyard/i.test(entry) && !/tree view \S+: Canceled\s*$/.test(entry) && !isStaleLens(entry);
  return contents.flatMap(content => content.split(/^(?=\d{4}-\d\d-\d\d[ T])/m).filter(isOurs));
}

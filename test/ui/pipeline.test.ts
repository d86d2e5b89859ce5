import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { codeLens, openFile, tab } from './support/editor';
import { runCommand } from './support/palette';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { clickInline, openSidebar, treeItem } from './support/views';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const config = 'modelyard.yaml';

/** A run that succeeded, one that failed at its third step; then a parameter of another step is changed. */
async function prepare(folder: string): Promise<void> {
  const file = path.join(folder, config);
  const run = () =>
    promisify(execFile)('node', [path.join(root, 'dist', 'cli.js'), 'run', 'train', '--workspace', folder]);
  await run();
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('[personal_status_and_sex]', '[no_such_column]'));
  await run().catch(() => undefined);
  await writeFile(file, text.replace('learner: logistic, C: 0.1', 'learner: logistic, C: 0.05'));
}

const bench = useWorkbench({ prepare });
const node = (page: Page, name: string) => webview(page).getByRole('button', { name: new RegExp(`^${name}(, |$)`) });
const details = (page: Page) => webview(page).getByRole('complementary', { name: 'Step' });
const pressed = (page: Page, name: string) => webview(page).getByRole('button', { name, exact: true }).click();

/** Pixels of the screen. */
function leastOfTexts(elements: readonly Element[]): number {
  const sizes = elements.map(element => {
    const { fontSize, height } = getComputedStyle(element);
    return (Number.parseFloat(fontSize) * element.getBoundingClientRect().height) / Number.parseFloat(height);
  });
  return Math.min(...sizes);
}

/** The nodes that do not stand within the window of the graph. */
function outOfSight(stage: Element): string[] {
  const window = stage.getBoundingClientRect();
  return [...stage.querySelectorAll('.node')]
    .filter(node => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      return left < window.left || right > window.right || top < window.top || bottom > window.bottom;
    })
    .map(({ textContent }) => textContent);
}

describe('the page of a pipeline', () => {
  test('opens from the lens that says what would run, at the plan: each step says why', async () => {
    const { page } = bench;
    await openFile(page, config);
    const lens = codeLens(page, 'Plan: 5 of 8 will run (train.C changed)');
    await lens.waitFor({ timeout: 90_000 });
    await shoot(page, 'pipeline lens');
    await lens.click();
    await webview(page).getByRole('heading', { level: 1, name: 'train' }).waitFor();
    await node(page, 'prepare, from r-1, nothing has changed since r-1').waitFor();
    await node(
      page,
      'evaluate, will run · ≈ .* s, train runs, unless it makes the same as before, needs train, on the critical path',
    ).waitFor();
    await webview(page).getByText('5 of 8 steps will run', { exact: false }).waitFor();
    await page.waitForTimeout(300);
    await shoot(page, 'pipeline plan');
    expect(await webview(page).locator('.node-text').evaluateAll(leastOfTexts)).toBeGreaterThanOrEqual(10);
  });

  test('shows with a plan the data of the last run that succeeded, and says so', async () => {
    const { page } = bench;
    const data = webview(page).getByRole('checkbox', { name: 'Data of r-1' });
    await data.click();
    await node(page, 'model version credit-risk v1').waitFor();
    await node(page, 'split.json, .*, of split').waitFor();
    await shoot(page, 'pipeline plan data');
    await data.click();
    await node(page, 'dataset applications').waitFor({ state: 'detached' });
  });

  test('leads along the lines by the keyboard, and says all of a step', async () => {
    const { page } = bench;
    await node(page, 'validate').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await details(page).getByRole('row', { name: 'with.C 0.1 0.05' }).waitFor();
    expect(await node(page, 'train').getAttribute('aria-current')).toBe('true');
    await shoot(page, 'pipeline plan details');
    await page.keyboard.press('/');
    await page.keyboard.type('evalu');
    await page.keyboard.press('Enter');
    await details(page).getByRole('heading', { name: 'evaluate' }).waitFor();
    await webview(page).getByText('1 step', { exact: true }).waitFor();
    await webview(page).locator('vscode-text-field input').fill('');
    await details(page).getByRole('button', { name: 'Close' }).press('Escape');
    await details(page).waitFor({ state: 'hidden' });
    expect(await node(page, 'evaluate').evaluate(element => element === document.activeElement)).toBe(true);
  });

  test('shows a run that failed as it was, with its error, log and line', async () => {
    const { page } = bench;
    await pressed(page, 'r-2');
    await node(page, 'prepare, failed · .* s, The data has no column no_such_column').click();
    await details(page).getByText('with.drop', { exact: true }).first().waitFor();
    await details(page).getByText('Log', { exact: true }).waitFor();
    await node(page, 'train, skipped').waitFor();
    await shoot(page, 'pipeline failed');
    await details(page).getByRole('button', { name: 'Go to line' }).click();
    await tab(page, config).waitFor();
    await page.getByText(/^Ln 31, Col 7/).waitFor();
    await tab(page, 'train (pipeline)').click();
  });

  test('keeps run and step while another editor is in front, and shows what went through it', async () => {
    const { page } = bench;
    await details(page).getByRole('heading', { name: 'prepare' }).waitFor();
    await pressed(page, 'r-1');
    await webview(page).getByRole('checkbox', { name: 'Data' }).click();
    await node(page, 'dataset applications').waitFor();
    await node(page, 'split.json, .*, of split').waitFor();
    await node(page, 'model version credit-risk v1').waitFor();
    await pressed(page, 'Fit into the window (0)');
    await page.waitForTimeout(300);
    await shoot(page, 'pipeline data');
    expect(await webview(page).locator('.graph-stage').evaluate(outOfSight)).toEqual([]);
    await webview(page).getByRole('checkbox', { name: 'Data' }).click();
    await node(page, 'dataset applications').waitFor({ state: 'detached' });
  });

  test('has the same as a table, sorted by its heads', async () => {
    const { page } = bench;
    await pressed(page, 'Table');
    const first = webview(page).locator('.steps-table tbody tr').first();
    await pressed(page, 'Step');
    expect(await first.innerText()).toMatch(/^5\s+evaluate\s+\(on the critical path\)\s+done/);
    await shoot(page, 'pipeline table');
    await pressed(page, '#');
    await pressed(page, 'Graph');
  });

  test('follows a run that it starts, live, to its end; the history has it', async () => {
    const { page } = bench;
    await pressed(page, 'Run');
    await pressed(page, 'Stop');
    await webview(page).locator('.pipeline-header', { hasText: 'r-3 cancelled' }).waitFor();
    await pressed(page, 'Run');
    await node(page, 'train, running.*').waitFor();
    await shoot(page, 'pipeline running');
    await webview(page).locator('.pipeline-header', { hasText: 'r-4 done' }).waitFor({ timeout: 120_000 });
    await node(page, 'validate, from r-1').waitFor();
    await shoot(page, 'pipeline done');
    await webview(page)
      .getByRole('row', { name: /^r-4 done/ })
      .waitFor();
  });

  test('comes back after a reload of the window', async () => {
    const { page } = bench;
    await reloadWindow(page);
    await tab(page, 'train (pipeline)').click({ timeout: 90_000 });
    await webview(page).getByRole('heading', { level: 1, name: 'train' }).waitFor({ timeout: 150_000 });
    // which run it shows, and how, depends on when the workbench last kept the state of its pages
    await pressed(page, 'Graph');
    await node(page, 'register, .*').waitFor();
  });

  test('opens from the tree, the palette and a run', async () => {
    const { page } = bench;
    await openSidebar(page);
    await tab(page, 'train (pipeline)').getByRole('button', { name: 'Close' }).click();
    // a row that is drawn anew while it is clicked is no row for the command, which then asks
    await actUntil(webview(page).getByRole('heading', { level: 1, name: 'train' }), async () => {
      await page.keyboard.press('Escape');
      await clickInline(treeItem(page, /^train, /).first(), 'Open Pipeline Graph');
    });
    await pressed(page, 'r-4');
    await pressed(page, 'Open run');
    await webview(page).getByRole('button', { name: 'train', exact: true }).click();
    await webview(page).locator('.pipeline-header', { hasText: 'r-4 done' }).waitFor();
    await runCommand(page, 'Modelyard: Open Pipeline Graph');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'network' }).click();
    await webview(page).getByText('Not run yet', { exact: true }).waitFor();
    await shoot(page, 'pipeline empty');
    await tab(page, 'train (pipeline)').click();
  });

  test('fits into 320 pixels', async () => {
    const { page } = bench;
    await node(page, 'train').click();
    await page.keyboard.press('Control+B');
    await page.setViewportSize({ width: 378, height: 800 }); // the activity bar and the edges
    for (const name of ['Table', 'Graph']) {
      await pressed(page, name);
      await page.waitForTimeout(500);
      await shoot(page, `pipeline ${name} 320`);
      const over = await webview(page)
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(over, name).toBe(0);
      await expectAccessible(await webviewFrame(page), `the ${name} of a pipeline in 320 pixels`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Control+B');
  });

  test.each(themes)('is accessible in %s', async theme => {
    const { page } = bench;
    await switchTheme(page, theme);
    for (const run of ['r-2', 'r-4']) {
      await pressed(page, run);
      await webview(page).locator(`[aria-current=true] button`, { hasText: run }).waitFor();
      await page.waitForTimeout(500);
      await shoot(page, `pipeline ${run} ${theme}`);
      await expectAccessible(await webviewFrame(page), `${run} of a pipeline in ${theme}`);
    }
    await pressed(page, 'Plan');
    await pressed(page, 'Table');
    await page.waitForTimeout(300);
    await expectAccessible(await webviewFrame(page), `the table of a plan in ${theme}`);
    await pressed(page, 'Graph');
    await shoot(page, `pipeline plan ${theme}`);
  });
});

import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { expectAccessible } from './support/axe';
import { codeLens, openFile, tab } from './support/editor';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const modelyard = (folder: string, ...args: readonly string[]) =>
  promisify(execFile)('node', [path.join(root, 'dist', 'cli.js'), ...args, '--workspace', folder]);

/** Two runs on two versions of the sample's data, then a third content that nobody has used: older people, one column less. */
async function changeData(folder: string): Promise<void> {
  const file = path.join(folder, 'data', 'german_credit.csv');
  const config = path.join(folder, 'modelyard.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('[1000, 1000]', '[900, 1100]'));
  await modelyard(folder, 'run', 'train');
  const text = await readFile(file, 'utf8');
  await appendFile(file, text.trimEnd().split('\n').slice(1, 11).join('\n') + '\n');
  await modelyard(folder, 'run', 'train');
  const rows = text
    .trimEnd()
    .split('\n')
    .map(line => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const [head = []] = rows;
  const [age, phone] = [head.indexOf('age_in_years'), head.indexOf('telephone')];
  const changed = rows.map((cells, i) =>
    cells
      .map((cell, at) => (i > 0 && at === age ? String(Number(cell) + 5) : cell))
      .filter((_, at) => at !== phone)
      .join(','),
  );
  await writeFile(file, `${changed.join('\n')}\n`);
}

const bench = useWorkbench({ prepare: changeData });
const tabs = ['versions', 'columns', 'compare'] as const;
const showTab = (page: Page, id: (typeof tabs)[number]) => webview(page).locator(`#tab-${id}`).click();
const compared = (page: Page) => webview(page).getByRole('row', { name: /age_in_years/ });

describe('a dataset', () => {
  test('has a lens that says how its file stands, and opens its page', async () => {
    const { page } = bench;
    await openFile(page, 'modelyard.yaml');
    const lens = codeLens(page, '2 versions · changed since r-2');
    await lens.waitFor({ timeout: 90_000 });
    await shoot(page, 'dataset lens');
    await lens.click();
    await webview(page).getByRole('heading', { level: 1, name: 'applications' }).waitFor();
    await webview(page)
      .getByRole('row', { name: /1,010 21 .* r-2 / })
      .waitFor();
    await shoot(page, 'dataset versions');
  });

  test('shows what has changed in the file since the last run, the largest change first', async () => {
    const { page } = bench;
    await showTab(page, 'compare');
    await compared(page).waitFor();
    await webview(page).getByRole('listitem').filter({ hasText: 'telephone' }).waitFor();
    const first = webview(page).locator('.comparison tbody tr').first();
    expect(await first.innerText()).toMatch(/age_in_years\s+different\s+integer\s+0 %\s+KS D = 0\.\d+/);
    await webview(page)
      .getByRole('img', { name: /^age_in_years\. Adjusted p/ })
      .waitFor();
    await shoot(page, 'dataset compare');
  });

  test('has the numbers of a chart as a table, and opens the chart of a column by the keyboard', async () => {
    const { page } = bench;
    const chart = webview(page).locator('figure', { hasText: 'age_in_years' }).first();
    await chart.getByRole('button', { name: 'Table' }).click();
    await chart.getByRole('columnheader', { name: /^older / }).waitFor();
    await chart.getByRole('button', { name: 'Table' }).click();
    const last = webview(page).getByRole('button', { name: 'creditability: show the distribution' });
    await last.focus();
    await last.press('Enter');
    await webview(page)
      .getByRole('img', { name: /^creditability\. Adjusted p/ })
      .waitFor();
    await webview(page).locator('figure:focus', { hasText: 'creditability' }).waitFor();
  });

  test('shows the columns of a version, and opens a run that used it', async () => {
    const { page } = bench;
    await showTab(page, 'columns');
    await webview(page)
      .getByRole('row', { name: /^age_in_years integer 0 % \d+ 24 … 80, median 38/ })
      .waitFor();
    await shoot(page, 'dataset columns');
    await showTab(page, 'versions');
    await webview(page).getByRole('button', { name: 'r-2', exact: true }).click();
    await tab(page, 'r-2').waitFor();
    await tab(page, 'applications').click();
  });

  test('keeps its tab while another editor is in front, and comes back after a reload of the window', async () => {
    const { page } = bench;
    await showTab(page, 'columns');
    await webview(page)
      .getByRole('row', { name: /^age_in_years/ })
      .waitFor();
    await openFile(page, 'modelyard.yaml');
    await tab(page, 'applications').click();
    await webview(page).locator('#tab-columns[aria-selected=true]').waitFor();
    await webview(page)
      .getByRole('row', { name: /^age_in_years/ })
      .waitFor();
    await reloadWindow(page);
    await tab(page, 'applications').click({ timeout: 90_000 });
    await webview(page).getByRole('heading', { level: 1, name: 'applications' }).waitFor({ timeout: 150_000 });
  });

  test('fits into 320 pixels', async () => {
    const { page } = bench;
    await page.keyboard.press('Control+B');
    await page.setViewportSize({ width: 378, height: 800 }); // the activity bar and the edges
    for (const id of tabs) {
      await showTab(page, id);
      await webview(page).locator(`#view-${id} table`).first().waitFor();
      await page.waitForTimeout(500);
      await shoot(page, `dataset ${id} 320`);
      const over = await webview(page)
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(over, id).toBe(0);
      await expectAccessible(await webviewFrame(page), `the tab ${id} in 320 pixels`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Control+B');
  });

  test.each(themes)('is accessible in %s', async theme => {
    const { page } = bench;
    await switchTheme(page, theme);
    for (const id of tabs) {
      await showTab(page, id);
      await webview(page).locator(`#view-${id} table`).first().waitFor();
      await page.waitForTimeout(300);
      await shoot(page, `dataset ${id} ${theme}`);
      await expectAccessible(await webviewFrame(page), `the tab ${id} in ${theme}`);
    }
  });
});

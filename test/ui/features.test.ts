import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { featureFiles } from '../support/featureFiles';
import { expectAccessible } from './support/axe';
import { codeLens, openFile, pressLens, tab } from './support/editor';
import { clickNotification, notification } from './support/notifications';
import { answer, quickPickRows } from './support/palette';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { expand, openSidebar, treeItem, unfoldView, view } from './support/views';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const files = featureFiles();
const config = (files['modelyard.yaml'] ?? '').replace('{null_rate: 0.01}', '{null_rate: 0.01, drift: 0.2}');
const loans = files['data/loans.csv'] ?? '';
/** Ten times the amount of each loan. */
const larger = loans.replaceAll(/,(\d+)(,\d+)$/gm, ',$10$2');

async function writeFeatures(folder: string): Promise<void> {
  for (const [name, text] of Object.entries({ ...files, 'modelyard.yaml': config })) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}
const bench = useWorkbench({ prepare: writeFeatures });

const join = 'credit-risk for applications';
const row = (page: Page, applicant: number) =>
  webview(page)
    .locator('.join-table tbody tr')
    .nth(applicant - 1);
const choose = async (page: Page, list: string, option: string): Promise<void> => {
  await webview(page).getByRole('combobox', { name: list }).click();
  await webview(page).getByRole('option', { name: option }).click();
};

describe('features', () => {
  test('a join is previewed from the lens of a service: which dataset, which time', async () => {
    const { page } = bench;
    await openFile(page, 'modelyard.yaml');
    await codeLens(page, 'Training set').waitFor({ timeout: 90_000 });
    await shoot(page, 'features lenses');
    await pressLens(page, /Preview/, quickPickRows(page).filter({ hasText: 'applications' }));
    await page.keyboard.press('Escape');
    const ofService = codeLens(page, /Preview/).last();
    await ofService.click();
    await quickPickRows(page).filter({ hasText: 'applications' }).click();
    await page.getByText('The column of applications with the time of each row').waitFor();
    await answer(page, 'applied_at');
    await tab(page, join).waitFor();
    await webview(page).getByRole('heading', { level: 1, name: join }).waitFor();
    await row(page, 1).waitFor();
  });

  test('says row by row which value was matched, why, and what later knowledge would change', async () => {
    const { page } = bench;
    await shoot(page, 'features join');
    expect(await row(page, 1).innerText()).toMatch(/1,?169\s+matched\s+3 d before · loans\.csv:2/);
    expect(await row(page, 1).innerText()).toMatch(/later knowledge: 1,?500, known 4 d after/);
    expect(await row(page, 2).innerText()).toContain('no row');
    expect(await row(page, 3).innerText()).toContain('expired');
    expect(await row(page, 4).innerText()).toContain('not yet known');
    expect(await row(page, 5).innerText()).toContain('empty');
  });

  test('filters, switches the rule, and keeps both over a reload of the window; its line opens the file', async () => {
    const { page } = bench;
    await choose(page, 'Which rows', 'Rows with a miss');
    await webview(page).getByText('1 – 4 of such rows').waitFor();
    await choose(page, 'What counts as matched', 'Known by now');
    await webview(page).getByText('1 – 3 of such rows').waitFor();
    await reloadWindow(page);
    await tab(page, join).click({ timeout: 90_000 });
    await webview(page).getByText('1 – 3 of such rows').waitFor({ timeout: 150_000 });
    await choose(page, 'Which rows', 'All rows');
    await webview(page)
      .getByRole('button', { name: /open the matched row, data\/loans\.csv:42/ })
      .first()
      .click();
    await tab(page, 'loans.csv').waitFor();
    await tab(page, join).click();
  });

  test('shows a view in the side bar with its features, and computes it from its page', async () => {
    const { page } = bench;
    await openSidebar(page);
    await unfoldView(page, 'Features');
    await expand(treeItem(page, /^loans[,@]/));
    await treeItem(page, /^amount, number/).waitFor();
    await shoot(page, 'features tree');
    await treeItem(page, /^loans[,@]/).click();
    await tab(page, 'loans (features)').waitFor();
    await webview(page).getByRole('button', { name: 'Compute' }).first().click();
    await webview(page).getByText('41 rows of 40 entities').waitFor();
    await webview(page)
      .getByRole('img', { name: /^amount\./ })
      .waitFor();
    await shoot(page, 'features view');
    await choose(page, 'Rows', 'The last 30 days');
    await webview(page)
      .getByRole('row', { name: /^amount .* – 0 no value/ })
      .waitFor();
    await webview(page).locator('.selected-value', { hasText: 'The last 30 days' }).waitFor();
    await shoot(page, 'features window');
    await choose(page, 'Rows', 'All rows');
    await webview(page)
      .getByRole('row', { name: /^amount\b.* 2\.4 % 40 mean/ })
      .waitFor();
  });

  test('checks a view: what lies beyond its bounds is told, and stands on its page and in the side bar', async () => {
    const { page } = bench;
    await webview(page).getByRole('button', { name: 'Check' }).click();
    await treeItem(page, /^loans@v1, 4 alerts/).waitFor();
    await treeItem(page, /^amount: 2\.4\s% null, at most 1\s%/).waitFor();
    await notification(page, /4 alerts: .*loans@v1 amount: 2\.4\s% null, at most 1\s%/).waitFor();
    await shoot(page, 'features alerts told');
    await clickNotification(page, /4 alerts: /, 'Show Alerts');
    await webview(page)
      .getByRole('row', { name: /^missing values amount 2\.4 % 1 % / })
      .waitFor();
    await shoot(page, 'features alerts');
  });

  test('draws a drift bin by bin beside what it is measured from, with its number and bound', async () => {
    const { page, folder } = bench;
    await writeFile(path.join(folder, 'data/loans.csv'), larger);
    await webview(page).getByRole('button', { name: 'Check' }).click();
    await treeItem(page, /^amount: drift \d/).click();
    const chart = webview(page).getByRole('img', {
      name: /^amount: drift \d\.\d+ \(at most 0\.2\)\. Most has changed at /,
    });
    await chart.waitFor();
    await chart.scrollIntoViewIfNeeded();
    await shoot(page, 'features drift');
    // the same as a table
    const figure = webview(page).locator('section figure').first();
    await figure.getByRole('button', { name: 'Table' }).click();
    await figure.getByRole('row', { name: /^> / }).waitFor();
    await figure.getByRole('button', { name: 'Table' }).click();
    await writeFile(path.join(folder, 'data/loans.csv'), loans);
    await webview(page).getByRole('button', { name: 'Check' }).click();
    await chart.waitFor({ state: 'detached' });
    await treeItem(page, /^amount: drift \d/).waitFor({ state: 'detached' });
  });

  test('opens the lineage of a view', async () => {
    const { page } = bench;
    await webview(page).getByRole('button', { name: 'Lineage' }).click();
    await tab(page, 'Lineage of loans').waitFor();
    await webview(page)
      .getByText(/loans@v1/)
      .first()
      .waitFor();
    await shoot(page, 'features lineage');
    await tab(page, 'loans (features)').click();
  });

  test('brings a view online and gets the values of an entity', async () => {
    const { page } = bench;
    await webview(page).locator('#tab-online').click();
    await webview(page).getByRole('button', { name: 'Materialise what is new' }).click();
    const nothing = /loans@v1: there are no rows from .+ on\..+ from now − ttl/;
    await notification(page, nothing).waitFor();
    await treeItem(page, /^loans@v1, 4 alerts · nothing online: no rows were found/).waitFor();
    await webview(page).getByText('no rows were found: nothing is online').waitFor();
    await shoot(page, 'features nothing found');
    const told = notification(page, '40 entities brought online, from 41 rows.').waitFor(); // it goes by itself
    await clickNotification(page, nothing, 'Materialise Everything');
    await webview(page)
      .getByRole('row', { name: /^done v1 the beginning .* 41 40 / })
      .waitFor();
    await treeItem(page, /^loans@v1, 4 alerts · online up to/).waitFor();
    await told;
    await shoot(page, 'features online');
    await webview(page).getByRole('button', { name: 'Get values…' }).click();
    await answer(page, '1');
    await tab(page, 'Preview loans').waitFor();
    await webview(page)
      .getByRole('row', { name: /^loans@v1:duration (6 present|– expired) / })
      .waitFor();
    await tab(page, 'loans (features)').click();
  });

  test.each(themes)('is accessible in %s', async theme => {
    const { page } = bench;
    await switchTheme(page, theme);
    for (const part of ['features', 'versions', 'online', 'use']) {
      await webview(page).locator(`#tab-${part}`).click();
      await page.waitForTimeout(200);
      await shoot(page, `features ${part} ${theme}`);
      await expectAccessible(await webviewFrame(page), `the tab ${part} in ${theme}`);
    }
    await tab(page, join).click();
    await row(page, 1).waitFor();
    await shoot(page, `features join ${theme}`);
    await expectAccessible(await webviewFrame(page), `the join in ${theme}`);
    await tab(page, 'loans (features)').click();
  });

  test('a view that cannot be resolved says why on its page, which stays', async () => {
    const { page, folder } = bench;
    await writeFile(
      path.join(folder, 'modelyard.yaml'),
      config.replace('event_time: opened_at', 'event_time: opened_on'),
    );
    await treeItem(page, /^loans, .*cannot be resolved/).waitFor();
    await webview(page).getByRole('alert').filter({ hasText: 'has no column `opened_on`' }).waitFor();
    await webview(page).locator('#tab-versions').click();
    await webview(page).getByRole('row', { name: /^v1 / }).waitFor();
    await shoot(page, 'features unresolved');
  });

  test('where the file has errors, the empty view leads to it', async () => {
    const { page, folder } = bench;
    await writeFile(path.join(folder, 'modelyard.yaml'), config.replace('"loans:amount"', '"loans:amnt"'));
    await view(page, 'Features').getByText('modelyard.yaml has errors').waitFor();
    await view(page, 'Features').getByRole('button', { name: 'Open modelyard.yaml' }).waitFor();
    const told = webview(page).getByText('has no feature `amnt`');
    await told.waitFor();
    await shoot(page, 'features broken');
    await writeFile(path.join(folder, 'modelyard.yaml'), config);
    await treeItem(page, /^loans@v1, /).waitFor();
    await told.waitFor({ state: 'detached' });
  });
});

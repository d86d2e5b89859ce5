import { describe, expect, test } from 'vitest';
import { writeManyRuns } from '../support/manyRuns';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { runCommand } from './support/palette';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const runs = 10_000;
const bench = useWorkbench({ prepare: folder => writeManyRuns(folder, runs) });

const page = () => webview(bench.page);
const grid = () =>
  page()
    .getByRole('grid', { name: 'Runs' })
    .or(page().getByRole('treegrid', { name: 'Runs' }));
const said = (text: string | RegExp) => page().locator('.said', { hasText: text }).waitFor();
const header = (name: RegExp) => page().getByRole('columnheader', { name });
const titles = () => page().locator('.grid-head .grid-title').allInnerTexts();
/** A new place of the scroll bar is an event away from new rows. */
const scroll = (top: number) => grid().evaluate((element, to) => void (element.scrollTop = to), top);

async function menu(column: RegExp, item: string): Promise<void> {
  await header(column).click({ button: 'right' });
  await page().getByRole('menu').getByText(item, { exact: true }).click();
}

describe('the table of 10,000 runs', () => {
  test('is there from the first to the last run, with a few rows in the document', async () => {
    await actUntil(page().locator('.said'), () => runCommand(bench.page, 'Modelyard: Compare Runs'));
    await said('10,000 runs');
    await page()
      .getByRole('row', { name: /r-10000 / })
      .waitFor();
    await shoot(bench.page, 'table');
    await grid().evaluate(element => void (element.scrollTop = element.scrollHeight));
    await page()
      .getByRole('row', { name: /r-1 run 1\b/ })
      .waitFor();
    expect(await page().locator('.grid-row').count()).toBeLessThan(100);
    await scroll(0);
  });

  test('scrolls smoothly', async () => {
    const frames = await (
      await webviewFrame(bench.page)
    ).evaluate(async () => {
      const element = document.querySelector('.grid')!;
      const times: number[] = [];
      let last = performance.now();
      for (let frame = 0; frame < 120; frame++) {
        element.scrollTop += 173;
        if (frame % 3 === 0) element.scrollLeft += 20;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - last);
        last = now;
      }
      element.scrollTop = element.scrollLeft = 0;
      return times.sort((a, b) => a - b);
    });
    const at = (share: number) => frames[Math.floor(frames.length * share)]!.toFixed(1);
    console.log(
      `frames while scrolling 10,000 runs × 40 columns: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(0.999)} ms`,
    );
    expect(frames).toHaveLength(120);
    await page()
      .getByRole('row', { name: /r-10000 / })
      .waitFor();
  });

  test('is sorted by several columns, which are moved, pinned and hidden by menu and keyboard', async () => {
    await menu(/^auc/, 'Sort descending');
    await page()
      .getByRole('row', { name: /0\.9999/ })
      .first()
      .waitFor();
    await header(/^param_0/).click({ modifiers: ['Shift'] });
    await page().locator('.chips', { hasText: 'param_0' }).waitFor();
    await menu(/^param_0/, 'Pin to the left');
    await expect.poll(async () => (await titles())[1]).toBe('param_0');
    await menu(/^Took/, 'Hide');
    await expect.poll(titles).not.toContain('Took');
    await header(/^auc/).focus();
    await bench.page.keyboard.press('Control+Shift+ArrowLeft');
    await expect.poll(async () => (await titles()).indexOf('auc')).toBe(4);
    await shoot(bench.page, 'table sorted');
    await menu(/^auc/, 'Columns as at first');
    await expect.poll(titles).toContain('Took');
  });

  test('colours cells against the baseline, and by their size', async () => {
    await page()
      .getByRole('button', { name: /^Make r-10000 / })
      .click();
    await page().locator('.tint-better').first().waitFor();
    await page().locator('.tint-worse').first().waitFor();
    await page().locator('.tint-changed').first().waitFor();
    await shoot(bench.page, 'table baseline');
    await menu(/^auc/, 'Shade by size');
    await page().locator('.heat').first().waitFor();
    await shoot(bench.page, 'table heat');
    await page()
      .getByRole('button', { name: /^r-10000 .* is the baseline/ })
      .click();
    await menu(/^auc/, 'Columns as at first');
  });

  test('is grouped with means and deviations, and opened level by level', async () => {
    await page().getByText('Group by', { exact: true }).click();
    await page().getByRole('menuitemcheckbox', { name: 'param_0' }).click();
    const forest = page().getByRole('row', { name: /param_0: forest/ });
    await forest.waitFor();
    await expect.poll(() => forest.innerText()).toMatch(/3,333 runs[\s\S]*0\.\d+ ± 0\.\d+/);
    await forest.getByRole('button').first().click();
    await page()
      .getByRole('row', { name: /r-9999 / })
      .waitFor();
    await shoot(bench.page, 'table groups');
    await expectAccessible(await webviewFrame(bench.page), 'the table in groups');
    await page().getByRole('button', { name: 'Do not group by param_0' }).click();
    await page()
      .getByRole('row', { name: /r-10000 / })
      .waitFor();
  });

  test('proposes what a filter may say; field, rows and buttons are one filter', async () => {
    const field = page().getByRole('combobox', { name: 'Filter' });
    await field.fill('para');
    await page()
      .getByRole('option', { name: /^params\.param_0 / })
      .waitFor();
    await shoot(bench.page, 'table proposals');
    await field.fill('params.param_0 = ');
    await page()
      .getByRole('option', { name: /^forest/ })
      .click();
    await said('3,333 runs');
    await page().getByRole('button', { name: 'Conditions' }).click();
    const comparison = page().getByRole('combobox', { name: 'Comparison' });
    await comparison.selectOption('!=');
    await said('6,667 runs');
    expect(await field.inputValue()).toBe("params.param_0 != 'forest'");
    await page().getByRole('button', { name: 'Failed' }).click();
    await said(/^13\d runs/);
    await shoot(bench.page, 'table filter');
    await expectAccessible(await webviewFrame(bench.page), 'the filter');
    await page().getByRole('button', { name: 'Failed' }).click();
    await page().getByRole('button', { name: 'Conditions' }).click();
    await field.fill('metrics.auc >> 1');
    await page().getByRole('alert').filter({ hasText: "Invalid comparator '>>'" }).waitFor();
    await field.fill('');
    await said('10,000 runs');
  });

  test('edits name, note, tags and star in place', async () => {
    const row = page().getByRole('row', { name: /r-10000 / });
    await row.getByRole('rowheader').focus();
    await bench.page.keyboard.press('F2');
    const dialog = page().getByRole('dialog');
    await dialog.locator('input').fill('the best');
    await bench.page.keyboard.press('Enter');
    await page()
      .getByRole('row', { name: /r-10000 the best/ })
      .waitFor();
    await bench.page.keyboard.press('s');
    await page().locator('.star[aria-pressed="true"]').waitFor();
    await row.getByRole('rowheader').click({ button: 'right', position: { x: 200, y: 10 } });
    await shoot(bench.page, 'table row menu');
    await page().getByRole('menu').getByText('Write a note…').click();
    await dialog.locator('textarea').fill('**Keep** this one');
    await bench.page.keyboard.press('Control+Enter');
    await page().getByRole('button', { name: '★ Starred' }).click();
    await said('1 run');
    await page().getByRole('button', { name: '★ Starred' }).click();
    await said('10,000 runs');
  });

  test('deletes and restores many at once, and takes it back', async () => {
    const field = page().getByRole('combobox', { name: 'Filter' });
    await field.fill("params.param_0 = 'linear'");
    await bench.page.keyboard.press('Escape');
    await said('3,334 runs');
    await page().getByRole('checkbox', { name: 'Tick all runs found' }).check();
    await said('3,334 runs, 3,334 ticked');
    await page().getByRole('toolbar', { name: 'Ticked runs' }).getByText('Delete', { exact: true }).click();
    await page().getByText('3,334 runs deleted.').waitFor();
    await page().getByText('No run fits the filter').waitFor();
    await page().getByText('Undo', { exact: true }).click();
    await said('3,334 runs');
    await field.fill('');
    await said('10,000 runs');
  });

  test('ticks a range with Shift, and is as it was after a reload', async () => {
    const title = page().locator('.grid-head .grid-title', { hasText: /^Run$/ });
    await title.click({ button: 'right' });
    await page().getByRole('menu').getByText('Sort descending', { exact: true }).click();
    await page()
      .getByRole('checkbox', { name: /^Compare r-9999 / })
      .check();
    await page()
      .getByRole('checkbox', { name: /^Compare r-9995 / })
      .click({ modifiers: ['Shift'] });
    await said(/5 ticked/);
    await shoot(bench.page, 'table ticked');
    await reloadWindow(bench.page);
    await said(/10,000 runs, 5 ticked/);
    await expect.poll(() => page().locator('[role=row][aria-selected=true]').count()).toBe(5);
    await page().getByText('Untick All').click();
  });
});

describe('looks', () => {
  test.each(themes)('well and accessible in %s', async theme => {
    await switchTheme(bench.page, theme);
    await page()
      .getByRole('row', { name: /r-10000 / })
      .waitFor();
    await bench.page.waitForTimeout(300);
    await shoot(bench.page, `table ${theme}`);
    await expectAccessible(await webviewFrame(bench.page), `the table in ${theme}`);
  });

  test('well in 320 pixels', async () => {
    await bench.page.keyboard.press('Control+B');
    await bench.page.setViewportSize({ width: 378, height: 800 });
    await bench.page.waitForTimeout(500);
    await shoot(bench.page, 'table 320');
    await expectAccessible(await webviewFrame(bench.page), 'the table in 320 pixels');
  });
});

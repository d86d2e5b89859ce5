import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { codeLens, goToLine, pressLens, runLens, tab } from './support/editor';
import { clickNotification, notification } from './support/notifications';
import { answer, quickPickRows, runCommand } from './support/palette';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { openSidebar, treeItem } from './support/views';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const bench = useWorkbench();
const config = (): string => path.join(bench.folder, 'modelyard.yaml');

/** What stands behind the lines of the editor. */
const behindLines = (): Promise<readonly string[]> =>
  bench.page.evaluate(() =>
    [...document.querySelectorAll('.view-lines span')]
      .map(span => getComputedStyle(span, '::after').content)
      .filter(content => content.includes('best')),
  );

async function runOnce(number: number): Promise<void> {
  await pressLens(bench.page, runLens, treeItem(bench.page, new RegExp(`^r-${number}, `)));
  await treeItem(bench.page, new RegExp(`^r-${number}, [\\w-]+, succeeded`)).waitFor({ timeout: 90_000 });
}

test('the lens replays the last run, and the report can be read', async () => {
  await openSidebar(bench.page);
  await actUntil(codeLens(bench.page, 'More…'), () => runCommand(bench.page, 'Modelyard: Open modelyard.yaml'));
  await runOnce(1);
  const replay = quickPickRows(bench.page).filter({ hasText: 'Make the last run again' });
  await pressLens(bench.page, 'More…', replay);
  await shoot(bench.page, 'replay 0 more of a pipeline');
  await replay.click();
  await notification(bench.page, 'Replaying r-1').waitFor();
  await shoot(bench.page, 'replay 1 under way');
  await notification(bench.page, /r-1, made again, is bit-identical: \d+ metrics and \d+ files/).waitFor({
    timeout: 90_000,
  });
  await delay(500); // it slides in
  await shoot(bench.page, 'replay 2 bit-identical');
  await clickNotification(bench.page, 'bit-identical', 'Show Report');
  await bench.page.getByRole('tab', { name: /Replay of r-1/ }).waitFor();
  const read = (): Promise<readonly string[]> =>
    Promise.all(
      bench.page.frames().map(frame =>
        frame
          .locator('body')
          .innerText({ timeout: 1_000 })
          .catch(() => ''),
      ),
    );
  await expect.poll(async () => (await read()).some(text => text.includes('Made of'))).toBe(true);
  await shoot(bench.page, 'replay 3 report');
  await runCommand(bench.page, 'View: Close Editor');
});

test('behind C stands its best value, and no line has moved', async () => {
  const lines = readFileSync(config(), 'utf8').split('\n');
  const line = lines.findIndex(text => text.includes('C: 0.1'));
  /** Where the line stands when the editor has come to rest. */
  const top = async (): Promise<number | undefined> => {
    await goToLine(bench.page, line + 1, (lines[line] ?? '').indexOf('C: 0.1') + 1);
    const shown = bench.page.locator('.view-line', { hasText: /learner:\s+logistic/ }).first();
    let y: number | undefined;
    const rests = async (): Promise<boolean> => {
      const before = y;
      y = (await shown.boundingBox())?.y;
      return y !== undefined && y === before;
    };
    await expect.poll(rests, { interval: 250 }).toBe(true);
    return y;
  };
  const before = await top();
  expect(await behindLines()).toEqual([]);
  await goToLine(bench.page, 1);
  writeFileSync(config(), readFileSync(config(), 'utf8').replace('C: 0.1', 'C: 0.05'));
  await runOnce(2);
  expect(await top()).toBe(before);
  await expect.poll(behindLines).toHaveLength(1);
  expect((await behindLines())[0]).toMatch(/best .*auc 0\.\d+.*\(2 runs\)/);
  expect(await top()).toBe(before);
  await runCommand(bench.page, 'Show or Focus Hover');
  await bench.page.locator('.monaco-hover table', { hasText: 'runs' }).waitFor();
  await shoot(bench.page, 'replay 4 effect of a parameter');
  await bench.page.keyboard.press('Escape');
});

test('what has changed since a run is listed, and opens in the diff editor', async () => {
  const entry = bench.page.getByRole('menuitem', { name: 'Compare Run with HEAD' });
  await actUntil(entry, () => treeItem(bench.page, /^r-1, /).click({ button: 'right' }));
  await delay(200); // a menu that has just opened takes no click
  const row = quickPickRows(bench.page).filter({ hasText: 'modelyard.yaml' });
  await actUntil(row, async () => {
    if (await entry.isVisible()) await entry.click();
  });
  await shoot(bench.page, 'replay 5 what has changed');
  await row.first().click();
  await bench.page.locator('.monaco-diff-editor').first().waitFor();
  await shoot(bench.page, 'replay 6 in the diff editor');
});

describe('the page of a lineage', () => {
  const box = (name: RegExp) => webview(bench.page).getByRole('button', { name });

  test('from the dataset to the version, by the keyboard; what a box is stands beside it', async () => {
    const { page } = bench;
    await runCommand(page, 'Modelyard: Show Lineage…');
    await answer(page, 'applications');
    await tab(page, 'Lineage of applications').waitFor();
    const data = box(/^dataset version, applications, /).first();
    await data.waitFor();
    await box(/^model version, credit-risk v2, staging/).waitFor();
    await box(/^dataset, applications, all versions, asked about/).focus();
    await page.keyboard.press('ArrowRight');
    const details = webview(page).getByRole('complementary', { name: 'Chosen' });
    await details.getByText('Opens: applications').waitFor();
    await details.getByRole('button', { name: /^modelyard\.yaml:\d+:\d+$/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await details
      .getByText(/ was read by r-\d/)
      .first()
      .waitFor();
    await shoot(page, 'lineage 0 of a dataset');
    await details.getByRole('button', { name: 'Close' }).click();
    await details.waitFor({ state: 'hidden' });
  });

  test('says what is affected; leaves a half away; says the same as a table', async () => {
    const view = webview(bench.page);
    await view.getByRole('heading', { name: 'What is affected if applications is wrong' }).waitFor();
    await view.getByText(/^\d+ runs?, \d+ model versions?/).waitFor();
    await view.getByRole('button', { name: 'Open train' }).waitFor();
    await view.getByRole('button', { name: 'Downstream' }).click();
    await box(/^model version, credit-risk v2/).waitFor({ state: 'detached' });
    await view.getByRole('button', { name: 'Downstream' }).click();
    await view.getByRole('button', { name: 'Table' }).click();
    const row = view.getByRole('row', { name: /^credit-risk v2 model version staging/ });
    await row.getByRole('button', { name: /^modelyard\.yaml:\d+:\d+$/ }).waitFor();
  });

  test('is there as it was after a reload, follows new aliases, and opens what a box stands for', async () => {
    const { page } = bench;
    await reloadWindow(page);
    await webview(page)
      .getByRole('row', { name: /^credit-risk v2 model version/ })
      .waitFor({ timeout: 60_000 });
    const cli = ['alias', 'credit-risk', 'champion', '2', '--workspace', bench.folder];
    await promisify(execFile)('node', [path.join(root, 'dist', 'cli.js'), ...cli]);
    await webview(page)
      .getByRole('row', { name: /^credit-risk v2 model version staging · @champion/ })
      .waitFor();
    await webview(page).getByText('1 in use now').waitFor();
    await webview(page).getByRole('button', { name: 'Graph' }).click();
    await webview(page).getByRole('button', { name: 'Fit' }).click(); // nobody can press a box that is out of sight
    await box(/^model version, credit-risk v2, staging · @champion/).click();
    await webview(page).locator('#tab-lineage').click();
    await webview(page).getByRole('button', { name: 'Whole Lineage' }).click();
    await tab(page, 'Lineage of r-2').waitFor();
    await webview(page).getByRole('button', { name: 'Steps' }).click();
    await box(/^step, train, train/).waitFor();
    await shoot(page, 'lineage 1 with steps');
  });

  test('fits into 320 pixels, and is accessible in every theme', async () => {
    const { page } = bench;
    await tab(page, 'Lineage of applications').click();
    await webview(page).getByRole('button', { name: 'Graph' }).click();
    await box(/^dataset, applications/).waitFor();
    for (const [theme] of themes) {
      await switchTheme(page, theme);
      await page.waitForTimeout(500);
      await shoot(page, `lineage ${theme}`);
      await expectAccessible(await webviewFrame(page), `the lineage in ${theme}`);
    }
    await page.keyboard.press('Control+B');
    await page.setViewportSize({ width: 378, height: 800 });
    for (const view of ['Graph', 'Table']) {
      await webview(page).getByRole('button', { name: view }).click();
      await page.waitForTimeout(500);
      await shoot(page, `lineage ${view} 320`);
      const over = await webview(page)
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(over, view).toBe(0);
      await expectAccessible(await webviewFrame(page), `the lineage as ${view} in 320 pixels`);
    }
  });
});

describe('the page of a model', () => {
  const view = () => webview(bench.page);

  test('stages, what comes next, versions and history', async () => {
    const { page } = bench;
    await page.setViewportSize({ width: 1300, height: 1000 });
    await switchTheme(page, themes[0][0]);
    await runCommand(page, 'Modelyard: Open Model');
    await tab(page, 'credit-risk (model)').waitFor();
    const stages = view().getByRole('list', { name: 'Stages' });
    await stages.getByRole('heading', { name: 'Next: v2 from staging' }).waitFor();
    await stages
      .getByText(/\d+ of \d+ gates pass/)
      .first()
      .waitFor();
    await view().getByRole('button', { name: 'What v2 changes' }).waitFor();
    await view().getByText('@champion was given to v2').waitFor();
    await shoot(page, 'model 0 overview');
  });

  test('what would change in production is judged, with every rule', async () => {
    await view().getByRole('button', { name: 'What would change' }).click();
    await view().getByRole('heading', { name: 'What changes in production with v2' }).waitFor();
    await view()
      .getByRole('row', { name: /^selection_rate_ratio ≥ 0.8 where age_in_years <= 25 – blocks/ })
      .waitFor();
    await shoot(bench.page, 'model 1 changes');
  });

  test('two versions stand side by side, with what differs', async () => {
    await view().locator('#tab-overview').click();
    for (const version of ['v1', 'v2'])
      await view()
        .getByRole('checkbox', { name: `Compare ${version}` })
        .check();
    await view().getByRole('button', { name: 'Compare 2' }).click();
    await view()
      .getByRole('row', { name: /^C 0\.1 0\.05$/ })
      .waitFor();
    await shoot(bench.page, 'model 1 compare');
  });

  test('is served, says so, follows what happens, and is there as it was after a reload', async () => {
    const { page } = bench;
    await view().locator('#tab-serving').click();
    await view().getByText('It is not served').waitFor();
    await runCommand(page, 'Modelyard: Serve Model…');
    await quickPickRows(page).filter({ hasText: 'staging' }).first().click();
    const row = view().getByRole('row', { name: /^staging v2 http:\/\/127\.0\.0\.1:\d+ .*answers 0 0/ });
    await row.waitFor();
    await page.locator('.statusbar-item', { hasText: 'credit-risk staging' }).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    await shoot(page, 'model 2 serving');
    await reloadWindow(page);
    await row.getByRole('button', { name: 'Stop' }).click({ timeout: 60_000 });
    await view().getByText('It is not served').waitFor();
    await page.locator('.statusbar-item', { hasText: 'credit-risk staging' }).waitFor({ state: 'detached' });
  });

  test('fits into 320 pixels; the first tab is accessible in every theme, the others in one each', async () => {
    const { page } = bench;
    const tabs = ['overview', 'changes', 'compare', 'benchmarks', 'serving'];
    for (const [at, [theme]] of themes.entries()) {
      await switchTheme(page, theme);
      for (const name of ['overview', tabs[at + 1] ?? 'overview']) {
        await view().locator(`#tab-${name}`).click();
        await view().locator(`#view-${name}`).waitFor();
        await page.waitForTimeout(400);
        await expectAccessible(await webviewFrame(page), `${name} of a model in ${theme}`);
      }
    }
    await page.setViewportSize({ width: 378, height: 800 });
    for (const name of tabs) {
      await view().locator(`#tab-${name}`).click();
      await page.waitForTimeout(400);
      await shoot(page, `model ${name} 320`);
      const over = await view()
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(over, name).toBe(0);
    }
  });
});

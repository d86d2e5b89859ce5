import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { openFile, pressLens, tab } from './support/editor';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { clickInline, openSidebar, treeItem } from './support/views';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const before = `split: {uses: split, with: {test: 0.3, stratify: creditability, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: creditability, positive: bad, drop: [personal_status_and_sex]}}`;
const trees = '{trees: 30, leaves: {int: [3, 16], log: true}, learning_rate: {float: [0.02, 0.3], log: true}}';
/** A search that prunes by what trials say on their way, and one for two metrics at once. */
const searches = `
pipelines:
  search:
    steps:
      ${before}
      tune:
        uses: tune
        needs: prepare
        with: {learner: [boosted-trees, logistic], metric: auc, trials: 10, holdout: 0.3, seed: 3, pruner: asha, space: {boosted-trees: ${trees}}}
  front:
    on: {schedule: "0 3 * * 1"}
    steps:
      ${before}
      tune:
        uses: tune
        needs: prepare
        with: {learner: boosted-trees, metric: [auc, brier], trials: 6, folds: 2, seed: 3, pruner: none, space: {boosted-trees: ${trees}}}
`;

async function search(folder: string): Promise<void> {
  const file = path.join(folder, 'modelyard.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.slice(0, text.indexOf('\npipelines:')) + searches);
  for (const pipeline of ['search', 'front'])
    await promisify(execFile)('node', [path.join(root, 'dist', 'cli.js'), 'run', pipeline, '--workspace', folder]);
}

const bench = useWorkbench({ prepare: search });
const figure = (page: Page, title: string | RegExp) =>
  webview(page).locator('figure', { has: webview(page).getByRole('heading', { name: title }) });
const says = (page: Page, text: string | RegExp) =>
  webview(page).locator('.study-header [role=status]', { hasText: text });

/** Each part of a long page comes before the camera. */
async function shootAll(page: Page, name: string): Promise<void> {
  const frame = await webviewFrame(page);
  const height = await frame.evaluate(() => document.documentElement.scrollHeight);
  for (let at = 0; at < height; at += 650) {
    await frame.evaluate(y => window.scrollTo(0, y), at);
    await page.waitForTimeout(200);
    await shoot(page, `${name} ${at / 650}`);
  }
  await frame.evaluate(() => window.scrollTo(0, 0));
}

describe('the page of a study', () => {
  test('opens from the lens of its step, with a picture for each question', async () => {
    const { page } = bench;
    await openFile(page, 'modelyard.yaml');
    await pressLens(page, /^\s*Study\s*$/, webview(page).getByRole('heading', { level: 1, name: 's-1 search / tune' }));
    await tab(page, 's-1 search / tune').waitFor();
    await says(page, 'finished').waitFor();
    const titles = ['History', 'Distribution of values', 'Intermediate values', 'Timeline', 'Parallel coordinates'];
    for (const title of titles) await figure(page, title).waitFor();
    await figure(page, /^Slice: auc by /).waitFor();
    await figure(page, 'What auc depends on').waitFor();
    await webview(page)
      .getByRole('row', { name: /^★ trial \d+ complete 0\.7/ })
      .waitFor();
    expect(await webview(page).locator('figure', { hasText: 'Pareto front' }).count()).toBe(0);
    await shootAll(page, 'study');
  });

  test('draws what is chosen, and still does when it is shown again', async () => {
    const { page } = bench;
    await webview(page).getByRole('combobox', { name: 'Parameter', exact: true }).click();
    await webview(page).getByRole('option', { name: 'boosted-trees.leaves', exact: true }).first().click();
    await figure(page, 'Slice: auc by leaves').waitFor();
    await openFile(page, 'README.md');
    await tab(page, 's-1 search / tune').click();
    await figure(page, 'Slice: auc by leaves').waitFor();
  });

  test('has a value tried that the space allows, and goes on with it', async () => {
    const { page } = bench;
    const view = webview(page);
    await view.getByText('Try these parameters next').click();
    await view.getByRole('combobox', { name: 'Learner', exact: true }).click();
    await view.getByRole('option', { name: 'logistic', exact: true }).click();
    const field = view.locator('.enqueue input');
    await field.fill('5000');
    await view.getByRole('alert').filter({ hasText: 'from 0.001 to 1000' }).waitFor();
    await view.getByRole('button', { name: 'Try next' }).click();
    await view.getByText('C cannot have this value.').waitFor();
    await shoot(page, 'study enqueue');
    await field.fill('0.5');
    await view.getByRole('button', { name: 'Try next' }).click();
    await view.getByText('It is trial 10, tried when the study goes on.').waitFor();
    await view.getByRole('row', { name: /^trial 10 waiting logistic · C 0\.5/ }).waitFor();
    await view.getByRole('button', { name: 'Go on' }).click();
    await view
      .getByRole('row', { name: /^trial 10 complete 0\.\d+ .* logistic · C 0\.5/ })
      .waitFor({ timeout: 120_000 });
    await says(page, 'finished').waitFor();
  });

  test('is live while the study runs on, until it is stopped', async () => {
    const { page } = bench;
    const view = webview(page);
    await view.getByRole('button', { name: '20 more trials' }).click();
    await says(page, /running.* of 31 trials/).waitFor({ timeout: 120_000 });
    await view.getByRole('row', { name: /^trial 12 (complete|pruned)/ }).waitFor({ timeout: 120_000 });
    await view.getByRole('button', { name: 'Stop and keep' }).click();
    await says(page, 'stopped').waitFor({ timeout: 120_000 });
    await view.getByRole('button', { name: '20 more trials' }).waitFor();
  });

  test('opens from the side bar; of two metrics it has the front', async () => {
    const { page } = bench;
    await openSidebar(page);
    // a row that is drawn anew while it is clicked is no row for the command, which then asks
    await actUntil(webview(page).getByRole('heading', { level: 1, name: 's-2 front / tune' }), async () => {
      await page.keyboard.press('Escape');
      // the second pipeline stands below what the view shows
      await treeItem(page, /^search, /).hover();
      await page.mouse.wheel(0, 1000);
      await clickInline(treeItem(page, /^tune, /).last(), 'Show Study');
    });
    const front = figure(page, 'Pareto front');
    await front.getByRole('img', { name: /\d of 6 trials are not worse than any other in both/ }).waitFor();
    await figure(page, /^auc over /).waitFor();
    await webview(page).getByRole('combobox', { name: 'Metric', exact: true }).click();
    await webview(page).getByRole('option', { name: 'brier', exact: true }).click();
    await figure(page, 'What brier depends on').waitFor();
    await shootAll(page, 'study front');
  });
});

test('both studies fit into 320 pixels', async () => {
  const { page } = bench;
  await page.keyboard.press('Control+B');
  await page.setViewportSize({ width: 378, height: 800 }); // the activity bar and the edges
  for (const name of ['s-1 search / tune', 's-2 front / tune']) {
    await tab(page, name).click();
    await webview(page).getByRole('heading', { level: 1, name }).waitFor();
    await figure(page, /^What \w+ depends on$/).waitFor();
    await page.waitForTimeout(500);
    await shootAll(page, `study ${name} 320`);
    const over = await webview(page)
      .locator('html')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(over, name).toBe(0);
    await expectAccessible(await webviewFrame(page), `${name} in 320 pixels`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press('Control+B');
});

describe('a trigger in the side bar', () => {
  test('says when it comes next; is paused, goes on and is fired where it stands', async () => {
    const { page } = bench;
    const line = (text: RegExp) => treeItem(page, text);
    await line(/^trigger of front, schedule, next Mon 03:00/).waitFor();
    await clickInline(line(/^trigger of front/), 'Pause Trigger');
    await line(/^trigger of front, schedule, paused/).waitFor();
    await shoot(page, 'trigger paused');
    await clickInline(line(/^trigger of front/), 'Resume Trigger');
    await line(/^trigger of front, schedule, next Mon 03:00/).waitFor();
    const runs = async () =>
      (
        await promisify(execFile)('node', [
          path.join(root, 'dist', 'cli.js'),
          'runs',
          '--json',
          '--workspace',
          bench.folder,
          '--filter',
          "tags.`modelyard.pipeline` = 'front' and tags.`modelyard.trigger` != ''",
        ])
      ).stdout;
    expect(JSON.parse(await runs())).toMatchObject({ runs: [] });
    await clickInline(line(/^trigger of front/), 'Fire Now');
    await expect.poll(async () => JSON.parse(await runs()).runs.length, { timeout: 60_000 }).toBe(1);
  });
});

describe.each(themes)('in %s', theme => {
  test('both studies are accessible', async () => {
    const { page } = bench;
    await switchTheme(page, theme);
    for (const name of ['s-1 search / tune', 's-2 front / tune']) {
      await tab(page, name).click();
      await webview(page).getByRole('heading', { level: 1, name }).waitFor();
      await figure(page, /^What \w+ depends on$/).waitFor();
      const form = webview(page).locator('details.enqueue');
      if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
      await shoot(page, `study ${name} ${theme}`);
      await expectAccessible(await webviewFrame(page), `${name} in ${theme}`);
    }
  });
});

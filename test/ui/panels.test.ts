import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { openFile, tab } from './support/editor';
import { runCommand } from './support/palette';
import { reloadWindow } from './support/reload';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { openSidebar, treeItem } from './support/views';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const tabs = ['overview', 'curves', 'evaluation', 'artifacts', 'log', 'lineage'] as const;

/** What the second run does besides: its page then has every part there is. */
const judged = `      compare:
        uses: cross-validate
        needs: prepare
        with:
          folds: 4
          repeats: 2
          learners:
            linear: {learner: logistic, C: 0.1}
            looser: {learner: logistic, C: 10}
            trees: {learner: boosted-trees, trees: 20, leaves: 7}
      more-data:
        uses: learning-curve
        needs: prepare
        with:
          points: 5
          repeats: 3
          learners:
            linear: {learner: logistic, C: 0.1}
            trees: {learner: boosted-trees, trees: 20, leaves: 7}
`;

/** Two runs of the sample: one of each pipeline. */
async function runPipelines(folder: string): Promise<void> {
  const file = path.join(folder, 'modelyard.yaml');
  const slices = 'slices: ["age_in_years <= 25"]\n';
  const more = `          champion: credit-risk\n          slice_by: [housing]\n${judged}`;
  await writeFile(file, (await readFile(file, 'utf8')).replace(slices, `${slices}${more}`));
  for (const pipeline of ['train', 'network'])
    await promisify(execFile)('node', [path.join(root, 'dist', 'cli.js'), 'run', pipeline, '--workspace', folder]);
}

const bench = useWorkbench({ prepare: runPipelines });

async function openRun(page: Page, name: string): Promise<void> {
  await openSidebar(page);
  await treeItem(page, new RegExp(`^${name}, `)).click();
  await webview(page).locator('#tab-overview').waitFor();
}
const showTab = (page: Page, id: (typeof tabs)[number]) => webview(page).locator(`#tab-${id}`).click();
const counts = (page: Page) => webview(page).locator('.matrix-count').allInnerTexts();

describe('the page of a run', () => {
  test('opens from the tree, says what the run was and what the gates say of it', async () => {
    await openRun(bench.page, 'r-1');
    const page = webview(bench.page);
    await page.locator('.gate-failed', { hasText: 'credit-risk → production' }).waitFor();
    await page.locator('.rules', { hasText: 'selection_rate_ratio where age_in_years <= 25 is' }).first().waitFor();
    await page.getByRole('row', { name: /^auc / }).waitFor();
    await tab(bench.page, 'r-1').waitFor();
    await shoot(bench.page, 'run overview');
  });

  test('moves the threshold by the keyboard: counts and cost follow, and come back', async () => {
    await showTab(bench.page, 'evaluation');
    const page = webview(bench.page);
    const before = await counts(bench.page);
    const slider = page.getByRole('slider', { name: /Threshold/ });
    await slider.focus();
    for (let i = 0; i < 40; i++) await slider.press('ArrowRight');
    const after = await counts(bench.page);
    expect(after).not.toEqual(before);
    const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + Number(text), 0);
    expect([sum(before), sum(after)]).toEqual([300, 300]);
    await page.getByRole('row', { name: /^Cost a row 0\.\d+ \+0\./ }).waitFor();
    await page.getByRole('button', { name: /^Back to/ }).click();
    expect(await counts(bench.page)).toEqual(before);
    await shoot(bench.page, 'run evaluation');
  });

  test('has the numbers of a chart as a table', async () => {
    const chart = webview(bench.page).locator('figure', { hasText: 'ROC curve' });
    await chart.getByRole('button', { name: 'Table' }).click();
    await chart.getByRole('row', { name: '1 1' }).first().waitFor();
    await chart.getByRole('button', { name: 'Table' }).click();
    await chart.getByRole('img', { name: /AUC 0\.\d+\. At the threshold/ }).waitFor();
  });

  test('shows a name as text, whatever it holds', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = webview(bench.page);
    await page.getByRole('heading', { level: 1 }).getByRole('button').click();
    await page.locator('.edit-field input').fill(name);
    await page.locator('.edit-field input').press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await tab(bench.page, name).waitFor();
    expect(await page.locator('h1 img').count()).toBe(0);
  });

  test('keeps its tab while another editor is in front', async () => {
    await showTab(bench.page, 'lineage');
    await openFile(bench.page, 'modelyard.yaml');
    await tab(bench.page, 'r-1').click();
    await webview(bench.page).locator('#tab-lineage[aria-selected=true]').waitFor();
    await webview(bench.page).locator('.lineage', { hasText: 'credit-risk v1' }).waitFor();
  });

  // Which tab is in front after that depends on when the workbench last kept its state, and a page behind another tab
  // is only made again when it is shown: so it is brought to the front.
  test('comes back after a reload of the window', async () => {
    await bench.page.addInitScript(listenForNoConfig);
    await reloadWindow(bench.page);
    await tab(bench.page, 'r-1').click({ timeout: 90_000 });
    await webview(bench.page).getByRole('heading', { level: 1, name: /^r-1 / }).waitFor({ timeout: 150_000 });
    await treeItem(bench.page, /^r-2, /).waitFor();
    expect(await bench.page.evaluate(() => document.body.dataset['saidNoConfig'])).toBe('');
  });
});

describe('the page of a run that was judged in every way', () => {
  test('shows folds, differences and learning curves of the metric that is chosen, and the champion beside it', async () => {
    await openRun(bench.page, 'r-2');
    const page = webview(bench.page);
    await page.locator('.step', { hasText: 'from r-1' }).first().waitFor();
    expect(await page.locator('.step').evaluateAll(overText)).toEqual([]);
    await showTab(bench.page, 'evaluation');
    await page.getByRole('heading', { name: 'Beside version 1 of credit-risk (staging)' }).waitFor();
    await page.getByRole('heading', { name: 'Worst groups' }).waitFor();
    await page.locator('figure', { hasText: 'Loss by group' }).waitFor();
    const folds = page.locator('section', { has: page.getByRole('heading', { name: 'Cross-validation' }) });
    await folds.getByText('700 rows in 4 folds, 2 times anew, stratified by creditability').waitFor();
    await folds.getByRole('row', { name: /^linear − trees / }).waitFor();
    const charts = ['Folds', 'Differences', 'Learning curve'].map(title =>
      page.locator('figure', { has: page.getByRole('heading', { name: title, exact: true }) }),
    );
    for (const chart of charts) await chart.scrollIntoViewIfNeeded();
    await shoot(bench.page, 'run folds');
    await folds.scrollIntoViewIfNeeded();
    await shoot(bench.page, 'run folds table');
    const choice = folds.getByRole('combobox', { name: 'Metric' });
    await choice.click();
    await folds.getByRole('option', { name: 'brier', exact: true }).click();
    await folds.getByRole('columnheader', { name: 'brier' }).waitFor();
    await charts[2]!.getByRole('img', { name: /brier\. linear: / }).waitFor();
  });
});

describe('the comparison', () => {
  test('puts two runs side by side against a baseline', async () => {
    const page = webview(bench.page);
    await actUntil(page.locator('.said'), () => runCommand(bench.page, 'Modelyard: Compare Runs'));
    await page.getByRole('row', { name: /r-2 / }).waitFor();
    await page.getByText('Nothing is ticked').waitFor();
    await expectAccessible(await webviewFrame(bench.page), 'what to tick');
    await page.getByRole('button', { name: 'Tick the first runs' }).click();
    await page.getByText('2 runs, 2 ticked').waitFor();
    await page.getByText('Nothing is ticked').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Untick All' }).click();
    for (const name of [/^Compare r-1/, /^Compare r-2/]) await page.getByRole('checkbox', { name }).check();
    await page.getByRole('button', { name: /^Make r-1 .* the baseline/ }).click();
    await page.locator('.difference.better, .difference.worse').first().waitFor();
    await page.locator('#tab-evaluation').click();
    await page.locator('figure', { hasText: 'ROC curves' }).waitFor();
    await page.locator('#tab-parameters').click();
    await page.locator('.params', { hasText: 'learner' }).waitFor();
    await shoot(bench.page, 'experiments');
  });

  test('says where a filter goes wrong, and finds what a right one asks for', async () => {
    const page = webview(bench.page);
    const filter = page.locator('.filter-field input');
    await filter.fill('metrics.auc >> 3');
    await page.getByRole('alert').filter({ hasText: "Invalid comparator '>>'" }).waitFor();
    await shoot(bench.page, 'experiments filter error');
    await filter.fill("params.learner = 'neural-network'");
    await page.locator('.said', { hasText: /^1 run\b/ }).waitFor();
    await filter.fill('');
    await page.locator('.said', { hasText: /^2 runs/ }).waitFor();
  });

  test('is used by the keyboard', async () => {
    const page = webview(bench.page);
    const grid = page.getByRole('grid', { name: 'Runs' });
    await grid.locator('[tabindex="0"]').focus();
    await grid.press('Control+Home');
    await grid.locator(':focus').press('Space');
    await page.getByText('2 runs, 1 ticked').waitFor();
    await grid.locator(':focus').press('Space');
    await page.getByText('2 runs, 2 ticked').waitFor();
    await grid.locator(':focus').press('Enter');
    await webview(bench.page).locator('#tab-overview').waitFor();
  });
});

/** Notes whether a view has said, if only for a moment, that the folder has no configuration. */
function listenForNoConfig(): void {
  new MutationObserver(() => {
    const said = [...document.querySelectorAll('.welcome-view-content')].find(({ textContent }) =>
      /no modelyard\.yaml|once a folder/.test(textContent),
    );
    document.body.dataset['saidNoConfig'] ??= '';
    document.body.dataset['saidNoConfig'] ||= said?.textContent ?? '';
  }).observe(document, { childList: true, subtree: true });
}

/** Steps whose state lies over the text beside it. */
function overText(steps: readonly Element[]): string[] {
  const right = (element: Element): number =>
    Math.max(...[element, ...element.querySelectorAll('*')].map(one => one.getBoundingClientRect().right));
  return steps
    .filter(step => {
      const [state, text] = [step.querySelector('.status')!, step.querySelector('.muted')!];
      return right(state) > text.getBoundingClientRect().left;
    })
    .map(({ textContent }) => textContent);
}

/** What stands out of the page to the right, but for what scrolls in a place of its own. */
const standsOut = async (page: Page) =>
  (await webviewFrame(page)).evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element): boolean => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
        if (
          ['auto', 'hidden', 'scroll'].includes(getComputedStyle(at).overflowX) &&
          at.getBoundingClientRect().right <= width
        )
          return true;
      return false;
    };
    return [...document.querySelectorAll('body *:not(vscode-panel-tab)')]
      .filter(element => {
        const { right, width: own } = element.getBoundingClientRect();
        return own > 0 && right > width + 1 && !element.closest('.visually-hidden') && !scrolls(element);
      })
      .map(element => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 40)}`);
  });

/** 640 × 400 is what is left of 1280 × 800 when everything is shown at 200 %. */
describe.each([
  [320, 800],
  [640, 400],
])('in %i × %i pixels', (width, height) => {
  beforeAll(async () => {
    await bench.page.keyboard.press('Control+B');
    await bench.page.setViewportSize({ width: width + 58, height }); // the activity bar and the edges
  });
  afterAll(async () => {
    await bench.page.setViewportSize({ width: 1280, height: 800 });
    await bench.page.keyboard.press('Control+B');
  });

  test('every tab of a run fits, and says the same to a screen reader', async () => {
    const { page } = bench;
    await tab(page, 'r-2').click();
    for (const id of tabs) {
      await webview(page).locator(`#tab-${id}`).click();
      await webview(page).locator(`#view-${id} > *`).first().waitFor();
      await page.waitForTimeout(500);
      await shoot(page, `run ${id} ${width}`);
      expect(await standsOut(page), id).toEqual([]);
      expect(
        await webview(page)
          .locator('html')
          .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
      ).toBe(0);
      const { x, width: own } = (await webview(page).locator(`#tab-${id}`).boundingBox())!;
      expect(x + own, `the tab ${id} is in sight`).toBeLessThan(page.viewportSize()!.width);
      await expectAccessible(await webviewFrame(page), `the tab ${id} in ${width} pixels`);
    }
  });

  test('the comparison fits', async () => {
    const { page } = bench;
    await actUntil(webview(page).locator('.params'), () => runCommand(page, 'Modelyard: Compare Runs'));
    await page.waitForTimeout(500);
    await shoot(page, `experiments ${width}`);
    expect(await standsOut(page)).toEqual([]);
    await expectAccessible(await webviewFrame(page), `the comparison in ${width} pixels`);
  });
});

describe.each(themes)('in %s', theme => {
  test('every tab of a run is accessible', async () => {
    const { page } = bench;
    await switchTheme(page, theme);
    await tab(page, 'r-2').click();
    for (const id of tabs) {
      await showTab(page, id);
      await webview(page).locator(`#view-${id} > *`).first().waitFor();
      await page.waitForTimeout(500);
      await shoot(page, `run ${id} ${theme}`);
      await expectAccessible(await webviewFrame(page), `the tab ${id} in ${theme}`);
    }
  });
});

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../host/paths.mjs';
import { actUntil } from './support/actUntil';
import { expectAccessible } from './support/axe';
import { openFile, tab } from './support/editor';
import { runCommand } from './support/palette';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { webview, webviewFrame } from './support/webview';
import { useWorkbench } from './support/workbench';

const cli = path.join(root, 'dist', 'cli.js');
const script = path.join(root, 'test', 'ui', 'support', 'logRuns.mjs');

const execute = promisify(execFile);

/** Commits a script that trains at this rate, and gives what a run knows of it. */
async function commit(folder: string, rate: number): Promise<{ readonly commit: string; readonly config: string }> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const user = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    return (await execute('git', [...user, ...args], { cwd: folder })).stdout.trim();
  };
  await git('init', '-q');
  await writeFile(path.join(folder, 'train.py'), `import model\n\nmodel.fit(rate=${rate})\n`);
  await git('add', 'train.py');
  await git('commit', '-qm', `rate ${rate}`);
  return { commit: await git('rev-parse', 'HEAD'), config: `name: trials\nrate: ${rate}\n` };
}

const bench = useWorkbench({
  prepare: async folder => {
    const sources = JSON.stringify([await commit(folder, 0.1), await commit(folder, 0.2)]);
    await execute('node', [cli, 'exec', '--workspace', folder, '--', 'node', script, sources]);
  },
});
const page = () => webview(bench.page);
const showTab = (id: string) => page().locator(`#tab-${id}`).click();
const figure = (name: string) => page().locator('figure', { has: page().getByRole('heading', { name, exact: true }) });

beforeAll(async () => {
  await actUntil(page().locator('.said'), () => runCommand(bench.page, 'Modelyard: Compare Runs'));
  await page()
    .getByRole('row', { name: /trial 3/ })
    .waitFor();
  for (const number of [1, 2, 4, 7])
    await page()
      .getByRole('checkbox', { name: new RegExp(`trial ${number - 1}$`) })
      .check();
});

describe('curves', () => {
  test('are drawn for each metric that has some, with a band where a point stands for many', async () => {
    await showTab('curves');
    await figure('loss').waitFor();
    await figure('val/accuracy').waitFor();
    await figure('loss')
      .getByText(/A point is the mean of up to about/)
      .waitFor();
    await figure('loss')
      .getByText(/Not numbers: 1 in r-2/)
      .waitFor();
    expect(await figure('auc').count()).toBe(0);
    await shoot(bench.page, 'comparison curves');
  });

  test('are zoomed by dragging and by the keyboard, all charts at once; all comes back', async () => {
    const picture = figure('val/accuracy').locator('.chart-picture');
    await picture.scrollIntoViewIfNeeded();
    const box = (await picture.boundingBox())!;
    await bench.page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    await bench.page.mouse.down();
    await bench.page.mouse.move(box.x + box.width * 0.6, box.y + 90, { steps: 5 });
    await shoot(bench.page, 'comparison brush');
    await bench.page.mouse.up();
    await page().getByRole('button', { name: 'Show all' }).waitFor();
    await picture.focus();
    await picture.press('+');
    await picture.press('ArrowRight');
    await picture.press('ArrowRight');
    await figure('val/accuracy').locator('.chart-legend', { hasText: 'step' }).waitFor();
    // the cursor is in the other chart as well
    await figure('loss').locator('.chart-legend', { hasText: 'step' }).waitFor();
    await shoot(bench.page, 'comparison zoomed');
    await picture.press('0');
    await picture.press('Escape');
    await page().getByRole('button', { name: 'Show all' }).waitFor({ state: 'hidden' });
  });

  test('are smoothed, by time, without a run that the legend hides', async () => {
    const slider = page().getByRole('slider', { name: 'Smoothing' });
    await slider.focus();
    for (let at = 0; at < 60; at++) await slider.press('ArrowRight');
    await page().locator('.chip', { hasText: 'r-4 trial 3' }).click();
    await expect.poll(() => figure('loss').locator('.chart-legend li').allInnerTexts()).toEqual(['r-1', 'r-2', 'r-7']);
    await shoot(bench.page, 'comparison smoothed');
    await page().locator('.chip', { hasText: 'r-4 trial 3' }).click();
  });
});

describe('parameters', () => {
  test('are plotted for all runs that are found, and filtered on their axes by the keyboard', async () => {
    await showTab('parameters');
    await figure('Parallel coordinates').getByText('10 of 10 runs.').waitFor();
    await figure('What auc depends on')
      .getByText(/10 runs\. A forest explains/)
      .waitFor();
    await page().getByRole('slider', { name: 'Filter by depth' }).focus();
    await bench.page.keyboard.press('ArrowUp');
    await figure('Parallel coordinates').getByText('4 of 10 runs.').waitFor();
    await figure('Parallel coordinates').getByRole('button', { name: 'Table' }).click();
    expect(await figure('Parallel coordinates').locator('tbody tr').count()).toBe(4);
    await figure('Parallel coordinates').getByRole('button', { name: 'Table' }).click();
    await figure('Parallel coordinates').scrollIntoViewIfNeeded();
    await shoot(bench.page, 'comparison parallel');
    for (const [name, count] of [
      ['auc over depth', 1],
      ['auc by depth', 1],
      ['auc over depth and learning_rate', 1],
    ] as const)
      // prettier-ignore
      expect(await figure(name).count(), name).toBe(count);
    await figure('auc over depth and learning_rate').scrollIntoViewIfNeeded();
    await shoot(bench.page, 'comparison plots');
    await page().getByRole('slider', { name: 'Filter by depth' }).focus();
    await bench.page.keyboard.press('Escape');
    await figure('Parallel coordinates').getByText('10 of 10 runs.').waitFor();
    await showTab('curves');
  });
});

describe('differences', () => {
  const file = (name: string) =>
    page().locator('details.diff-file', { has: page().locator('summary .mono', { hasText: name }) });
  const changed = async (name: string) => [
    await file(name).locator('.diff-out').allInnerTexts(),
    await file(name).locator('.diff-in').allInnerTexts(),
  ];

  test('are those of two runs in parameters, configuration and code', async () => {
    await showTab('diff');
    await file('train.py').locator('table').waitFor();
    expect(await changed('Parameters')).toEqual([
      ['- depth: 2', '- learner: forest', '- learning_rate: 0.001', '- seed: 0'],
      ['+ depth: 3', '+ learner: boosted', '+ learning_rate: 0.003', '+ seed: 1'],
    ]);
    expect(await changed('modelyard.yaml')).toEqual([['- rate: 0.1'], ['+ rate: 0.2']]);
    expect(await changed('train.py')).toEqual([['- model.fit(rate=0.1)'], ['+ model.fit(rate=0.2)']]);
    await file('Parameters').scrollIntoViewIfNeeded();
    await shoot(bench.page, 'comparison differences');
  });

  test('say what cannot be compared when another run is chosen', async () => {
    await page().locator('vscode-dropdown[aria-label="Compared with"]').click();
    await page().getByRole('option', { name: 'r-4 trial 3' }).click();
    await page()
      .getByText(/One of the runs does not know its commit/)
      .waitFor();
    await file('modelyard.yaml').getByText('gone').waitFor();
    expect(await file('train.py').count()).toBe(0);
  });
});

describe('artifacts', () => {
  const column = (run: string) => page().getByRole('region', { name: run, exact: true });

  test('are pictures, tables and texts of the runs side by side', async () => {
    await showTab('artifacts');
    const list = page().getByRole('listbox', { name: 'Files' });
    await list.getByRole('option', { name: 'modelyard.yaml only in r-1, r-2' }).waitFor();
    await expect
      .poll(() =>
        column('r-7 trial 6')
          .locator('img')
          .evaluate(img => img instanceof HTMLImageElement && img.naturalWidth),
      ) // prettier-ignore
      .toBeGreaterThan(0);
    await column('r-7 trial 6').scrollIntoViewIfNeeded();
    await shoot(bench.page, 'comparison artifacts picture');
    await list.getByRole('option', { name: 'plots/shape.svg' }).focus();
    await bench.page.keyboard.press('ArrowDown');
    await bench.page.keyboard.press('Enter');
    await column('r-2 trial 1').getByText('2 cells are not as in r-1.').waitFor();
    expect(await column('r-2 trial 1').locator('.cell-differs').allTextContents()).toEqual([
      '≠ 0.83 (0.82 in r-1)',
      '≠ 0.503 (0.501 in r-1)',
    ]);
    await column('r-2 trial 1').scrollIntoViewIfNeeded();
    await shoot(bench.page, 'comparison artifacts table');
    await list.getByRole('option', { name: /modelyard.yaml/ }).click();
    await column('r-4 trial 3').getByText('r-4 has no such file.').waitFor();
    await column('r-2 trial 1').getByText('Lines against r-1: +1 −1.').waitFor();
  });
});

/** Presses a button that asks for a file, takes the one that is proposed, and reads it when it is whole. */
async function saved(button: string, file: string, whole: RegExp): Promise<string> {
  await page().getByRole('button', { name: button }).click();
  const name = bench.page.locator('.quick-input-widget input.input');
  await expect.poll(() => name.inputValue()).toMatch(new RegExp(`${file}$`));
  await bench.page.keyboard.press('Enter');
  const target = path.join(bench.folder, file);
  await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toMatch(whole);
  return readFile(target, 'utf8');
}

test('all runs that are found go to a CSV file', async () => {
  const [head = '', ...rows] = (await saved('Export CSV', 'runs.csv', /trial 9.*\n$/)).trim().split('\n');
  expect(head).toMatch(/^run_id,.*,metrics\.auc,.*,params\.learner,/);
  expect(rows).toHaveLength(10);
});

describe('the report', () => {
  test('is written to the file that the dialog names', async () => {
    const report = await saved('Report', 'comparison.html', /<\/html>\s*$/);
    for (const said of ['r-1', 'r-2', 'r-4', 'r-7', '<svg', 'val/accuracy', 'learning_rate'])
      expect(report).toContain(said);
    expect(report).not.toContain('<script');
    await showTab('curves');
  });
});

describe('what is set', () => {
  // The page is made anew when it comes to the front again, from nothing but what it has kept.
  test('is there again after another editor was in front', async () => {
    await openFile(bench.page, 'modelyard.yaml');
    await tab(bench.page, 'Experiments').click();
    await page().locator('#tab-curves[aria-selected=true]').waitFor();
    await expect.poll(() => page().getByRole('slider', { name: 'Smoothing' }).inputValue()).toBe('0.6');
    await figure('loss').waitFor();
  });
});

const tabs = ['metrics', 'curves', 'parameters', 'evaluation', 'artifacts', 'diff'];

test.each(themes)('every tab is readable and accessible in %s', async theme => {
  await switchTheme(bench.page, theme);
  for (const id of tabs) {
    await showTab(id);
    await bench.page.waitForTimeout(700);
    await shoot(bench.page, `comparison ${id} ${theme}`);
    await expectAccessible(await webviewFrame(bench.page), `the tab ${id} of the comparison in ${theme}`);
  }
});

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { actUntil } from './support/actUntil';
import { codeLens, goToLine, pressLens, runLens } from './support/editor';
import { clickNotification, notification } from './support/notifications';
import { quickPickRows, runCommand } from './support/palette';
import { shoot } from './support/shots';
import { openSidebar, treeItem } from './support/views';
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
  writeFileSync(config(), readFileSync(config(), 'utf8').replace('C: 0.1', 'C: 1'));
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

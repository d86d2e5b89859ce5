import { describe, expect, test } from 'vitest';
import { actUntil } from './support/actUntil';
import { codeLens, pressLens, runLens } from './support/editor';
import { notification, notifications } from './support/notifications';
import { answer, offeredCommands, pick, quickPickRows, runCommand } from './support/palette';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { clickInline, openSidebar, statusBarItem, treeItem, view } from './support/views';
import { useWorkbench } from './support/workbench';

const bench = useWorkbench();
const steps = ['validate', 'split', 'prepare', 'train', 'evaluate', 'test', 'gate', 'register'];

/** From the file to a blocked promotion, by the mouse, as somebody does who sees it for the first time. */
describe('the journey through the sample', () => {
  test('the file shows lenses, the empty views say what comes next', async () => {
    await openSidebar(bench.page);
    await actUntil(codeLens(bench.page, runLens), () => runCommand(bench.page, 'Modelyard: Open modelyard.yaml'));
    await view(bench.page, 'Experiments').getByText('Nothing has run here yet.').waitFor();
    await view(bench.page, 'Models').getByText('No model is registered yet.').waitFor();
    await treeItem(bench.page, /^train, not run yet/)
      .first()
      .waitFor();
    await shoot(bench.page, 'journey 1 before');
  });

  test('▶ Run above the pipeline runs it; the tree shows each step until all have succeeded', async () => {
    await pressLens(bench.page, runLens, treeItem(bench.page, /^train, running, \d of 8 steps/));
    await statusBarItem(bench.page, /train: \w+ \d\/8/).waitFor();
    await treeItem(bench.page, /^(prepare|train|evaluate), running/)
      .first()
      .waitFor();
    await shoot(bench.page, 'journey 2 running');
    for (const step of steps)
      await treeItem(bench.page, new RegExp(`^${step}, succeeded`))
        .first()
        .waitFor();
    await treeItem(bench.page, /^train, succeeded, .* ·/)
      .first()
      .waitFor();
    await shoot(bench.page, 'journey 3 succeeded');
    expect(await notifications(bench.page), 'the view says it all').toEqual([]);
  });

  test('the trees show the run, the model in staging, and the status bar who holds the last stage', async () => {
    await treeItem(bench.page, /^r-1, [\w-]+, succeeded, .*auc 0\.\d+/).waitFor();
    await treeItem(bench.page, /^version 1 of credit-risk in staging, .*1 gate warns/).waitFor();
    await statusBarItem(bench.page, 'staging v1').waitFor();
  });

  test('the Problems view says which gate only warns, and which blocks production', async () => {
    await runCommand(bench.page, 'Problems: Focus on Problems View');
    const problems = bench.page.locator('.markers-panel .monaco-list-row');
    await problems
      .filter({ hasText: /production is closed to credit-risk v1: selection_rate_ratio / })
      .first()
      .waitFor();
    expect(await problems.locator('.codicon-warning').count()).toBe(1);
    expect(await problems.locator('.codicon-error').count()).toBe(1);
    await shoot(bench.page, 'journey 4 problems');
    await runCommand(bench.page, 'View: Hide Panel');
  });

  test('promoting to production from the tree is blocked, with the sentence', async () => {
    await clickInline(treeItem(bench.page, /^version 1 of credit-risk in staging/), 'Promote Model…');
    await quickPickRows(bench.page).filter({ hasText: 'production' }).waitFor();
    await shoot(bench.page, 'journey 5 stage');
    await pick(bench.page, 'production');
    await quickPickRows(bench.page).filter({ hasText: 'Blocked' }).waitFor();
    await quickPickRows(bench.page).filter({ hasText: 'selection_rate_ratio' }).waitFor();
    await shoot(bench.page, 'journey 6 gates');
    await pick(bench.page, 'Blocked');
    const blocked = notification(
      bench.page,
      /credit-risk v1 stays in staging\. .*selection_rate_ratio.* below the required 0\.8/,
    );
    await blocked.waitFor();
    await shoot(bench.page, 'journey 7 blocked');
    await blocked.getByRole('button', { name: 'Show Rule' }).click();
    await bench.page.locator('.view-line', { hasText: 'selection_rate_ratio' }).last().waitFor();
    await runCommand(bench.page, 'Notifications: Clear All Notifications');
    await treeItem(bench.page, /^version 1 of credit-risk in staging/).waitFor();
  });

  test('back and a reason: to dev it goes, with what was said', async () => {
    await clickInline(treeItem(bench.page, /^version 1 of credit-risk in staging/), 'Promote Model…');
    await pick(bench.page, 'production');
    await quickPickRows(bench.page).filter({ hasText: 'Blocked' }).waitFor();
    await bench.page.locator('.quick-input-widget .codicon-quick-input-back').click();
    await pick(bench.page, 'dev');
    await pick(bench.page, 'Move to dev');
    await bench.page.locator('.quick-input-message', { hasText: 'Why?' }).waitFor();
    await answer(bench.page, 'the fairness gate asks for another threshold');
    await treeItem(bench.page, /^version 1 of credit-risk in dev/).waitFor();
  });

  test('the palette offers what can be used, and nothing that cannot', async () => {
    const offered = await offeredCommands(bench.page, 'Modelyard: Show');
    expect(offered).toContain('Modelyard: Show Log of Step');
    expect(offered, 'nothing runs').not.toContain('Modelyard: Show What Is Running');
    expect(await offeredCommands(bench.page, 'Modelyard: Create')).not.toContain('Modelyard: Create modelyard.yaml…');
  });

  test.each(themes)('side bar and lenses in %s', async theme => {
    await switchTheme(bench.page, theme);
    await shoot(bench.page, `journey ${theme}`);
  });
});

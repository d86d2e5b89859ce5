import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { actUntil } from './support/actUntil';
import { codeLens, openFile, pressLens, runLens } from './support/editor';
import { offeredCommands } from './support/palette';
import { shoot } from './support/shots';
import { clickInline, openSidebar, treeItem, view } from './support/views';
import { webview } from './support/webview';
import { useWorkbench } from './support/workbench';

const bench = useWorkbench({ restricted: true });

describe('restricted mode', () => {
  test('reads, but offers nothing that runs', async () => {
    await openSidebar(bench.page);
    await treeItem(bench.page, /^train, not run yet/)
      .first()
      .waitFor();
    await openFile(bench.page, 'modelyard.yaml');
    await bench.page.locator('.codelens-decoration', { hasText: 'not run yet' }).first().waitFor();
    expect(await codeLens(bench.page, runLens).count()).toBe(0);
    await view(bench.page, 'Experiments').getByText('in restricted mode nothing can').waitFor();
    await view(bench.page, 'Models').getByText('in restricted mode nothing can run').waitFor();
    expect(await offeredCommands(bench.page, 'Modelyard: Run')).not.toContain('Modelyard: Run Pipeline');
    const train = treeItem(bench.page, /^train, not run yet/).first();
    await train.hover();
    const actions = train.locator('.actions').getByRole('button');
    const names = await actions.evaluateAll(found => found.map(one => one.getAttribute('aria-label')));
    expect(names).toEqual(['Open Pipeline Graph']);
    await shoot(bench.page, 'restricted');
  });

  test('the page of a pipeline shows its plan, and runs nothing', async () => {
    const { page } = bench;
    const step = webview(page)
      .getByRole('button', { name: /^validate/ })
      .first();
    // a row that is drawn anew while it is clicked is no row for the command, which then asks
    await actUntil(step, async () => {
      await page.keyboard.press('Escape');
      await clickInline(treeItem(page, /^train, not run yet/).first(), 'Open Pipeline Graph');
    });
    await step.click();
    const run = webview(page).getByRole('button', { name: /^(Run|Only|Resume)/ });
    await run.first().waitFor();
    expect(await run.count()).toBeGreaterThan(1);
    for (const one of await run.all()) expect(await one.isDisabled(), await one.innerText()).toBe(true);
    await shoot(page, 'restricted pipeline');
  });

  test('once trusted it runs, without a reload', async () => {
    await view(bench.page, 'Experiments').getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await bench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await openFile(bench.page, 'modelyard.yaml');
    await pressLens(bench.page, runLens, treeItem(bench.page, /^train, (running|succeeded)/));
    await treeItem(bench.page, /^register, succeeded/).waitFor();
    expect(existsSync(path.join(bench.folder, '.modelyard', 'modelyard.db'))).toBe(true);
    await shoot(bench.page, 'trusted');
  });
});

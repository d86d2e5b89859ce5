import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeLens, openFile, pressLens, runLens } from './support/editor';
import { offeredCommands } from './support/palette';
import { shoot } from './support/shots';
import { openSidebar, treeItem, view } from './support/views';
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
    await treeItem(bench.page, /^train, not run yet/)
      .first()
      .hover();
    const actions = treeItem(bench.page, /^train, not run yet/)
      .first()
      .locator('.actions')
      .getByRole('button');
    expect(await actions.count()).toBe(0);
    await shoot(bench.page, 'restricted');
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

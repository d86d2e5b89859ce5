import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { offeredCommands, pick, runCommand } from './support/palette';
import { codeLens, pressLens, runLens } from './support/editor';
import { shoot } from './support/shots';
import { openSidebar, statusBarItem, treeItem, view } from './support/views';
import { useWorkbench } from './support/workbench';

const bench = useWorkbench({ prepare: folder => rm(path.join(folder, 'modelyard.yaml')) });

describe('a folder without a modelyard.yaml', () => {
  test('says what comes next, and nothing else of ours is there', async () => {
    await openSidebar(bench.page);
    await view(bench.page, 'Pipelines').getByText('This folder has no modelyard.yaml yet.').waitFor();
    await view(bench.page, 'Pipelines').getByRole('button', { name: 'Create modelyard.yaml' }).waitFor();
    await shoot(bench.page, 'empty folder');
    expect(await statusBarItem(bench.page, /staging|production/).count()).toBe(0);
    expect(await offeredCommands(bench.page, 'Modelyard: Run')).not.toContain('Modelyard: Run Pipeline');
  });

  test('its button makes a first modelyard.yaml from a data file, whose pipeline runs', async () => {
    await runCommand(bench.page, 'Modelyard: Create modelyard.yaml…');
    await pick(bench.page, 'creditability'); // the only data file is taken without asking
    await codeLens(bench.page, runLens).first().waitFor();
    await treeItem(bench.page, /^train, not run yet/)
      .first()
      .waitFor();
    await shoot(bench.page, 'created config');
    await pressLens(bench.page, runLens, treeItem(bench.page, /, (running|succeeded)/));
    await treeItem(bench.page, /^register, succeeded, /).waitFor({ timeout: 90_000 });
    await shoot(bench.page, 'created config run');
  });
});

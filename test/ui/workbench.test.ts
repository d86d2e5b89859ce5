import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { testHelpers } from './parts/helpers';
import { testSurroundings } from './parts/surroundings';
import { client, testTerminal } from './parts/terminal';
import { actUntil } from './support/actUntil';
import { openFile } from './support/editor';
import { offeredCommands, runCommand } from './support/palette';
import { shoot } from './support/shots';
import { switchTheme, themes } from './support/themes';
import { openSidebar, treeItem, view } from './support/views';
import { useWorkbench } from './support/workbench';

// One workbench for all that leaves it as it was: to open one takes longer than most of these tests.
const bench = useWorkbench({ prepare: folder => writeFile(path.join(folder, 'train.mjs'), client) });

describe('the workbench with the packed extension', () => {
  test('opens a copy of the sample', async () => {
    await treeItem(bench.page, 'modelyard.yaml').waitFor();
    expect(await readdir(bench.folder)).toContain('modelyard.yaml');
    await shoot(bench.page, 'workbench');
  });

  test('shows our container with its views', async () => {
    await openSidebar(bench.page);
    await view(bench.page, 'Pipelines').waitFor();
    await shoot(bench.page, 'sidebar');
  });

  test('opens modelyard.yaml from quick open', async () => {
    await openFile(bench.page, 'modelyard.yaml');
    await bench.page.locator('.view-lines', { hasText: 'name: credit-scoring' }).waitFor();
  });

  test('offers our commands in the palette', async () => {
    expect(await offeredCommands(bench.page, 'Modelyard: Show')).toContain('Modelyard: Show Log');
    await actUntil(bench.page.locator('.part.panel'), () => runCommand(bench.page, 'Modelyard: Show Log'));
  });

  test.each(themes)('is shown in %s', async theme => {
    await switchTheme(bench.page, theme);
    await shoot(bench.page, `theme ${theme}`);
  });
});

testTerminal(bench);
testHelpers(bench);
testSurroundings(bench);

import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/palette';
import { shoot } from '../support/shots';
import type { Workbench } from '../support/workbench';

export const testSurroundings = (bench: Workbench): unknown =>
  describe('what VS Code shows of the extension besides', () => {
    test('the walkthrough has five steps, each with a picture and a button', async () => {
      await runCommand(bench.page, 'View: Toggle Primary Side Bar Visibility'); // the pictures need the room
      await runCommand(bench.page, 'Welcome: Open Walkthrough...');
      await bench.page.locator('.quick-input-widget input.input').fill('Get started with Modelyard');
      await bench.page.keyboard.press('Enter');
      const steps = bench.page.locator('.gettingStartedContainer .step-list-container .getting-started-step');
      await steps.first().waitFor();
      expect(await steps.locator('.step-title').allInnerTexts()).toEqual([
        'Open the sample',
        'Run the pipeline',
        'Look at the run',
        'Promote the model',
        'Compare runs',
      ]);
      for (let index = 0; index < 5; index++) {
        await steps.nth(index).click();
        await steps.nth(index).locator('.button-container').first().waitFor();
        await bench.page
          .locator('.getting-started-media iframe.ready, .getting-started-media img')
          .first()
          .waitFor({ state: 'attached' });
        await shoot(bench.page, `walkthrough ${index + 1}`);
      }
    });

    test('the settings page lists our settings with their texts', async () => {
      await runCommand(bench.page, 'Preferences: Open Settings (UI)');
      const input = bench.page.locator('.settings-editor .suggest-input-container');
      await input.waitFor();
      await input.click();
      await bench.page.keyboard.press('Control+A');
      await bench.page.keyboard.type('@ext:modelyard.modelyard');
      const shown = bench.page.locator('.settings-editor .setting-item-title');
      await shown.filter({ hasText: 'Config File' }).waitFor();
      await bench.page.locator('.setting-item-description', { hasText: 'Name of the configuration file' }).waitFor();
      await shoot(bench.page, 'settings');
      expect(await bench.page.locator('.settings-editor').innerText()).not.toMatch(/%setting\./);
    });
  });

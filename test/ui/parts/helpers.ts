import { readFile } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { accessibilityProblems, expectAccessible } from '../support/axe';
import { notification } from '../support/notifications';
import { runCommand } from '../support/palette';
import { webview, webviewFrame } from '../support/webview';
import { changeSettings } from '../support/settings';
import type { Workbench } from '../support/workbench';

/** The helpers must be able to see what they look for: a small extension shows it to them. */
export const testHelpers = (bench: Workbench): unknown =>
  describe('the helpers of these tests', () => {
    test('axe finds nothing on an accessible page', async () => {
      await runCommand(bench.page, 'Probe: Open Accessible Page');
      await webview(bench.page).getByRole('button', { name: 'Press' }).waitFor();
      await expectAccessible(await webviewFrame(bench.page), 'the accessible page');
    });

    test('on a faulty page axe names the button without a name and the faint text, and the error in the console is seen', async () => {
      await runCommand(bench.page, 'Probe: Open Faulty Page');
      await webview(bench.page).getByRole('heading', { name: 'Faulty' }).waitFor();
      const problems = await accessibilityProblems(await webviewFrame(bench.page));
      const noName = expect.stringMatching(/^button-name: Buttons must have discernible text: <button>/);
      const faint = expect.stringMatching(/^color-contrast: .*<p class="faint">/);
      expect(problems).toEqual([noName, faint]);
      expect(bench.errors.splice(0).join('\n')).toMatch(/Content Security Policy/);
    });

    test('a request that would leave the machine is refused and seen', async () => {
      const answer = await bench.page.evaluate(() =>
        fetch('https://elsewhere.invalid/x').then(String, () => 'refused'),
      );
      expect(answer).toBe('refused');
      expect(bench.outside.splice(0)).toEqual(['https://elsewhere.invalid/x']);
    });

    test('so is a socket', async () => {
      const answer = await bench.page.evaluate(
        () =>
          new Promise(resolve => {
            const socket = new WebSocket('wss://elsewhere.invalid/y');
            socket.onopen = () => resolve('open');
            socket.onerror = () => resolve('refused');
          }),
      );
      expect(answer).toBe('refused');
      expect(bench.outside.splice(0)).toEqual(['wss://elsewhere.invalid/y']);
    });

    test('a message is found by its text', async () => {
      await runCommand(bench.page, 'Probe: Say Hello');
      await notification(bench.page, 'Hello from the probe').waitFor();
    });

    test('settings change in the open workbench, and one that VS Code does not know is refused', async () => {
      await changeSettings({ 'editor.minimap.enabled': false });
      const settings: unknown = JSON.parse(await readFile(inject('ui').settingsFile, 'utf8'));
      expect(settings).toMatchObject({ 'editor.minimap.enabled': false });
      await expect(changeSettings({ 'modelyard-probe.unknown': 1 })).rejects.toThrow(
        /refused .*modelyard-probe\.unknown/,
      );
    });
  });

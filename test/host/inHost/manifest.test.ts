import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ourExtension } from './extension';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

suite('manifest', () => {
  const { contributes }: Manifest = ourExtension().packageJSON;
  const declared = contributes.commands.map(({ command }) => command).sort();

  test('every declared command is registered, and every registered one of ours is declared', async () => {
    await ourExtension().activate();
    const registered = (await vscode.commands.getCommands(true)).filter(id => id.startsWith('modelyard.'));
    const missing = declared.filter(id => !registered.includes(id));
    assert.deepEqual(missing, [], 'declared in package.json, but nothing registers them');
    // VS Code itself makes commands for each view: <view>.focus, .open, .removeView, .resetViewLocation, …
    const ofViews = /^modelyard\.\w+\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/;
    const undeclared = registered.filter(id => !declared.includes(id) && !ofViews.test(id));
    const internal = undeclared.filter(id => id.startsWith('modelyard.internal.'));
    assert.deepEqual(undeclared, internal, 'registered, but neither declared nor named modelyard.internal.*');
  });

  test('every title is a translated text, not its key', () => {
    assert.ok(contributes.commands.length > 0);
    for (const { command, title } of contributes.commands) {
      assert.ok(title.length > 0, `${command} has no title`);
      assert.doesNotMatch(title, /%/, `${command} has the key ${title} for a title`);
    }
  });
});

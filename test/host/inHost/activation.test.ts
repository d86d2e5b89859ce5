import assert from 'node:assert/strict';
import { ourExtension, workspaceFolder } from './extension';

declare global {
  /** Where VS Code's extension host keeps its own time marks, in ms: "Running Extensions" shows their differences. */
  var MonacoPerformanceMarks: { getMarks(): readonly { name: string; startTime: number }[] } | undefined;
}

function mark(name: string): number {
  const full = `code/extHost/${name}/modelyard.modelyard`;
  const entry = globalThis.MonacoPerformanceMarks?.getMarks().find(entry => entry.name === full);
  assert.ok(entry, `VS Code left no mark ${full}`);
  return entry.startTime;
}

suite('activation', () => {
  test('opening a folder with a modelyard.yaml activates the extension', async () => {
    assert.match(workspaceFolder().path, /credit-scoring$/);
    const patience = Date.now() + 20_000;
    while (!ourExtension().isActive && Date.now() < patience) await new Promise(resolve => setTimeout(resolve, 50));
    assert.equal(ourExtension().isActive, true, 'nobody but VS Code itself may have to activate it');
  });

  test('activation takes less than 50 ms', async () => {
    await ourExtension().activate();
    const load = mark('didLoadExtensionCode') - mark('willLoadExtensionCode');
    const activate = mark('didActivateExtension') - mark('willActivateExtension');
    console.log(`activation: code loaded in ${load} ms, activate() took ${activate} ms (bound: 50 ms)`);
    assert.ok(activate < 50, `activate() took ${activate} ms`);
  });
});

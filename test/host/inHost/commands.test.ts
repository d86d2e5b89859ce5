import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CompiledWorkflow } from '../../../engine/protocol/executors';
import type { Backfill } from '../../../engine/protocol/partitions';
import type { ImportedModel } from '../../../engine/protocol/modelImport';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import type { TriggerState } from '../../../engine/protocol/triggers';
import { ourExtension } from './extension';
import { addFolder, click, lenses, openConfig, removeFolder, until, withClient } from './support';

const config = `name: parts
pipelines:
  p:
    on:
      schedule: "0 3 * * 1"
      files: {patterns: "in/*.txt", cool_down: 1h}
    steps:
      a: {run: "echo a >> log.txt"}
      b: {run: "echo b >> log.txt && test -e ok", needs: a}
      c: {run: "echo c >> log.txt", needs: b}
  regions:
    partitions: [eu, us]
    steps:
      fill: {run: "echo \${{ partition }} >> regions.txt"}
`;

/** What a person does who takes what is offered, until the command has ended. */
async function accepting<T>(command: Thenable<T>): Promise<T> {
  let hasEnded = false;
  const ended = Promise.resolve(command).finally(() => (hasEnded = true));
  await until(
    'the end of the command',
    async () => {
      if (!hasEnded) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await new Promise(resolve => setTimeout(resolve, 300)); // a list needs a moment to be there
      return hasEnded || undefined;
    },
    30_000,
  );
  return ended;
}

suite('commands on parts of a pipeline, triggers, workflows and models', () => {
  let folder: vscode.Uri;
  let uri: vscode.Uri;
  suiteSetup(async function () {
    this.timeout(60_000);
    if (process.platform === 'win32') this.skip();
    folder = await addFolder('parts', { 'modelyard.yaml': config, 'in/old.txt': '' });
    uri = (await openConfig(folder)).document.uri;
    await until('its lenses', async () => (await lenses(uri)).length > 0 || undefined);
  });
  suiteTeardown(() => removeFolder(folder));

  const link = (more: object = {}) => ({ folder: folder.toString(), pipeline: 'p', ...more });
  const run = (id: string, more: object = {}): Thenable<PipelineRun | undefined> =>
    vscode.commands.executeCommand(`modelyard.${id}`, link(more));
  const statuses = (of: PipelineRun | undefined): string =>
    (of?.steps ?? []).map(({ name, status }) => `${name} ${status}`).join(', ');
  const log = async (): Promise<string> =>
    (await readFile(path.join(folder.fsPath, 'log.txt'), 'utf8')).replaceAll('\n', '');

  test('a run that failed is resumed where it failed', async () => {
    assert.equal(statuses(await run('runPipeline')), 'a succeeded, b failed, c skipped');
    await writeFile(path.join(folder.fsPath, 'ok'), '');
    assert.equal(statuses(await run('resumePipeline')), 'a cached, b succeeded, c succeeded');
    assert.equal(await log(), 'abbc', 'a did not run again');
    assert.equal(await run('resumePipeline'), undefined, 'there is nothing left to resume');
  });

  test('from a step on, and one step alone', async () => {
    assert.equal(statuses(await run('runFromStep', { step: 'b' })), 'b succeeded, c succeeded');
    assert.equal(statuses(await run('runStep', { step: 'c' })), 'c succeeded');
    assert.equal(await log(), 'abbcbcc');
  });

  test('a plan runs nothing until Run is chosen in it', async function () {
    this.timeout(60_000);
    const before = await log();
    const dismissed = run('planPipeline');
    await until('the plan', async () => {
      await new Promise(resolve => setTimeout(resolve, 500));
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return Promise.race([dismissed.then(() => true), new Promise<undefined>(resolve => setTimeout(resolve, 100))]);
    });
    assert.equal(await log(), before);
    assert.equal(statuses(await accepting(run('planPipeline'))), 'a succeeded, b succeeded, c succeeded');
    assert.equal(await log(), `${before}abc`);
  });

  test('the lens More… lists what else there is, and does what is chosen: first of all, run everything', async function () {
    this.timeout(60_000);
    const before = await log();
    const lens = (await lenses(uri)).find(({ text }) => text === 'More…');
    assert.ok(lens);
    const chosen = vscode.commands.executeCommand<PipelineRun>(lens.command, ...lens.arguments);
    assert.equal(statuses(await accepting(chosen)), 'a succeeded, b succeeded, c succeeded');
    assert.equal(await log(), `${before}abc`);
  });

  test('each lens has its setting', async () => {
    const settings = vscode.workspace.getConfiguration('modelyard');
    const shown = async (): Promise<readonly string[]> =>
      (await lenses(uri)).filter(({ line }) => line === 3).map(({ text }) => text.replace(/ (.*)/, ' …'));
    const standard = (await shown()).join();
    const names = ['runEverything', 'replay', 'graph'];
    for (const name of names) await settings.update(`codeLens.${name}`, true, vscode.ConfigurationTarget.Global);
    await until('all of them', async () => (await shown()).length === 8 || undefined);
    for (const name of names) await settings.update(`codeLens.${name}`, undefined, vscode.ConfigurationTarget.Global);
    await until('four', async () => (await shown()).join() === standard || undefined);
    await settings.update('codeLens.more', false, vscode.ConfigurationTarget.Global);
    await until('three', async () => (await shown()).length === 3 || undefined);
    await settings.update('codeLens.more', undefined, vscode.ConfigurationTarget.Global);
  });

  const onLenses = async () => (await lenses(uri)).filter(({ line }) => line === 4);
  const trigger = (kind: string): Promise<TriggerState | undefined> =>
    withClient(folder, async client => {
      const { triggers } = await client.call('triggers/list', {});
      return triggers.find(one => one.kind === kind);
    });

  test('the lens of triggers tells the next time, fires, pauses and lets go on', async function () {
    this.timeout(60_000);
    const all = await until('the next time', async () => {
      const now = await onLenses();
      return /^\$\(watch\) next .*03:00/.test(now[0]?.text ?? '') ? now : undefined;
    });
    assert.deepEqual(
      all.slice(1).map(({ text }) => text),
      ['$(zap) Fire now', '$(debug-pause) Pause'],
    );
    const before = await log();
    await click(all[1]!);
    await until('the run of the trigger', async () => (await log()) === `${before}abc` || undefined);
    for (const kind of ['schedule', 'files'])
      await vscode.commands.executeCommand('modelyard.pauseTrigger', link({ trigger: kind }));
    const paused = await until('that it is paused', async () => {
      const now = await onLenses();
      return now[0]?.text === '$(watch) paused' ? now : undefined;
    });
    assert.equal(paused[2]?.text, '$(debug-continue) Resume');
    assert.equal((await trigger('schedule'))?.paused, true);
    await vscode.commands.executeCommand('modelyard.resumeTrigger', link({ trigger: 'schedule' }));
    await until('that it goes on', async () => (await onLenses())[2]?.text === '$(debug-pause) Pause' || undefined);
    assert.deepEqual([(await trigger('schedule'))?.paused, (await trigger('files'))?.paused], [false, true]);
  });

  test('why a trigger started nothing is kept, and told', async function () {
    this.timeout(60_000);
    await vscode.commands.executeCommand('modelyard.resumeTrigger', link({ trigger: 'files' }));
    const before = await log();
    const arrives = (name: string): Promise<void> => writeFile(path.join(folder.fsPath, 'in', name), name);
    await arrives('first.txt');
    await until('the run of the trigger', async () => (await log()) === `${before}abc` || undefined);
    await arrives('second.txt');
    const skipped = await until('the skip', async () => (await trigger('files'))?.lastSkip);
    assert.equal(skipped.reason, 'cool-down');
    await until(
      'the lens that says so',
      async () =>
        /^\$\(watch\) next .*skipped .*: it cooled down$/.test((await onLenses())[0]?.text ?? '') || undefined,
    );
    assert.equal(await log(), `${before}abc`, 'once');
  });

  test('a pipeline becomes a workflow of another engine, in a document', async function () {
    this.timeout(60_000);
    const compiled = await accepting(
      vscode.commands.executeCommand<CompiledWorkflow>('modelyard.compilePipeline', link()),
    );
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.equal(text, compiled.text);
    assert.match(text, /kind: CronWorkflow\b/);
    assert.match(text, /- step\n\s+- p\n\s+- c\n/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    // what the workflow does not do stands at its line, until that is changed
    const lines = compiled.warnings.map(({ place, message }) => `${place.line} ${message}`);
    assert.match(lines.join(), /6 That files have come or changed starts the pipeline on this machine only/);
    const told = (): readonly string[] => vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'compile').map(({ range, message }) => `${range.start.line + 1} ${message}`); // prettier-ignore
    assert.deepEqual(told(), lines);
    const editor = await openConfig(folder);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '# changed\n'));
    assert.deepEqual(told(), []);
    await vscode.commands.executeCommand('undo');
  });

  test('files that nothing refers to are found, and removed by nobody who was not asked', async function () {
    this.timeout(60_000);
    const collect = (): Thenable<unknown> => vscode.commands.executeCommand('modelyard.collectUnused', link());
    const unused = (): Promise<number> => withClient(folder, async client => (await client.call('db/collect', { remove: false })).unused); // prettier-ignore
    assert.equal(await unused(), 0);
    assert.equal(await collect(), undefined, 'everything is in use');
    const name = createHash('sha256').update('left over').digest('hex');
    const file = path.join(folder.fsPath, '.modelyard', 'objects', name.slice(0, 2), name.slice(2));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'left over');
    await utimes(file, 1, 1);
    assert.equal(await unused(), 1);
    // dialogs are refused in tests: as if somebody had said no
    await collect();
    assert.equal(await unused(), 1);
  });

  test('partitions that are missing are filled, in their order', async function () {
    this.timeout(60_000);
    const filled = await accepting(
      vscode.commands.executeCommand<Backfill>('modelyard.backfillPartitions', link({ pipeline: 'regions' })),
    );
    assert.deepEqual(
      filled.partitions.map(({ partition, status }) => `${partition} ${status}`),
      ['eu succeeded', 'us succeeded'],
    );
    assert.equal(await readFile(path.join(folder.fsPath, 'regions.txt'), 'utf8'), 'eu\nus\n');
    const list = await withClient(folder, client => client.call('pipelines/partitions', { pipeline: 'regions' }));
    assert.deepEqual(list.counts, { missing: 0, running: 0, succeeded: 2, failed: 0, outdated: 0 });
  });

  test('the model of another library is registered, under the name of its file', async function () {
    this.timeout(60_000);
    const fixture = path.join(ourExtension().extensionPath, 'test', 'fixtures', 'training', 'lightgbm.json');
    const { cases }: { cases: readonly { model: string }[] } = JSON.parse(await readFile(fixture, 'utf8'));
    const file = vscode.Uri.joinPath(folder, 'churn.txt');
    await writeFile(file.fsPath, cases[0]!.model);
    const imported = await accepting(
      vscode.commands.executeCommand<ImportedModel | undefined>('modelyard.importModel', file),
    );
    assert.ok(imported, 'it was not imported');
    await withClient(folder, async client => {
      const { versions } = await client.call('models/get', { name: 'churn' });
      assert.equal(versions.length, 1);
    });
  });
});

import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { workspaceFolder } from './extension';
import {
  addFolder,
  enginePid,
  lenses,
  openConfig,
  placeOf,
  problems,
  removeFolder,
  until,
  withClient,
  withoutPlan,
} from './support';

const config = `name: sleeper
pipelines:
  wait:
    steps:
      first: {run: echo begun}
      long: {run: "echo dozing; sleep 1; echo snoring; sleep 60", needs: first}
`;

/** A second folder of the workspace, added while the window is open. */
suite('a folder that comes and goes', () => {
  const parent = path.dirname(workspaceFolder().fsPath);
  const folder = vscode.Uri.file(path.join(parent, 'sleeper'));
  const uri = vscode.Uri.joinPath(folder, 'modelyard.yaml');
  suiteSetup(async () => {
    await addFolder('sleeper', {});
  });
  suiteTeardown(() => removeFolder(folder));

  const runOf = async (pipeline: string): Promise<PipelineRun | undefined> =>
    withClient(folder, async client => {
      const all = await client.call('pipelines/list', {});
      return all.find(({ name }) => name === pipeline)?.last;
    });

  test('without a modelyard.yaml it has no engine; with one, lenses appear by themselves', async () => {
    assert.deepEqual(await readdir(folder.fsPath), []);
    await writeFile(uri.fsPath, config);
    await openConfig(folder);
    const found = await until('its lenses', async () => {
      const now = await lenses(uri);
      return now.length > 0 ? now : undefined;
    });
    assert.deepEqual(
      found.map(({ line, text }) => `${line} ${withoutPlan(text)}`),
      [
        ...['3 $(play) Run', '3 not run yet', '3 $(checklist) Plan', '3 More…'],
        ...[5, 6].flatMap(line => [`${line} $(play) Run step`, `${line} not run yet`]),
      ],
    );
    const first = enginePid(workspaceFolder());
    assert.notEqual(enginePid(folder), first, 'each folder has an engine of its own');
  });

  test('a pipeline that runs is stopped by the lens, and what was done is kept', async () => {
    const { line } = placeOf(config, '  wait:');
    const ended = vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', {
      ...{ folder: folder.toString(), pipeline: 'wait' },
    });
    await until('the second step', async () =>
      (await lenses(uri)).find(lens => lens.line === line && lens.text === '$(loading~spin) long'),
    );
    const stop = (await lenses(uri)).find(lens => lens.text === '$(debug-stop) Stop');
    assert.equal(stop?.command, 'modelyard.stopPipeline');
    await vscode.commands.executeCommand(stop.command, ...stop.arguments);
    const run = await ended;
    assert.equal(run.status, 'cancelled');
    assert.deepEqual(
      run.steps.map(({ status }) => status),
      ['succeeded', 'cancelled'],
    );
    const lens = await until('the result', async () =>
      (await lenses(uri)).find(candidate => candidate.text.startsWith('$(stop-circle) cancelled')),
    );
    assert.equal(lens.line, line);
    assert.deepEqual(problems(uri), [], 'to stop is no mistake');
  });

  test('the log of a step is a document that grows while the step runs', async () => {
    const link = { folder: folder.toString(), pipeline: 'wait' };
    const ended = vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', link);
    await until('the second step', async () => (await lenses(uri)).find(lens => lens.text === '$(loading~spin) long'));
    await vscode.commands.executeCommand('modelyard.showStepLog', { ...link, step: 'long' });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'modelyard-log');
    await until('what the step wrote', () => document.getText().includes('snoring') || undefined);
    await vscode.commands.executeCommand('modelyard.stopPipeline', link);
    assert.equal((await ended).status, 'cancelled');
  });

  test('a killed engine is replaced by itself, and the run it had is a failed one', async function () {
    this.timeout(60_000);
    await openConfig(folder);
    const pid = enginePid(folder);
    const run = vscode.commands.executeCommand('modelyard.runPipeline', {
      ...{ folder: folder.toString(), pipeline: 'wait' },
    });
    await until('the second step', async () => (await lenses(uri)).find(lens => lens.text === '$(loading~spin) long'));
    process.kill(pid, 'SIGKILL');
    assert.equal(await run, undefined, 'the call that was under way fails');
    await vscode.commands.executeCommand('notifications.clearAll');
    const next = await until('another engine', () => {
      const now = enginePid(folder);
      return now === pid ? undefined : now;
    });
    assert.notEqual(next, pid);
    const { line } = placeOf(config, '  wait:');
    await until('the lens that says so', async () =>
      (await lenses(uri)).find(lens => lens.line === line && lens.text.startsWith('$(error) failed at long')),
    );
    assert.equal((await runOf('wait'))?.status, 'failed');
  });

  test('the command restarts the engine', async () => {
    const pid = enginePid(folder);
    await vscode.commands.executeCommand('modelyard.restartEngine', { folder: folder.toString() });
    await until('another engine', () => (enginePid(folder) === pid ? undefined : true));
    await until('the lenses', async () => (await lenses(uri)).length === 8 || undefined);
  });

  test('an engine that is frozen keeps nobody waiting for ever, and can be restarted', async function () {
    if (process.platform === 'win32') return this.skip();
    this.timeout(120_000);
    const link = { folder: folder.toString(), pipeline: 'wait' };
    const run = vscode.commands.executeCommand('modelyard.runPipeline', link);
    await until('the second step', async () => (await lenses(uri)).find(lens => lens.text === '$(loading~spin) long'));
    const pid = enginePid(folder);
    process.kill(pid, 'SIGSTOP');
    assert.equal(await vscode.commands.executeCommand('modelyard.stopPipeline', link), undefined, 'it gives up');
    assert.equal((await lenses(uri)).length, 8, 'lenses stay as they were');
    await vscode.commands.executeCommand('modelyard.restartEngine', { folder: folder.toString() });
    assert.notEqual(enginePid(folder), pid);
    assert.equal(await run, undefined, 'the run has failed, and that has been said');
    assert.equal((await runOf('wait'))?.status, 'failed');
    await until('the lens that says so', async () =>
      (await lenses(uri)).find(lens => lens.text.startsWith('$(error) failed at long')),
    );
  });

  test('another name for the configuration takes effect at once', async function () {
    this.timeout(60_000);
    const other = vscode.Uri.joinPath(folder, 'other.yaml');
    await writeFile(other.fsPath, 'name: other\npipelines:\n  greet:\n    steps:\n      hello: {run: echo hello}\n');
    const settings = vscode.workspace.getConfiguration('modelyard', folder);
    await settings.update('configFile', 'other.yaml', vscode.ConfigurationTarget.WorkspaceFolder);
    try {
      await vscode.window.showTextDocument(other);
      await until('its lenses', async () => (await lenses(other)).length === 6 || undefined);
      assert.deepEqual(await lenses(uri), [], 'the old one is a file like any other');
      const run = await vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', {
        ...{ folder: folder.toString(), pipeline: 'greet' },
      });
      assert.equal(run.status, 'succeeded');
    } finally {
      await settings.update('configFile', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
    await until('the lenses of the old one', async () => (await lenses(uri)).length === 8 || undefined);
  });
});

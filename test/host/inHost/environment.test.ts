import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { workspaceFolder } from './extension';
import { until, withClient } from './support';

/** What a stock MLflow client does with the surroundings it is started in. */
const client = `
const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = process.env;
fetch(uri + '/api/2.0/mlflow/runs/create', { method: 'POST', headers: { authorization: 'Bearer ' + token },
  body: JSON.stringify({ experiment_id: '0', run_name: 'from a task' }) })
  .then(answer => require('fs').writeFileSync(process.argv[2], String(answer.status)));
`;

suite('MLflow clients need no set-up', () => {
  test('a task’s client logs to the folder', async function () {
    this.timeout(120_000);
    const folder = workspaceFolder();
    await until('the address', () => process.env['MLFLOW_TRACKING_URI']);
    const script = path.join(folder.fsPath, '.modelyard', 'client.js');
    const answer = path.join(folder.fsPath, '.modelyard', 'client.txt');
    writeFileSync(script, client);
    const scope = vscode.workspace.getWorkspaceFolder(folder);
    assert.ok(scope);
    const execution = new vscode.ShellExecution(process.execPath, [script, answer]);
    const task = new vscode.Task({ type: 'shell' }, scope, 'log a run', 'test', execution);
    await vscode.tasks.executeTask(task);
    await until('the answer', () => existsSync(answer) || undefined);
    assert.equal(await until('what it says', () => readFileSync(answer, 'utf8') || undefined), '200');
    await withClient(folder, async engine => {
      const { runs } = await engine.call('runs/search', { filter: "run_name = 'from a task'" });
      assert.equal(runs.length, 1);
      for (const run of runs) await engine.call('runs/delete', { runId: run.id });
    });
  });

  test('what other extensions start finds it as well', async () => {
    const uri = await until('the address', () => process.env['MLFLOW_TRACKING_URI']);
    assert.match(uri, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${uri}/health`)).status, 200);
    assert.ok(process.env['MLFLOW_TRACKING_TOKEN']);
  });
});

import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { workspaceFolder } from './extension';
import { click, lenses, openConfig, placeOf, problems, until } from './support';

suite('datasets in the editor', () => {
  let uri: vscode.Uri;
  let line = 0;
  let file = '';
  let original = '';
  suiteSetup(async () => {
    const { document } = await openConfig();
    uri = document.uri;
    ({ line } = placeOf(document.getText(), '  applications:'));
    file = path.join(workspaceFolder().fsPath, 'data', 'german_credit.csv');
    original = await readFile(file, 'utf8');
  });
  suiteTeardown(async () => {
    await writeFile(file, original);
    await until('no problem', () => (marks().length === 0 ? true : undefined));
  });

  const lens = (text: RegExp) =>
    until(`the lens ${text.source}`, async () =>
      (await lenses(uri)).find(found => found.line === line && text.test(found.text)),
    );
  const marks = (): readonly string[] => problems(uri).filter(problem => problem.includes(' data-lock: '));

  test('the lens tells of the file, and that it has changed, with a mark that says what the lock has', async function () {
    this.timeout(120_000);
    const folder = workspaceFolder().toString();
    const run = await vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', {
      folder,
      pipeline: 'train',
    });
    assert.equal(run.status, 'succeeded');
    await lens(/^1,000 rows, 21 columns · \d+ versions? · as r-\d+ read it$/);
    assert.deepEqual(marks(), []);

    await appendFile(file, original.trimEnd().split('\n').slice(-1).join(''));
    await lens(/^\d+ versions? · changed since r-\d+$/);
    const found = await until('the mark', () => marks()[0]);
    assert.match(
      found,
      new RegExp(`^information ${line}:3-${line}:15 data-lock: data/german_credit\\.csv is no longer`),
    );
  });

  test('the mark offers to compare with the lock, which opens the page of the dataset', async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      new vscode.Range(line - 1, 3, line - 1, 3),
      vscode.CodeActionKind.QuickFix.value,
    );
    const compare = actions.find(({ title }) => title === 'Compare applications with what modelyard.lock says');
    assert.ok(compare?.command, 'the action is there');
    assert.ok(actions.some(({ title }) => title.startsWith('Run a pipeline')));
    await vscode.commands.executeCommand(compare.command.command, ...(compare.command.arguments ?? []));
    const opened = await until('the page', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === 'applications'),
    );
    assert.ok(opened.input instanceof vscode.TabInputWebview);
    await click(await lens(/changed since/)); // a second time it is only brought to the front
    const all = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label === 'applications');
    assert.equal(all.length, 1);
    await vscode.window.tabGroups.close(all);
    await openConfig();
  });
});

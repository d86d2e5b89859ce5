import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  actionsAt,
  addFolder,
  lenses,
  openConfig,
  placeOf,
  problems,
  removeFolder,
  until,
  withClient,
} from './support';

const config = `name: checks
datasets:
  clients:
    path: clients.csv
    checks:
      - integrity
      - {check: duplicates, at_most: 0.01, severity: error}
pipelines:
  p:
    steps:
      a: {run: "true"}
security:
  secrets: {}
`;
/** Every row twice. */
const rows = Array.from({ length: 30 }, (_, i) => `${20 + i},${i % 2 ? 'basic' : 'pro'}\n`);
const clients = `age,plan\n${rows.join('')}${rows.join('')}`;
const token = ['ghp', 'x7Kq2Lm9Zt4Rv8Wn1Bc5Yd3Hf6Gj0Ps2Ua4E'].join('_');

suite('checks of data and of the workspace among the problems', () => {
  let folder: vscode.Uri;
  let uri: vscode.Uri;
  suiteSetup(async function () {
    this.timeout(60_000);
    const files = { 'modelyard.yaml': config, 'clients.csv': clients, 'app.py': `import os\n\nTOKEN = "${token}"\n` };
    folder = await addFolder('checks', files);
    uri = (await openConfig(folder)).document.uri;
    await until('its lenses', async () => (await lenses(uri)).length > 0 || undefined);
  });
  suiteTeardown(() => removeFolder(folder));

  test('a check that fails is a problem at its entry, with quick fixes that lead to the rows, waive it and set its bound', async function () {
    this.timeout(60_000);
    await withClient(folder, client => client.call('checks/run', { only: ['data'], data: true }));
    const { line } = placeOf(config, '- {check: duplicates');
    const found = await until('the problem', () => problems(uri).find(one => one.startsWith(`error ${line}:`)));
    assert.match(found, / expectation: .*rows/);
    const fixes = await until('its quick fixes', async () => {
      const place = new vscode.Range(line - 1, 12, line - 1, 12);
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        place,
      );
      const ours = all.map(({ title }) => title).filter(title => /^(Waive|Set the bound|Open the rows)/.test(title));
      return ours.length >= 3 ? ours : undefined;
    });
    assert.deepEqual(
      fixes.map(title => title.replace(/“.*”/, '…')),
      ['Open the rows that fail', 'Waive … until …', 'Set the bound of … to what was observed'],
    );
  });

  test('a secret stands on its line of the file, and nowhere is it written out', async function () {
    this.timeout(60_000);
    const file = vscode.Uri.joinPath(folder, 'app.py');
    await withClient(folder, client => client.call('checks/run', { only: ['security'] }));
    const found = await until('the problem', () => problems(file)[0]);
    assert.match(found, /^error 3:\d+-3:\d+ check: /);
    assert.ok(!found.includes(token));
    await vscode.window.showTextDocument(file);
    const actions = await actionsAt(file, 3);
    assert.ok(
      actions.every(({ title }) => !title.startsWith('Waive')),
      'a secret is not waived',
    );
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { workspaceFolder } from './extension';
import { lenses, openConfig, placeOf, problems, replaceText, until, withClient } from './support';

suite('rules and their verdicts', () => {
  let editor: vscode.TextEditor;
  let uri: vscode.Uri;
  let original = '';
  suiteSetup(async function () {
    this.timeout(120_000);
    editor = await openConfig();
    ({ uri } = editor.document);
    original = editor.document.getText();
    const link = { folder: workspaceFolder().toString(), pipeline: 'train' };
    const run = await vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', link);
    assert.equal(run.status, 'succeeded');
    await withClient(workspaceFolder(), client =>
      client.call('models/gates', { name: 'credit-risk', version: 1, stage: 'production' }),
    );
  });
  teardown(async () => {
    await replaceText(editor, original);
    assert.ok(await editor.document.save(), 'not saved');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  });

  /** Line of the fairness rule of production, from 1. */
  const ruleLine = (): number =>
    editor.document
      .getText()
      .split('\n')
      .findLastIndex(row => row.includes('selection_rate_ratio')) + 1;
  const gates = (): readonly string[] => problems(uri).filter(problem => / gate: /.test(problem));
  const rule = 'model/credit-risk/production/selection_rate_ratio≥0.8-where-age_in_years<=25';
  const link = () => ({ folder: workspaceFolder().toString(), rule });

  /** The text as it was, judged: what was judged of another text is no verdict on it. */
  const asItWas = async (): Promise<void> => {
    await replaceText(editor, original);
    if (editor.document.isDirty) assert.ok(await editor.document.save(), 'not saved');
    await withClient(workspaceFolder(), client =>
      client.call('models/gates', { name: 'credit-risk', version: 1, stage: 'production' }),
    );
    await until('the problem', () => gates().some(text => text.startsWith(`error ${ruleLine()}:`)) || undefined);
  };

  /** Markdown without what keeps a text from being markup. */
  const plain = (text: string): string => text.replaceAll('&nbsp;', ' ').replaceAll('&lt;', '<').replaceAll('\\', '');

  async function fixes(): Promise<readonly vscode.CodeAction[]> {
    const place = new vscode.Range(ruleLine() - 1, 12, ruleLine() - 1, 12);
    const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      place,
      vscode.CodeActionKind.QuickFix.value,
    );
    return found.filter(({ command }) => command?.command.startsWith('modelyard.'));
  }

  test('a rule that blocks is a problem on its very line, also while lines are added above it', async () => {
    const on = (line: number) => `error ${line}:11-${line}:`;
    await until('the problem', () => gates().some(text => text.startsWith(on(ruleLine()))) || undefined);
    await replaceText(editor, `# one\n# two\n${original}`);
    await until('the moved problem', () => gates().some(text => text.startsWith(on(ruleLine()))) || undefined);
    assert.equal(ruleLine(), original.split('\n').findLastIndex(row => row.includes('selection_rate_ratio')) + 3);
  });

  test('its quick fixes: the slice, a waiver, the bound', async () => {
    const found = await until('quick fixes', async () => {
      const now = await fixes();
      return now.length >= 3 ? now : undefined;
    });
    assert.deepEqual(
      found.map(({ title }) => title),
      [
        'Show the slice age_in_years <= 25 of v1',
        'Waive “selection_rate_ratio ≥ 0.8 where age_in_years <= 25” until …',
        'Set the bound of “selection_rate_ratio ≥ 0.8 where age_in_years <= 25” to what was observed',
      ],
    );
  });

  test('the bound that was observed is written where the old one stood, and is one that passes', async () => {
    await asItWas();
    assert.equal(await vscode.commands.executeCommand('modelyard.setBound', link()), true);
    const line = editor.document.lineAt(ruleLine() - 1).text;
    const before = original.split('\n')[ruleLine() - 1] ?? '';
    assert.match(line, /at_least: 0\.\d{3}\}/);
    assert.equal(line.replace(/at_least: [\d.]+/, ''), before.replace(/at_least: [\d.]+/, ''));
    assert.ok(await editor.document.save(), 'not saved');
    await withClient(workspaceFolder(), async client => {
      const report = await client.call('models/gates', { name: 'credit-risk', version: 1, stage: 'production' });
      assert.equal(report.verdict, 'passed', report.results.map(({ sentence }) => sentence).join(' '));
    });
  });

  test('a waiver stands beside the rule, by whoever works here, and opens the stage', async () => {
    const waiver = { until: '2999-12-31', reason: 'the cost of another threshold is not agreed' };
    await asItWas();
    assert.equal(await vscode.commands.executeCommand('modelyard.waiveRule', { ...link(), ...waiver }), true);
    const line = editor.document.lineAt(ruleLine() - 1).text;
    assert.match(
      line,
      /at_least: 0\.8, waive: \{until: 2999-12-31, owner: \S.*, reason: the cost of another threshold is not agreed\}\}$/,
    );
    assert.ok(await editor.document.save(), 'not saved');
    const found = await until('the waived rule', () => gates().find(text => text.includes(`${ruleLine()}:11-`) && text.startsWith('information '))); // prettier-ignore
    assert.match(found, /gate: production is open to credit-risk v1 all the same: .*waived until /);
    const stage = placeOf(original, '      production:').line;
    await until(
      'the lens',
      async () =>
        (await lenses(uri)).some(lens => lens.line === stage && lens.text === '$(pass) 10 of 11 · v1 · 1 waived') ||
        undefined,
    );
  });

  test('the hover on a rule has what was found and what came before', async () => {
    await asItWas();
    const hovers = await until('the hover', async () => {
      const all = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        new vscode.Position(ruleLine() - 1, 12),
      );
      const texts = all.flatMap(({ contents }) =>
        contents.map(part => (part instanceof vscode.MarkdownString ? part.value : '')),
      );
      return texts.find(text => plain(text).includes('credit-risk v1 for production'));
    });
    assert.match(plain(hovers), /selection_rate_ratio where age_in_years <= 25 is 0\.\d+, below the required 0\.8/);
    assert.match(hovers, /\| before \| value \| when \|/);
  });

  test('the Test Explorer has every rule at its line, and judging one keeps a report', async function () {
    this.timeout(60_000);
    await vscode.commands.executeCommand('testing.refreshTests');
    const judgedAt = () =>
      withClient(workspaceFolder(), async client => {
        const { gates: reports } = await client.call('models/get', { name: 'credit-risk' });
        return Object.fromEntries(reports.map(report => [report.stage, report.judgedAt]));
      });
    const before = await judgedAt();
    await vscode.window.showTextDocument(uri, {
      selection: new vscode.Range(ruleLine() - 1, 12, ruleLine() - 1, 12),
    });
    await until('a new report of production', async () => {
      await vscode.commands.executeCommand('testing.runAtCursor');
      const now = await judgedAt();
      return (now['production'] ?? 0) > (before['production'] ?? 0) || undefined;
    });
    assert.equal((await judgedAt())['staging'], before['staging'], 'only the rule at the cursor was judged');
    const data = path.join(workspaceFolder().fsPath, 'data', 'german_credit.csv');
    assert.deepEqual(problems(vscode.Uri.file(data)), []);
  });

  test('the rows that fail are selected in the file', async () => {
    await replaceText(editor, original.replace('between: [18, 100]', 'between: [25, 100]'));
    assert.ok(await editor.document.save(), 'not saved');
    await vscode.commands.executeCommand('modelyard.validateData', link());
    const failing = await until('the failing rule', () =>
      problems(uri).find(problem => / expectation: /.test(problem)),
    );
    assert.match(failing, /^error \d+:9-\d+:\d+ expectation: age_in_years between 25 and 100: \d+ of 1,000 rows fail/);
    const rules = await withClient(workspaceFolder(), client => client.call('checks/last', { only: ['data'] }));
    const failed = rules.groups.flatMap(({ verdicts }) => verdicts).find(({ outcome }) => outcome === 'failed');
    await vscode.commands.executeCommand('modelyard.openFailingRows', { ...link(), rule: failed?.id });
    const shown = vscode.window.activeTextEditor;
    assert.match(shown?.document.uri.path ?? '', /german_credit\.csv$/);
    assert.equal(shown?.selections.length, 20);
    assert.deepEqual(
      shown?.selections.map(({ start }) => start.line + 1),
      failed?.evidence?.map(({ line }) => line),
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    editor = await openConfig();
    await replaceText(editor, original);
    assert.ok(await editor.document.save(), 'not saved');
    await vscode.commands.executeCommand('modelyard.validateData', link());
    await until('no failing rule', () => problems(uri).every(problem => !/ expectation: /.test(problem)) || undefined);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lenses, openConfig, placeOf, problems, replaceText, until } from './support';

/** A configuration with one mistake of each kind. */
const broken = `name: broken
datasets:
  applications:
    path: data/german_credit.csv
    expect:
      - {column: age_in_yeers, not_null: true}
pipelines:
  train:
    steps:
      validate: {uses: validate, with: {dataset: aplications}}
      split: {uses: split, neds: validate, with: {test: 0.3}}
      one: {run: "true", needs: two}
      two: {run: "true", needs: one}
      magic: {uses: magik}
`;

suite('modelyard.yaml in the editor', () => {
  let editor: vscode.TextEditor;
  let original = '';
  suiteSetup(async () => {
    editor = await openConfig();
    original = editor.document.getText();
  });
  teardown(async () => {
    await replaceText(editor, original);
    await editor.document.save();
  });

  test('the sample has no problem', async () => {
    await lenses(editor.document.uri);
    await vscode.commands.executeCommand('vscode.executeHoverProvider', editor.document.uri, new vscode.Position(1, 1));
    assert.deepEqual(problems(editor.document.uri), []);
  });

  test('each mistake is marked at its very place, before it is saved', async () => {
    await replaceText(editor, broken);
    const found = await until('five problems', () => {
      const now = problems(editor.document.uri);
      return now.length >= 5 ? now : undefined;
    });
    const at = (sought: string): string => {
      const { line, column } = placeOf(broken, sought);
      return `${line}:${column}-${line}:${column + sought.length}`;
    };
    const marks = found.map(text => text.replace(/: .*/, ''));
    assert.deepEqual(
      new Set(marks),
      new Set([
        `error ${at('age_in_yeers')} unknown-column`,
        `error ${at('aplications')} unknown-dataset`,
        `error ${at('neds')} unknown-key`,
        `error ${at('magik')} unknown-uses`,
        marks.find(mark => mark.endsWith(' cycle')) ?? 'no cycle is marked',
      ]),
    );
    const said = (code: string): string => found.find(text => text.includes(` ${code}: `)) ?? '';
    assert.match(said('unknown-column'), /age_in_yeers.*Did you mean .*age_in_years/s);
    assert.match(said('unknown-dataset'), /aplications.*[Dd]id you mean .*applications/s);
    assert.match(said('unknown-key'), /neds.*[Dd]id you mean .*needs/s);
    assert.match(said('cycle'), /one.*two|two.*one/s);
  });

  test('a mistake with a suggestion has a quick fix, and without the mistake the mark goes', async () => {
    const text = original.replace('needs: validate', 'neds: validate');
    await replaceText(editor, text);
    const { line, column } = placeOf(text, 'neds:');
    await until('the mark', () => problems(editor.document.uri).length > 0 || undefined);
    const place = new vscode.Range(line - 1, column - 1, line - 1, column);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      place,
    );
    const fix = actions.find(({ title }) => title === 'Change to needs');
    assert.ok(fix?.edit, `no quick fix among ${actions.map(({ title }) => title).join(', ')}`);
    assert.equal(fix.isPreferred, true);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(editor.document.getText(), original);
    await until('no problem', () => problems(editor.document.uri).length === 0 || undefined);
  });

  const complete = async (text: string, behind: string): Promise<readonly vscode.CompletionItem[]> => {
    await replaceText(editor, text);
    const position = editor.document.positionAt(text.indexOf(behind) + behind.length);
    assert.ok(text.includes(behind));
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      position,
    );
    return items;
  };
  const labels = (items: readonly vscode.CompletionItem[]): readonly string[] =>
    items.map(({ label }) => (typeof label === 'string' ? label : label.label));

  test('completion knows the steps, the datasets and the columns of the data', async () => {
    const steps = labels(await complete(original.replace('uses: train', 'uses: '), 'train:\n        uses: '));
    for (const step of ['validate', 'split', 'prepare', 'train', 'evaluate', 'gate', 'register'])
      assert.ok(steps.includes(step), `${step} is not among ${steps.join(', ')}`);
    const datasets = labels(await complete(original.replace('dataset: applications', 'dataset: '), 'with: {dataset: '));
    assert.deepEqual(
      datasets.filter(label => label === 'applications'),
      ['applications'],
    );
    const columns = labels(await complete(original.replace('label: creditability', 'label: cr'), 'label: cr'));
    for (const column of ['creditability', 'credit_amount', 'credit_history'])
      assert.ok(columns.includes(column), `${column} is not among ${columns.join(', ')}`);
  });

  test('hover explains the word under the mouse', async () => {
    const { line, column } = placeOf(original, 'stratify:');
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      new vscode.Position(line - 1, column),
    );
    assert.ok(hover?.range, 'no hover');
    assert.equal(editor.document.getText(hover.range), 'stratify');
    const [content] = hover.contents;
    assert.match(content instanceof vscode.MarkdownString ? content.value : '', /stratify/);
  });

  test('go to definition leads from a name to where it is defined', async () => {
    const definition = async (sought: string, name: string): Promise<vscode.Range> => {
      const { line, column } = placeOf(original, sought);
      const found = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeDefinitionProvider',
        editor.document.uri,
        new vscode.Position(line - 1, column - 1 + sought.indexOf(name)),
      );
      assert.equal(found.length, 1, `${sought} leads to ${found.length} places`);
      assert.equal(found[0]?.uri.toString(), editor.document.uri.toString());
      return found[0].range;
    };
    const dataset = await definition('dataset: applications', 'applications');
    assert.equal(dataset.start.line + 1, placeOf(original, '  applications:').line);
    const step = await definition('needs: prepare', 'prepare');
    assert.equal(step.start.line + 1, placeOf(original, '      prepare:').line);
    const model = await definition('model: credit-risk', 'credit-risk');
    assert.equal(model.start.line + 1, placeOf(original, '  credit-risk:').line);
  });

  test('text that is no YAML is a problem at its place', async () => {
    await replaceText(editor, 'name: x\npipelines: [\n');
    const found = await until('a problem', () => problems(editor.document.uri).find(text => text.includes(' yaml: ')));
    assert.match(found, /^error [23]:\d+-\d+:\d+ yaml: /);
  });
});

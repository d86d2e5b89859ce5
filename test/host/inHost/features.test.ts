import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FeatureCheck } from '../../../engine/protocol/featureMonitoring';
import type { AppliedFeatures, ComputedView } from '../../../engine/protocol/features';
import type { Materialisation } from '../../../engine/protocol/featureOnline';
import { featureFiles } from '../../support/featureFiles';
import type { Lens } from './support';
import { addFolder, click, lenses, openConfig, placeOf, problems, removeFolder, replaceText, until } from './support';

suite('features in the editor', () => {
  let folder: vscode.Uri;
  let uri: vscode.Uri;
  let text = '';
  suiteSetup(async () => {
    folder = await addFolder('loans', featureFiles());
    const { document } = await openConfig(folder);
    uri = document.uri;
    text = document.getText();
  });
  suiteTeardown(() => removeFolder(folder));

  /** The key of the view loans; a dataset has the same name. */
  const viewLine = (): number => placeOf(text, '    entity: applicant').line - 1;
  const above = async (line: number): Promise<readonly Lens[]> => (await lenses(uri)).filter(one => one.line === line);
  const lens = (line: number, wanted: RegExp): Promise<Lens> =>
    until(`the lens ${wanted.source}`, async () => (await above(line)).find(one => wanted.test(one.text)));
  const link = (more: object) => ({ folder: folder.toString(), ...more });
  const run = <T>(command: string, more: object = {}): Thenable<T> =>
    vscode.commands.executeCommand<T>(`modelyard.${command}`, link(more));
  const page = (label: string): Promise<vscode.Tab> =>
    until(`the page ${label}`, () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(one => one.label === label),
    );

  const fixes = (): Thenable<vscode.CodeAction[]> =>
    vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      new vscode.Range(viewLine() - 1, 3, viewLine() - 1, 3),
      vscode.CodeActionKind.QuickFix.value,
    );

  test('a view has its verbs and last state above it from the beginning, a service its verbs', async () => {
    await lens(viewLine(), /Compute/);
    const verbs = ['$(play) Compute', '$(open-preview) Preview', '$(cloud-upload) Materialise', 'not recorded yet'];
    assert.deepEqual(
      (await above(viewLine())).map(one => one.text),
      verbs,
    );
    const texts = async (key: string) => (await above(placeOf(text, key).line)).map(one => one.text);
    assert.deepEqual(await texts('  affordability:'), ['$(open-preview) Preview', 'not recorded yet']);
    assert.deepEqual(await texts('  credit-risk:'), ['$(open-preview) Preview', '$(table) Training set']);
  });

  test('recording gives a version, and the lens says so without a change of their number', async () => {
    const before = (await lenses(uri)).length;
    const applied = await run<AppliedFeatures>('recordFeatures');
    assert.deepEqual(applied.views, [
      { view: 'loans', version: 1, isNew: true },
      { view: 'affordability', version: 1, isNew: true },
    ]);
    await lens(viewLine(), /^\$\(layers\) v1 · not online yet$/);
    await lens(placeOf(text, '  affordability:').line, /^\$\(symbol-method\) v1 · computed at request$/);
    assert.equal((await lenses(uri)).length, before);
  });

  test('materialising brings the newest rows online, and a second time nothing', async () => {
    const first = await run<readonly Materialisation[]>('materialiseFeatures', { view: 'loans', full: true });
    assert.deepEqual(
      first.map(({ view, status, rows, written }) => ({ view, status, rows, written })),
      [{ view: 'loans', status: 'complete', rows: 41, written: 40 }],
    );
    await lens(viewLine(), /^\$\(layers-active\) v1 · online up to [^·]+$/);
    const again = await run<readonly Materialisation[]>('materialiseFeatures', { view: 'loans', full: false });
    assert.equal(again[0]?.rows, 0);
  });

  test('computing counts all rows of the source', async () => {
    const computed = await run<ComputedView>('computeFeatures', { view: 'loans' });
    assert.deepEqual([computed.version, computed.rows, computed.entities], [1, 41, 40]);
    await lens(viewLine(), /^\$\(layers-active\) v1 · online up to [^·]+ · 40 entities in its source$/);
  });

  test('checking raises alerts, which are problems at the view with a way to check again', async () => {
    const { alerts } = await run<FeatureCheck>('checkFeatures', { view: 'loans' });
    // one of 41 rows has no amount; the newest loan is of March 2026: its values expired after 60 days, none is in a window
    assert.deepEqual(
      alerts.map(({ kind, feature, value }) => [kind, feature, kind === 'nulls' ? value : undefined]),
      [
        ['age', undefined, undefined],
        ['nulls', 'amount', 1 / 41],
        ['nulls', 'monthly', 1 / 41],
        ['nulls', 'amount_mean_30d', 1],
      ],
    );
    const own = new RegExp(`^warning ${viewLine()}:3-${viewLine()}:8 feature-alert: loans@v1:amount is null in 2.4 %`);
    await until('the problem', () => problems(uri).find(one => own.test(one)));
    const titles = (await fixes()).map(({ title }) => title);
    assert.ok(titles.includes('Check loans again'), titles.join(', '));
  });

  test('the page of a view opens once, from its lens or by name', async () => {
    await click(await lens(viewLine(), /v1/));
    await page('loans (features)');
    await run('openFeatureView', { view: 'loans', part: 'versions' });
    const all = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    assert.equal(all.filter(one => one.label === 'loans (features)').length, 1);
    await vscode.window.tabGroups.close(await page('loans (features)'));
  });

  test('a reference is copied, a definition is opened at its key', async () => {
    assert.equal(await run('copyFeatureReference', { view: 'loans', feature: 'amount' }), 'loans:amount');
    assert.equal(await run('copyFeatureReference', { view: 'loans', version: 1 }), 'loans@v1');
    for (const [target, key] of [
      [{ view: 'loans', feature: 'monthly' }, '      monthly:'],
      [{ view: 'loans', feature: 'amount' }, '      amount: {type'],
      [{ service: 'credit-risk' }, '  credit-risk:'],
      [{ entity: 'applicant' }, '  applicant:'],
    ] as const) {
      await run('openFeatureDefinition', target);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.toString(), uri.toString());
      assert.equal(editor.selection.start.line + 1, placeOf(text, key).line, key);
    }
  });

  test('a column that the source lacks is a problem at the view, with what can be done, and gone once it is there', async () => {
    const file = path.join(folder.fsPath, 'data', 'loans.csv');
    const whole = featureFiles()['data/loans.csv'] ?? '';
    await writeFile(file, whole.replace('duration', 'months'));
    const editor = await openConfig(folder);
    await replaceText(editor, text.replace('owner: ana', 'owner: bea'));
    await editor.document.save();
    const own = new RegExp(`^error ${viewLine()}:3-${viewLine()}:8 feature-view: .*duration`);
    await until('the problem', () => problems(uri).find(one => own.test(one)));
    const actions = await fixes();
    assert.ok(actions.some(({ title }) => title === 'Show loans'));
    await lens(viewLine(), /^\$\(error\) .*cannot be resolved/);
    await writeFile(file, whole);
    await replaceText(editor, text);
    await editor.document.save();
    await until('no problem', () => !problems(uri).some(one => one.includes(' feature-view: ')) || undefined);
  });
});

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { workspaceFolder } from './extension';
import { click, lenses, openConfig, placeOf, problems, until, withClient } from './support';

suite('the credit-scoring sample', () => {
  let uri: vscode.Uri;
  let text = '';
  let before: readonly string[] = [];
  suiteSetup(async () => {
    const editor = await openConfig();
    uri = editor.document.uri;
    text = editor.document.getText();
  });

  /** `12 Run` without what changes from run to run. */
  const lineOf = (sought: string): number => placeOf(text, sought).line;

  test('lenses stand above each pipeline, step, model and stage', async () => {
    const found = await until('lenses', async () => {
      const now = await lenses(uri);
      return now.length > 0 ? now : undefined;
    });
    const of = (line: number): readonly string[] => found.filter(lens => lens.line === line).map(lens => lens.text);
    assert.deepEqual(of(lineOf('  train:')), ['$(play) Run', 'not run yet']);
    assert.deepEqual(of(lineOf('  network:')), ['$(play) Run', 'not run yet']);
    for (const step of ['validate', 'split', 'prepare', 'train', 'evaluate', 'gate', 'register'])
      assert.deepEqual(of(lineOf(`      ${step}:`)), ['$(play) Run step', 'not run yet'], step);
    assert.deepEqual(of(lineOf('  credit-risk:')), ['$(arrow-up) Promote…', 'no version yet']);
    assert.deepEqual(of(lineOf('      staging:')), ['not judged yet']);
    assert.deepEqual(of(lineOf('      production:')), ['not judged yet']);
    before = found.map(({ line }) => String(line));
    // Two pipelines with seven and five steps, two each; a model, and the two stages with gates.
    assert.equal(found.length, 2 * (2 + 7 + 5) + 2 + 2);
  });

  test('the lens runs the pipeline; its text follows, and in the end everybody knows', async function () {
    this.timeout(120_000);
    const line = lineOf('  train:');
    const run = (await lenses(uri)).find(lens => lens.line === line && lens.text === '$(play) Run');
    assert.equal(run?.command, 'modelyard.runPipeline');
    const seen = new Set<string>();
    const ended = click(run);
    await until('the stop lens', async () => {
      const now = (await lenses(uri)).filter(lens => lens.line === line);
      for (const lens of now) seen.add(lens.text);
      return now.some(lens => lens.command === 'modelyard.stopPipeline') || undefined;
    });
    await ended;
    assert.ok(
      [...seen].some(title => title.startsWith('$(loading~spin) ')),
      `seen: ${[...seen].join(' | ')}`,
    );
    const after = await until('the result', async () => {
      const now = await lenses(uri);
      return now.some(lens => lens.line === line && lens.text.startsWith('$(pass) ')) ? now : undefined;
    });
    assert.deepEqual(
      after.map(lens => String(lens.line)),
      before,
      'a run adds and takes no lens',
    );
    const of = (at: number): readonly string[] => after.filter(lens => lens.line === at).map(lens => lens.text);
    assert.match(of(line)[1] ?? '', /^\$\(pass\) (now|\d+ s ago) · [\d.:]+ (s|min)$/);
    assert.match(of(lineOf('      validate:'))[1] ?? '', /^\$\(pass\) .*1,000 rows/);
    assert.match(of(lineOf('  credit-risk:'))[1] ?? '', /^staging v1$/);
    assert.match(of(lineOf('      staging:'))[0] ?? '', /^\$\(warning\) v1 warns: .*0\.\d+/);

    await withClient(workspaceFolder(), async client => {
      const [summary] = await client.call('pipelines/list', {});
      assert.equal(summary?.last?.status, 'succeeded');
      assert.deepEqual(new Set(summary.last.steps.map(({ status }) => status)), new Set(['succeeded']));
      const { runs } = await client.call('runs/search', {});
      assert.equal(runs.length, 1);
      assert.equal(runs[0]?.status, 'FINISHED');
      assert.ok((runs[0].metrics['auc']?.value ?? 0) > 0.75);
      const [model] = await client.call('models/list', {});
      assert.deepEqual(
        model?.versions.map(({ version, stage }) => `v${version} ${stage}`),
        ['v1 staging'],
      );
    });
  });

  test('the gate that only warns for staging is a warning on its very line', async () => {
    const line = lineOf('- {slice: age_in_years <= 25, metric: selection_rate_ratio, at_least: 0.8, severity: warn}');
    const found = await until('the warning', () => problems(uri).find(problem => problem.startsWith('warning ')));
    assert.match(
      found,
      new RegExp(`^warning ${line}:\\d+-${line}:\\d+ gate: staging warns about credit-risk v1: .*0\\.8`),
    );
  });

  test('production is blocked, the rule that blocks is marked, and nothing moves', async function () {
    this.timeout(60_000);
    // What the lens of the model asks step by step is given here; the first entry of the gates says that they block.
    const folder = workspaceFolder().toString();
    const promotion = vscode.commands.executeCommand<{ promoted: boolean }>('modelyard.promoteModel', {
      ...{ folder, model: 'credit-risk', version: 1, stage: 'production' },
    });
    let isOver = false;
    void promotion.then(() => (isOver = true));
    await until('the answer', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return isOver || undefined;
    });
    assert.equal((await promotion).promoted, false);
    const last = text.split('\n').findLastIndex(row => row.includes('selection_rate_ratio')) + 1;
    const found = await until('the error', () => problems(uri).find(problem => problem.startsWith('error ')));
    assert.match(
      found,
      new RegExp(`^error ${last}:\\d+-${last}:\\d+ gate: production is closed to credit-risk v1: .*0\\.8`),
    );
    const lens = await until('the lens', async () =>
      (await lenses(uri)).find(candidate => candidate.text.startsWith('$(error) v1 blocked: ')),
    );
    assert.equal(lens.line, lineOf('      production:'));
    await withClient(workspaceFolder(), async client => {
      const { versions, history } = await client.call('models/get', { name: 'credit-risk' });
      assert.deepEqual(
        versions.map(({ stage }) => stage),
        ['staging'],
      );
      assert.ok(history.every(({ to }) => to !== 'production'));
    });
  });

  test('a version is given a name, and loses it', async () => {
    const version = { folder: workspaceFolder().toString(), model: 'credit-risk', version: 1 };
    const aliases = () =>
      withClient(workspaceFolder(), async client => (await client.call('models/get', { name: 'credit-risk' })).aliases);
    await vscode.commands.executeCommand('modelyard.setAlias', { ...version, alias: 'champion' });
    assert.deepEqual(await aliases(), { champion: 1 });
    await vscode.commands.executeCommand('modelyard.deleteAlias', version);
    assert.deepEqual(await aliases(), {});
  });

  test('a broken row stops the run at the step, marked in modelyard.yaml and on the line of the data file', async function () {
    this.timeout(60_000);
    const file = path.join(workspaceFolder().fsPath, 'data', 'german_credit.csv');
    const data = await readFile(file, 'utf8');
    const lines = data.split('\n');
    const header = (lines[0] ?? '').split(',');
    const at = header.indexOf('age_in_years');
    const cells = (lines[41] ?? '').split(',');
    assert.ok(at > 0 && cells.length >= header.length);
    try {
      // Rows may hold quoted commas: the cell is found from the end that has none.
      const tail = header.length - at;
      cells[cells.length - tail] = '7';
      await writeFile(file, [...lines.slice(0, 41), cells.join(','), ...lines.slice(42)].join('\n'));
      const run = await vscode.commands.executeCommand<PipelineRun>('modelyard.runPipeline', {
        folder: workspaceFolder().toString(),
        pipeline: 'train',
      });
      assert.equal(run.status, 'failed');
      const line = lineOf('{column: age_in_years, type');
      const found = await until('the mark in the config', () =>
        problems(uri).find(problem => problem.includes('data.expectation')),
      );
      assert.match(found, new RegExp(`^error ${line}:\\d+-${line}:\\d+ data\\.expectation: .*age_in_years`));
      const [mark] = vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'data.expectation');
      const [related] = mark?.relatedInformation ?? [];
      assert.equal(related?.location.uri.fsPath, file);
      assert.equal(related.location.range.start.line, 41);
      const inData = await until('the mark in the data', () => problems(vscode.Uri.file(file))[0]);
      assert.match(inData, /^error 42:1-42:\d+ data\.expectation: .*age_in_years/);
      const lens = (await lenses(uri)).filter(candidate => candidate.line === lineOf('  train:'))[1];
      assert.match(lens?.text ?? '', /^\$\(error\) failed at validate · /);
      assert.deepEqual(
        (await lenses(uri)).map(candidate => String(candidate.line)),
        before,
      );
    } finally {
      await writeFile(file, data);
    }
    const again = await vscode.commands.executeCommand<PipelineRun>('modelyard.runStep', {
      ...{ folder: workspaceFolder().toString(), pipeline: 'train', step: 'validate' },
    });
    assert.equal(again.status, 'succeeded');
    await until('no mark', () => problems(vscode.Uri.file(file)).length === 0 || undefined);
  });
});

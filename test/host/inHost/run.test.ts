import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import type { Endpoint } from '../../../engine/protocol/serving';
import type { ReplayReport } from '../../../engine/protocol/replay';
import type { Changed } from '../../../src/commands/compareWithHead';
import { workspaceFolder } from './extension';
import { click, lenses, openConfig, placeOf, problems, until, withClient, withoutPlan } from './support';

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
    const more = ['$(checklist) Plan', 'More…'];
    const of = (line: number): readonly string[] =>
      found.filter(lens => lens.line === line).map(({ text: shown }) => withoutPlan(shown));
    assert.deepEqual(of(lineOf('  train:')), ['$(play) Run', 'not run yet', ...more]);
    assert.deepEqual(of(lineOf('  network:')), ['$(play) Run', 'not run yet', ...more]);
    for (const step of ['validate', 'split', 'prepare', 'train', 'evaluate', 'test', 'gate', 'register'])
      assert.deepEqual(of(lineOf(`      ${step}:`)), ['$(play) Run step', 'not run yet'], step);
    assert.deepEqual(of(lineOf('  credit-risk:')), ['$(arrow-up) Promote…', '$(broadcast) Serve…', 'no version yet']);
    assert.deepEqual(of(lineOf('      staging:')), ['not judged yet']);
    assert.deepEqual(of(lineOf('      production:')), ['not judged yet']);
    before = found.map(({ line }) => String(line));
    const [state, ...others] = of(lineOf('  applications:'));
    assert.match(state ?? '', /^(versions|never used)$/);
    assert.deepEqual(others, ['$(type-hierarchy) Lineage']);
    // A dataset with its lineage; four pipelines with eight, five, five and six steps, two each, and two more of each pipeline; the study of
    // the step that tunes; a model, and the two stages with gates.
    assert.equal(found.length, 2 + 2 * (4 + 8 + 5 + 5 + 6) + 2 * 4 + 1 + 3 + 2);
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
    assert.match(of(lineOf('  credit-risk:'))[2] ?? '', /^staging v1$/);
    assert.match(of(lineOf('      staging:'))[0] ?? '', /^\$\(warning\) 6 of 7 · v1 · warns: .*0\.\d+/);

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

  test('a model is served by a lens, answers, is tested and stopped; its page opens once', async function () {
    this.timeout(120_000);
    const serve = (await lenses(uri)).find(lens => lens.text === '$(broadcast) Serve…');
    assert.equal(serve?.command, 'modelyard.serveModel');
    const target = { folder: workspaceFolder().toString(), model: 'credit-risk', version: 1 };
    const served = await vscode.commands.executeCommand<Endpoint>(serve.command, { ...target, stage: 'staging' });
    assert.deepEqual([served.at, served.version], ['1', 1]);
    const ping = (): Promise<Response> =>
      fetch(`${served.url}/ping`, { headers: { authorization: `Bearer ${served.token ?? ''}` } });
    const answer = await ping().then(response => response.text());
    await vscode.commands.executeCommand('notifications.clearAll');
    const stopped = await vscode.commands.executeCommand<Endpoint>('modelyard.stopServing', target);
    assert.equal(stopped.id, served.id);
    assert.equal(answer, 'OK');
    await assert.rejects(ping());

    for (const at of [{}, { stage: 'production' }, { part: 'serving' }])
      await vscode.commands.executeCommand('modelyard.openModel', { ...target, ...at });
    const pages = await until('the page', () => {
      const found = vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ label }) => label === 'credit-risk (model)');
      return found.length > 0 ? found : undefined;
    });
    assert.equal(pages.length, 1);
    await vscode.window.tabGroups.close(pages);
    await openConfig();
  });

  test('an archived version is restored, with its reason in the history', async () => {
    const target = { folder: workspaceFolder().toString(), model: 'credit-risk', version: 1 };
    await withClient(workspaceFolder(), async client => {
      await client.call('registry/archive', { name: 'credit-risk', version: 1, reason: 'to see' });
      await vscode.commands.executeCommand('modelyard.restoreVersion', { ...target, reason: 'still needed' });
      const { history, versions } = await client.call('models/get', { name: 'credit-risk' });
      assert.equal(versions[0]?.stage, 'dev');
      assert.equal(history[0]?.reason, 'still needed');
      await client.call('models/promote', { name: 'credit-risk', version: 1, to: 'staging' });
    });
  });

  test('the lens replays the run, which comes out bit for bit', async function () {
    this.timeout(120_000);
    const line = lineOf('  train:');
    await vscode.workspace
      .getConfiguration('modelyard')
      .update('codeLens.replay', true, vscode.ConfigurationTarget.Global);
    const lens = await until('its lens', async () =>
      (await lenses(uri)).find(one => one.line === line && one.text === '$(history) Replay'),
    );
    const report = await vscode.commands.executeCommand<ReplayReport>(lens.command, ...lens.arguments);
    assert.deepEqual(
      { verdict: report.verdict, differences: report.differences },
      { verdict: 'bit-identical', differences: [] },
    );
    await withClient(workspaceFolder(), async client => {
      const { tags } = await client.call('runs/get', { run: report.run.id });
      assert.equal(tags['modelyard.replay'], 'bit-identical');
      assert.equal((await client.call('models/get', { name: 'credit-risk' })).versions.length, 1);
    });
  });

  test('what is not as the run had it is listed, each with both sides for the diff editor', async function () {
    this.timeout(60_000);
    const file = path.join(workspaceFolder().fsPath, 'modelyard.yaml');
    const lens = (await lenses(uri)).find(one => one.text === '$(diff) Compare with HEAD');
    assert.ok(lens, 'no lens');
    const before = await readFile(file, 'utf8');
    const compare = async (): Promise<readonly Changed[]> => {
      const found = await vscode.commands.executeCommand<readonly Changed[] | undefined>(
        lens.command,
        ...lens.arguments,
      );
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return found ?? [];
    };
    assert.deepEqual(await compare(), []);
    try {
      await writeFile(file, before.replace('C: 0.1', 'C: 0.2'));
      await writeFile(path.join(workspaceFolder().fsPath, 'README.md'), 'Changed.');
      const found = await until('the change', async () => {
        const now = await compare();
        return now.length === 3 ? now : undefined;
      });
      assert.deepEqual(
        found.map(({ kind, name }) => [kind, name]),
        [
          ['config', 'modelyard.yaml'],
          ['param', 'train.with.C'],
          ['code', 'README.md'],
        ],
      );
      assert.equal(found[1]?.detail, '0.1 → 0.2');
      const { was, now } = found[0]?.sides ?? {};
      assert.ok(was && now);
      assert.equal((await vscode.workspace.openTextDocument(was)).getText(), before);
      const changed = await vscode.workspace.openTextDocument(now);
      await until('the changed text', () => changed.getText().includes('C: 0.2'));
    } finally {
      await writeFile(file, before);
      await vscode.workspace
        .getConfiguration('modelyard')
        .update('codeLens.replay', undefined, vscode.ConfigurationTarget.Global);
    }
    const document = await vscode.workspace.openTextDocument(uri);
    await until('the text as it was', () => document.getText() === before);
  });

  test('behind a parameter stands what runs say of it, and the hover has the table', async function () {
    this.timeout(60_000);
    let made = '';
    await withClient(workspaceFolder(), async client => {
      const { url, token } = await client.call('engine/listen', { port: 0 });
      const ask = async (method: string, body: object): Promise<{ run: { info: { run_id: string } } }> => {
        const headers = {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        };
        const answer = await fetch(`${url}/api/2.0/mlflow/${method}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        });
        assert.equal(answer.status, 200, method);
        return answer.json() as Promise<{ run: { info: { run_id: string } } }>;
      };
      const tags = [{ key: 'modelyard.pipeline', value: 'train' }];
      const { run } = await ask('runs/create', { experiment_id: '0', tags });
      const id = run.info.run_id;
      await ask('runs/log-parameter', { run_id: id, key: 'C', value: '0.3' });
      await ask('runs/log-metric', { run_id: id, key: 'auc', value: 0.9, timestamp: 1, step: 0 });
      await ask('runs/update', { run_id: id, status: 'FINISHED' });
      made = id;
    });
    const { line } = placeOf(text, 'C: 0.1');
    const column = placeOf(text, 'C: 0.1').column;
    const shown = await until('the table', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        new vscode.Position(line - 1, column - 1),
      );
      const texts = hovers.flatMap(({ contents }) => contents.map(one => (typeof one === 'string' ? one : one.value)));
      return texts.find(one => one.includes('| 0\\.3 | 1 | 0.9 |'));
    });
    assert.match(shown, /\*\*auc\*\* by \*\*C\*\* in 2 finished runs; higher is better/);
    assert.match(shown, /\| \*\*0\\\.1\*\* \(now\) \| 1 \| 0\.77/);
    await withClient(workspaceFolder(), async client => {
      await client.call('runs/delete', { runId: (await client.call('runs/get', { run: made })).id });
    });
    assert.match(shown, /\[0\.9 · r-\d+\]\(command:modelyard\.openRun\?/);
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
      (await lenses(uri)).find(candidate => candidate.text.startsWith('$(error) 10 of 11 · v1 · blocked: ')),
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

  test('a version is compared with who holds a stage, rejected by its author, and goes back', async function () {
    this.timeout(60_000);
    const version = { folder: workspaceFolder().toString(), model: 'credit-risk', version: 1 };
    const diff = await vscode.commands.executeCommand<{ after: { version: number }; gates: { after?: object } }>(
      'modelyard.diffVersion',
      { ...version, stage: 'production' },
    );
    assert.equal(diff.after.version, 1);
    assert.ok(diff.gates.after);
    /** Answers questions as they come. */
    const answered = async (command: string, argument: object): Promise<void> => {
      let isOver = false;
      const running = vscode.commands.executeCommand(command, argument).then(() => (isOver = true));
      await until('the answer', async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return isOver || undefined;
      });
      await running;
    };
    await answered('modelyard.rejectVersion', { ...version, stage: 'production' });
    await answered('modelyard.demoteVersion', { ...version, stage: 'dev' });
    await withClient(workspaceFolder(), async client => {
      const { versions, approvals, history } = await client.call('models/get', { name: 'credit-risk' });
      assert.deepEqual(
        approvals.map(({ decision, stage, standing }) => [decision, stage, standing]),
        [['rejected', 'production', 'counts']],
      );
      assert.equal(versions[0]?.stage, 'dev');
      assert.equal(history[0]?.isRollback, true);
      await client.call('registry/withdraw', { name: 'credit-risk', version: 1, stage: 'production', reason: '' });
      await client.call('models/promote', { name: 'credit-risk', version: 1, to: 'staging', reason: 'as it was' });
    });
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

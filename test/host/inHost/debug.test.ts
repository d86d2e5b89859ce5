import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { addFolder, click, lenses, openConfig, removeFolder, until, withClient } from './support';

const config = `name: debugged
pipelines:
  p:
    env: {MODE: fast}
    steps:
      split: {run: "echo 0.25 > share.txt", outs: [share.txt]}
      score: {run: node --no-warnings score.js "two words", needs: split, outs: [made/score.txt]}
      train: {run: bin/python -u -m trainer --epochs 3, needs: split}
      pipe: {run: node score.js | cat}
      filled: {run: "node score.js '\${command:workbench.action.closeAllEditors}'", needs: split}
`;
const score = `const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const share = Number(readFileSync('share.txt', 'utf8'));
const { MODE, MLFLOW_RUN_ID, MLFLOW_TRACKING_URI } = process.env;
console.log(['scored', MODE, MLFLOW_RUN_ID, MLFLOW_TRACKING_URI, process.argv[2]].join('|'));
mkdirSync('made', { recursive: true });
writeFileSync('made/score.txt', String(share));
if (process.env.MODE === 'slow') setInterval(() => {}, 1000);
process.exitCode = share > 0.2 ? 0 : 3;
`;
/** What a command called python is started with, in JavaScript: not every machine that tests has a Python. */
const python = `#!/usr/bin/env node
console.log('python', process.argv.slice(2).join(' '), process.env.MODE);
process.exit(5);
`;

suite('a step under the debugger', () => {
  let folder: vscode.Uri;
  let uri: vscode.Uri;
  suiteSetup(async function () {
    this.timeout(60_000);
    if (process.platform === 'win32') this.skip();
    folder = await addFolder('debugged', { 'modelyard.yaml': config, 'score.js': score, 'bin/python': python });
    uri = (await openConfig(folder)).document.uri;
    await until('its lenses', async () => (await lenses(uri)).length > 0 || undefined);
    await vscode.commands.executeCommand('modelyard.runStep', link('split'));
  });
  teardown(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
  });
  suiteTeardown(() => removeFolder(folder));

  const link = (step: string) => ({ folder: folder.toString(), pipeline: 'p', step });
  const debug = (step: string): Thenable<PipelineRun | undefined> =>
    vscode.commands.executeCommand('modelyard.debugStep', link(step));
  const logOf = (run: PipelineRun): Promise<string> =>
    withClient(folder, async client => {
      const step = run.steps[0]?.name ?? '';
      return (await client.call('pipelines/log', { id: run.id, step })).text;
    });
  const session = (): Promise<vscode.DebugSession> =>
    until('a session', () => vscode.debug.activeDebugSession ?? undefined);

  test('a command in which VS Code would put something else is refused, and nothing is put there', async function () {
    this.timeout(60_000);
    const run = await debug('filled');
    assert.match(
      run?.error?.message ?? '',
      /VS Code would put something else in the place of \$\{…\} in \$\{command:workbench\.action\.closeAllEditors\}\.$/,
    );
    assert.ok(vscode.window.activeTextEditor);
  });

  test('only commands that a debugger can start have the lens', async () => {
    const found = (await lenses(uri)).filter(({ command }) => command === 'modelyard.debugStep');
    assert.deepEqual(
      found.map(({ line, text }) => `${line} ${text}`),
      ['7 $(debug-alt) Debug', '8 $(debug-alt) Debug', '10 $(debug-alt) Debug'],
    );
  });

  test('the lens runs it to a breakpoint, with the inputs and variables of a real run; what it makes is kept', async function () {
    this.timeout(60_000);
    const script = vscode.Uri.joinPath(folder, 'score.js');
    const at = new vscode.Location(script, new vscode.Position(5, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)]);
    const lens = (await lenses(uri)).find(({ line, text }) => line === 7 && text === '$(debug-alt) Debug');
    assert.ok(lens);
    const running = click(lens);
    const item = await until('the frame of the breakpoint', () => {
      const now = vscode.debug.activeStackItem;
      return now instanceof vscode.DebugStackFrame ? now : undefined;
    });
    const answer: { result: string } = await item.session.customRequest('evaluate', { expression: 'share * 2' });
    assert.equal(answer.result, '0.5');
    await assert.rejects(access(path.join(folder.fsPath, 'made', 'score.txt')), 'it has not gone on');
    await item.session.customRequest('continue', { threadId: 1 });
    const run = (await running) as PipelineRun;
    assert.deepEqual(
      { status: run.status, debug: run.debug, steps: run.steps.map(({ name }) => name) },
      { status: 'succeeded', debug: 'node', steps: ['score'] },
    );
    const log = await logOf(run);
    assert.match(log, new RegExp(`^scored\\|fast\\|${run.runId}\\|http://127\\.0\\.0\\.1:\\d+\\|two words$`, 'm'));
    assert.equal(await readFile(path.join(folder.fsPath, 'made', 'score.txt'), 'utf8'), '0.25');
    await withClient(folder, async client => {
      const { tags, status } = await client.call('runs/get', { run: run.runId });
      assert.deepEqual([tags['modelyard.debug'], status], ['node', 'FINISHED']);
      const made = await client.call('runs/artifacts', { runId: run.runId, path: 'made' });
      assert.deepEqual(
        made.map(entry => entry.path),
        ['made/score.txt'],
      );
    });
  });

  test('its exit code is the outcome: of Node, which no debugger tells, and of Python with its module', async function () {
    this.timeout(60_000);
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'share.txt'), Buffer.from('0.1\n'));
    const node = await debug('score');
    assert.equal(node?.status, 'failed');
    assert.match(node.error?.message ?? '', /ended with exit code 3, under the debugger/);
    const module = await debug('train');
    assert.match(module?.error?.message ?? '', /ended with exit code 5, under the debugger/);
    assert.match(await logOf(module!), /^python -u -m trainer --epochs 3 fast$/m);
    assert.equal(module?.debug, 'python');
  });

  test('stopped in the debugger it is cancelled; stopped as a run, the session ends', async function () {
    this.timeout(60_000);
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace('MODE: fast', 'MODE: slow')));
    const first = debug('score');
    await until('what it prints', () => access(path.join(folder.fsPath, 'made', 'score.txt')).then(() => true));
    await vscode.debug.stopDebugging(await session());
    assert.equal((await first)?.status, 'cancelled');
    const second = debug('score');
    await session();
    await vscode.commands.executeCommand('modelyard.stopPipeline', link('score'));
    assert.equal((await second)?.status, 'cancelled');
    await until('the end of the session', () => vscode.debug.activeDebugSession === undefined || undefined);
  });

  test('what needs a shell is refused, and no run is made of it', async () => {
    const count = (): Promise<number> =>
      withClient(folder, async client => (await client.call('pipelines/runs', {})).length);
    const before = await count();
    assert.equal(await debug('pipe'), undefined);
    assert.equal(vscode.debug.activeDebugSession, undefined);
    assert.equal(await count(), before);
  });
});

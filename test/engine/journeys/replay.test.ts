import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { ReplayReport } from '../../../engine/protocol/replay';
import { gitRepository } from '../../support/gitRepository';
import { journey } from '../../support/journey';
import { copySample, until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 }); // whole pipelines, on a machine that may be busy

const it = journey();

const { git, begin } = gitRepository(() => it.folder);
const newRepository = (): string => begin('.modelyard/', 'modelyard.lock');

/** All that a person may have in a repository: what replaying must leave as it was. */
const stateOf = (): unknown => ({
  head: git('rev-parse', 'HEAD', '--abbrev-ref', 'HEAD'),
  refs: git('for-each-ref'),
  worktrees: git('worktree', 'list', '--porcelain'),
  stash: git('stash', 'list'),
  status: git('status', '--porcelain'),
  index: readFileSync(path.join(it.folder, '.git', 'index')).toString('base64'),
  metadata: existsSync(path.join(it.folder, '.git', 'worktrees'))
    ? readdirSync(path.join(it.folder, '.git', 'worktrees'))
    : [],
});

const scratchFolders = (): readonly string[] =>
  readdirSync(os.tmpdir()).filter(name => name.startsWith('modelyard-replay-'));

const replay = async (run: string): Promise<{ code: number; report: ReplayReport; error: unknown }> => {
  const { code, json } = await it.cli('replay', run);
  const error: unknown = (json as { error?: unknown }).error;
  return { code, report: json as ReplayReport, error };
};

const config = (command: string, more = ''): string => `name: tiny
datasets:
  numbers: {path: "my data/numbers.csv"}
pipelines:
  p:
    steps:
      check: {uses: validate, with: {dataset: numbers}}
      work: {run: ${JSON.stringify(command)}, needs: check, outs: [out.json]}
${more}`;
const node = JSON.stringify(process.execPath);

test('the credit sample comes out bit for bit, and nothing of the person’s is touched', async () => {
  copySample(it.folder);
  newRepository();
  const yaml = path.join(it.folder, 'modelyard.yaml');
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('C: 0.1', 'C: 0.3')); // not committed
  git('stash', 'list');
  const first = await it.run('train');
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('C: 0.3', 'C: 5'));
  const before = stateOf();
  const { code, report } = await replay(`r-${first.outcome.run!.number}`);
  expect(report, JSON.stringify(report)).toMatchObject({ verdict: 'bit-identical', differences: [], causes: [] });
  expect(code).toBe(0);
  expect(report.compared.metrics).toBeGreaterThan(15);
  expect(report.compared.files).toBeGreaterThan(10);
  expect(report.data).toEqual([
    { name: 'applications', digest: expect.stringMatching(/^[0-9a-f]{64}$/), from: 'commit' },
  ]);
  expect(stateOf()).toEqual(before);
  expect(scratchFolders()).toEqual([]);
  const kept = await it.client.call('runs/get', { run: first.pipelineRun.runId });
  expect(kept.tags).toMatchObject({ 'modelyard.replay': 'bit-identical' });
  expect(JSON.parse(await it.artifact(kept.id, 'replay/report.json'))).toEqual(report);
  expect((await it.client.call('models/get', { name: 'credit-risk' })).versions).toHaveLength(1);
});

describe('a command', () => {
  const write = (more: Readonly<Record<string, string>>, command = `${node} "my code/work.js"`): void => {
    it.write({ 'my data/numbers.csv': 'x\n1\n2\n3\n', 'modelyard.yaml': config(command), ...more });
  };
  const work = (expression: string): string =>
    `const fs = require('fs'); const factor = fs.existsSync('lib/factor.txt') ? Number(fs.readFileSync('lib/factor.txt')) : 1;\n` +
    `fs.writeFileSync('out.json', JSON.stringify({ value: ${expression} }));\n`;

  test('runs with the changes and the files that were not committed, in a folder with blanks', async () => {
    write({ 'my code/work.js': work('1 * factor') });
    newRepository();
    it.write({ 'my code/work.js': work('2 * factor'), 'lib/factor.txt': '21' });
    const made = await it.run('p');
    expect(JSON.parse(await it.artifact(made.pipelineRun.runId, 'out.json'))).toEqual({ value: 42 });
    it.write({ 'my code/work.js': work('9 * factor'), 'lib/factor.txt': '9', 'out.json': '"mine"' });
    const before = stateOf();
    const { code, report } = await replay(made.pipelineRun.runId);
    expect(report, JSON.stringify(report)).toMatchObject({
      verdict: 'bit-identical',
      code: { commit: git('rev-parse', 'HEAD').trim(), changed: 1, files: 1 },
    });
    expect(code).toBe(0);
    expect(readFileSync(path.join(it.folder, 'out.json'), 'utf8')).toBe('"mine"');
    expect(stateOf()).toEqual(before);
  });

  test('whose result is another each time is told, file by file, with the likely causes', async () => {
    write({ 'my code/work.js': work('Math.random()') });
    newRepository();
    const made = await it.run('p');
    const { code, report } = await replay(made.pipelineRun.runId);
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'different' });
    expect(report.differences).toMatchObject([{ kind: 'file', name: 'out.json', size: 'more' }]);
    expect(report.causes.join(' ')).toContain('The command of the step work may use chance');
    const { stdout } = await it.text('replay', made.pipelineRun.runId);
    expect(stdout).toContain('different, 1 difference');
  });

  test('whose numbers differ by less than a millionth is within tolerance', async () => {
    write({ 'my code/work.js': work(`0.5 + (process.cwd().includes('modelyard-replay-') ? 1e-8 : 0)`) });
    newRepository();
    const made = await it.run('p');
    const { code, report } = await replay(made.pipelineRun.runId);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'within-tolerance' });
    expect(report).toMatchObject({
      tolerance: { relative: 1e-6 },
      differences: [{ name: 'out.json', size: 'tolerance' }],
    });
  });

  test('that fails there says so, and what it lacks', async () => {
    write({ 'my code/work.js': work('1'), '.gitignore': 'secret/\n', 'secret/x.txt': '1' }, `cat secret/x.txt && ${node} "my code/work.js"`); // prettier-ignore
    newRepository();
    const made = await it.run('p');
    const { code, report } = await replay(made.pipelineRun.runId);
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'different' });
    expect(report.differences[0]).toMatchObject({ kind: 'step', name: 'work', was: 'succeeded' });
    expect(report.error?.code).toBe('step.failed');
    expect(report.causes.join(' ')).toContain('Folders that git ignores');
  });

  test('is made of the kept files where there is no repository', async () => {
    rmSync(path.join(it.folder, '.git'), { recursive: true, force: true });
    write({ 'my code/work.js': work('5') });
    const made = await it.run('p');
    it.write({ 'my code/work.js': work('6') });
    const { code, report } = await replay(made.pipelineRun.runId);
    expect(report, JSON.stringify(report)).toMatchObject({
      verdict: 'bit-identical',
      data: [{ name: 'numbers', from: 'workspace' }],
    });
    expect(report.notes.join(' ')).toContain('There was no commit');
    expect(code).toBe(0);
  });

  test('data that has changed since is refused, with the name and both digests', async () => {
    write({ 'my code/work.js': work('1') });
    newRepository();
    appendFileSync(path.join(it.folder, 'my data', 'numbers.csv'), '4\n');
    const made = await it.run('p');
    const same = await replay(made.pipelineRun.runId);
    expect(same.report).toMatchObject({ verdict: 'bit-identical', data: [{ from: 'workspace' }] });
    const read = made.outcome.run!.inputs[0]!.digest;
    appendFileSync(path.join(it.folder, 'my data', 'numbers.csv'), '5\n');
    const { code, error } = await replay(made.pipelineRun.runId);
    expect(code).toBe(3);
    expect(error).toMatchObject({
      code: 'data.missing',
      message: expect.stringContaining(`sha-256 ${read.slice(0, 12)}, my data/numbers.csv now has `),
      data: { dataset: 'numbers', wanted: read, found: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(scratchFolders()).toEqual([]);
  });

  test('a link in the commit does not let anything be written elsewhere', async () => {
    write({ 'my code/work.js': work('1') });
    symlinkSync(path.join(it.folder, 'my data'), path.join(it.folder, 'linked'));
    it.write({
      'modelyard.yaml': config(`${node} "my code/work.js"`).replace('my data/numbers.csv', 'linked/numbers.csv'),
    });
    newRepository();
    const made = await it.run('p');
    expect(made.code, JSON.stringify(made.error)).toBe(0);
    appendFileSync(path.join(it.folder, 'my data', 'numbers.csv'), '7\n');
    const before = readFileSync(path.join(it.folder, 'my data', 'numbers.csv'), 'utf8');
    await replay(made.pipelineRun.runId);
    expect(readFileSync(path.join(it.folder, 'my data', 'numbers.csv'), 'utf8')).toBe(before);
    rmSync(path.join(it.folder, 'linked'));
  });

  test('cancelling ends all of it and leaves nothing', async () => {
    // only in the scratch folder is it slow
    write({ 'my code/work.js': work('1') }, `case "$PWD" in *replay*) sleep 300;; esac; ${node} "my code/work.js"`);
    newRepository();
    const made = await it.run('p');
    const { runId } = made.pipelineRun;
    const abort = new AbortController();
    const replayed = it.client.call(
      'runs/replay',
      { run: runId },
      {
        signal: abort.signal,
        onProgress: ({ message }) => {
          if (message.startsWith('work')) abort.abort();
        },
      },
    );
    await expect(replayed).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => scratchFolders().length === 0, 20_000);
    expect(stateOf()).toMatchObject({ metadata: [] });
    expect((await it.client.call('runs/get', { run: runId })).tags).not.toHaveProperty('modelyard.replay');
  });
});

test('what an engine that was killed leaves behind is removed by the next one', async () => {
  const command = `case "$PWD" in *replay*) sleep 301;; esac; echo {} > out.json`;
  it.write({ 'my data/numbers.csv': 'x\n1\n', 'modelyard.yaml': config(command) });
  newRepository();
  const made = await it.run('p');
  const before = stateOf();
  const { pid } = it.client.welcome;
  const killed = it.client.call('runs/replay', { run: made.pipelineRun.runId }, {
    onProgress: ({ message }) => {
      if (message.startsWith('work') && it.client.welcome.pid === pid) process.kill(pid, 'SIGKILL');
    },
  }); // prettier-ignore
  await expect(killed).rejects.toMatchObject({ code: 'engine.unreachable' });
  expect(scratchFolders()).toHaveLength(1);
  expect(stateOf()).not.toEqual(before); // the repository still knows the work tree
  await it.client.call('engine/status', {});
  expect(it.client.welcome.pid).not.toBe(pid);
  await until(() => scratchFolders().length === 0, 30_000);
  await until(() => JSON.stringify(stateOf()) === JSON.stringify(before), 10_000);
  if (process.platform === 'linux') await until(() => !commands().some(line => line.includes('sleep 301')), 10_000);
  expect(await it.cli('replay', 'r-99999')).toMatchObject({ code: 2 });
});

const commands = (): readonly string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });

test('what cannot be made again is refused with the reason', async () => {
  it.write({ 'my data/numbers.csv': 'x\n1\n', 'modelyard.yaml': config(`echo {} > out.json`) });
  newRepository();
  expect(await it.cli('replay', 'r-99999')).toMatchObject({ code: 2, json: { error: { code: 'not-found' } } });
  const made = await it.run('p');
  const only = await it.run('p', '--only', 'work');
  expect((await replay(only.pipelineRun.runId)).error).toMatchObject({ code: 'conflict', message: expect.stringContaining('ran only work') }); // prettier-ignore
  git('commit', '-q', '--amend', '-m', 'other');
  rmSync(path.join(it.folder, '.git', 'logs'), { recursive: true, force: true });
  git('gc', '-q', '--prune=now');
  const { code, error } = await replay(made.pipelineRun.runId);
  expect({ code, error }).toMatchObject({ code: 3, error: { code: 'conflict', message: expect.stringContaining('is not in this repository') } }); // prettier-ignore
});

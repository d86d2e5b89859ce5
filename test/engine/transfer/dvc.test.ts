import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

const records = (t: TestTransfer) => t.tracking.searchRecords({ orderBy: ['start_time ASC'] }).records;
const run = (t: TestTransfer, name: string) => records(t).find(record => record.name === name)!;

test('the folder as it is: parameters, metrics, the history of DVCLive, the files that tell of it', async () => {
  const t = await openTestTransfer();
  const report = await t.import(copyOf('dvc', 'credit'));
  expect(report).toMatchObject({ kind: 'dvc', runs: { imported: 1, broken: 0 }, problems: [], notes: [] });
  const workspace = run(t, 'workspace');
  expect(t.tracking.getExperiment(workspace.experimentId).name).toBe('credit');
  expect(workspace.params).toEqual({
    lr: '0.2',
    'train.epochs': '5',
    'train.layers': '[4,2]',
    flag: 'true',
    optimizer: 'adam',
  });
  const last = Object.fromEntries(Object.entries(workspace.metrics).map(([key, { value }]) => [key, value]));
  expect(last).toEqual({ auc: 0.81, 'nested.f1': 0.7, nan: Number.NaN, loss: 0.04, 'val/auc': 0.9 });
  expect(t.tracking.history(workspace.id, 'loss').points.map(({ step, value }) => [step, value])).toEqual([
    [0, 0.2],
    [1, 0.1],
    [2, 0.2 / 3],
    [3, 0.05],
    [4, 0.04],
  ]);
  expect(t.tracking.artifacts(workspace.id).map(({ path: name }) => name)).toEqual([
    'dvclive', 'results', 'dvc.lock', 'dvc.yaml', 'params.yaml',
  ]); // prettier-ignore
});

test('the same folder again is the same run; other parameters are another', async () => {
  const t = await openTestTransfer();
  const folder = copyOf('dvc', 'credit');
  await t.import(folder);
  expect((await t.import(folder)).runs).toMatchObject({ imported: 0, unchanged: 1 });
  writeFileSync(path.join(folder, 'params.yaml'), 'lr: 0.3\n');
  expect((await t.import(folder)).runs).toMatchObject({ imported: 1 });
});

test('a folder of DVCLive alone, with times', async () => {
  const t = await openTestTransfer();
  const folder = path.join(copyOf('dvc', 'credit'), 'dvclive');
  rmSync(path.join(folder, 'dvc.yaml'));
  writeFileSync(
    path.join(folder, 'plots/metrics/loss.tsv'),
    'timestamp\tstep\tloss\n1700000000000\t3\t0.5\n1700000001000\t4\tnan\n',
  );
  expect((await t.import(folder)).runs).toMatchObject({ imported: 1, broken: 0 });
  expect(t.tracking.history(run(t, 'workspace').id, 'loss').points).toEqual([
    { step: 3, value: 0.5, time: 1700000000000 },
    { step: 4, value: Number.NaN, time: 1700000001000 },
  ]);
});

test('parameters of Python and TOML are those that the last run used; the same key of two files is told apart', async () => {
  const t = await openTestTransfer();
  const folder = copyOf('dvc', 'credit');
  appendFileSync(
    path.join(folder, 'dvc.lock'),
    '  more:\n    params:\n      conf.py:\n        depth: 4\n      other.yaml:\n        lr: 9\n',
  );
  writeFileSync(path.join(folder, 'other.yaml'), 'lr: 9\n');
  appendFileSync(path.join(folder, 'dvc.yaml'), 'params: [other.yaml]\n');
  await t.import(folder);
  expect(run(t, 'workspace').params).toMatchObject({ depth: '4', lr: '0.2', 'other.yaml:lr': '9' });
});

describe('what cannot be read is said', () => {
  test.each([
    ['dvclive/plots/metrics/loss.tsv', 'step\tloss\n0\thigh\n', /"0\\thigh" is not a step and a value/, 2],
    ['dvclive/plots/metrics/loss.tsv', 'a\tb\n', /has no column loss/, 1],
    ['results/metrics.json', '{', /it is not JSON/, undefined],
    ['params.yaml', 'a: [1', /it is not YAML/, undefined],
  ])('%s: %j', async (name, text, why, line) => {
    const t = await openTestTransfer();
    const folder = copyOf('dvc', 'credit');
    writeFileSync(path.join(folder, name), text);
    const report = await t.import(folder);
    expect(report.runs).toMatchObject({ imported: 0, broken: 1 });
    expect(report.problems[0]).toMatchObject({
      message: expect.stringMatching(why),
      place: { file: path.join(folder, name) },
    });
    expect(report.problems[0]!.place!.line).toBe(line);
  });

  test('a dvc.yaml that is none', async () => {
    const t = await openTestTransfer();
    const folder = copyOf('dvc', 'credit');
    writeFileSync(path.join(folder, 'dvc.yaml'), 'stages: [');
    await expect(t.import(folder)).rejects.toMatchObject({
      code: 'data.unreadable',
      place: { file: path.join(folder, 'dvc.yaml') },
    });
  });

  test('names that lead out of the project are not followed', async () => {
    const t = await openTestTransfer();
    const folder = copyOf('dvc', 'credit');
    writeFileSync(path.join(folder, '../secret.json'), '{"secret": 1}');
    symlinkSync(path.join(folder, '../secret.json'), path.join(folder, 'link.json'));
    appendFileSync(path.join(folder, 'dvc.yaml'), 'params: [../secret.json, link.json]\n');
    await t.import(folder);
    expect(Object.keys(run(t, 'workspace').params)).not.toContain('secret');
  });
});

describe.skipIf(spawnSync('git', ['--version']).status !== 0)('with git', () => {
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  function repository(): string {
    const folder = copyOf('dvc', 'credit');
    git(folder, 'init', '-q', '-b', 'main');
    writeFileSync(path.join(folder, '.gitignore'), 'results\n');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'train it');
    return folder;
  }

  test('commits that changed results, and experiments below theirs', async () => {
    const t = await openTestTransfer();
    const folder = repository();
    const base = git(folder, 'rev-parse', 'HEAD').trim();
    writeFileSync(path.join(folder, 'readme.txt'), 'x');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'no result');
    writeFileSync(path.join(folder, 'params.yaml'), 'lr: 0.5\n');
    git(folder, 'commit', '-q', '-a', '-m', 'an experiment');
    git(folder, 'update-ref', `refs/exps/${base.slice(0, 2)}/${base.slice(2)}/brave-owl`, 'HEAD');
    git(folder, 'reset', '-q', '--hard', 'HEAD~1');
    const report = await t.import(folder);
    expect(report.runs).toMatchObject({ imported: 3, broken: 0 });
    const first = run(t, base.slice(0, 7));
    expect(first).toMatchObject({
      user: 'Ada',
      params: { lr: '0.2' },
      tags: { 'mlflow.note.content': 'train it', 'dvc.commit': base },
    });
    expect(run(t, 'brave-owl')).toMatchObject({ parentRunId: first.id, params: { lr: '0.5' } });
    // the folder has results that no commit has
    expect(run(t, 'workspace').metrics['auc']).toMatchObject({ value: 0.81 });
    expect((await t.import(folder)).runs).toMatchObject({ imported: 0, unchanged: 3 });
  });

  test('a folder that says what a commit says is not a run of its own', async () => {
    const t = await openTestTransfer();
    const folder = repository();
    rmSync(path.join(folder, 'results'), { recursive: true });
    expect((await t.import(folder)).runs).toMatchObject({ imported: 1 });
  });

  test('results that only DVC’s cache has', async () => {
    const t = await openTestTransfer();
    const folder = repository();
    const text = readFileSync(path.join(folder, 'results/metrics.json'));
    const md5 = createHash('md5').update(text).digest('hex');
    const cache = path.join(folder, '.dvc/cache/files/md5', md5.slice(0, 2));
    mkdirSync(cache, { recursive: true });
    writeFileSync(path.join(cache, md5.slice(2)), text);
    rmSync(path.join(folder, 'results'), { recursive: true });
    await t.import(folder);
    const commit = records(t).find(({ name }) => name !== 'workspace')!;
    expect(readFileSync(path.join(folder, 'dvc.lock'), 'utf8')).toContain(md5);
    expect(commit.metrics['auc']).toMatchObject({ value: 0.81 });
  });

  test('another repository of this machine is not read', async () => {
    const t = await openTestTransfer();
    const other = repository();
    const folder = copyOf('dvc', 'plain');
    writeFileSync(path.join(folder, '.git'), `gitdir: ${path.join(other, '.git')}\n`);
    expect((await t.import(folder)).runs.imported).toBe(1);
    expect(records(t).map(({ name }) => name)).toEqual(['workspace']);
  });
});

import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import type { RunRecord } from '../../../engine/tracking/records';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

const run = (t: TestTransfer, name: string): RunRecord => {
  const found = t.tracking.searchRecords({ lifecycle: 'all' }).records.find(record => record.name === name);
  if (found === undefined) throw new Error(`There is no run ${name}.`);
  return found;
};
const points = (t: TestTransfer, record: RunRecord, key: string) => t.tracking.history(record.id, key).points;
/** The folder of the run with this name. */
function folderOf(store: string, name: string): string {
  for (const entry of readdirSync(store, { recursive: true, encoding: 'utf8' }))
    if (entry.endsWith('meta.yaml') && readFileSync(path.join(store, entry), 'utf8').includes(`run_name: ${name}\n`))
      return path.join(store, path.dirname(entry));
  throw new Error(`There is no run ${name}.`);
}
const text = async (t: TestTransfer, record: RunRecord, file: string): Promise<string> =>
  Buffer.from((await t.tracking.readArtifact(record.id, file)).bytes).toString('utf8');

/** What make_mlflow.py logged, whatever version of MLflow wrote it. */
describe.each(['mlruns-3.17', 'mlruns-2.9'])('%s', fixture => {
  test('every run is here, with its id, name, times, status, user and state', async () => {
    const t = await openTestTransfer();
    const store = copyOf(fixture);
    const report = await t.import(store);
    expect(report).toMatchObject({
      kind: 'mlruns',
      runs: { imported: 5, updated: 0, unchanged: 0, conflicting: 0, broken: 0, incomplete: 0 },
      experiments: 2,
      problems: [],
      notes: [],
    });
    const meta = readFileSync(path.join(folderOf(store, 'parent'), 'meta.yaml'), 'utf8');
    const number = (key: string): number => Number(new RegExp(`${key}: (\\d+)`).exec(meta)?.[1]);
    const parent = run(t, 'parent');
    expect(parent).toMatchObject({
      id: path.basename(folderOf(store, 'parent')),
      status: 'FINISHED',
      user: 'ada',
      lifecycle: 'active',
      startedAt: number('start_time'),
      endedAt: number('end_time'),
    });
    expect(run(t, 'child').parentRunId).toBe(parent.id);
    expect(run(t, 'deleted')).toMatchObject({ status: 'FAILED', lifecycle: 'deleted' });
    expect(run(t, 'killed')).toMatchObject({ status: 'KILLED', experimentId: '0', params: { p: '1' } });
  });

  test('params and tags are kept to the letter', async () => {
    const t = await openTestTransfer();
    await t.import(copyOf(fixture));
    const { params, tags } = run(t, 'parent');
    expect(params).toEqual({ lr: '0.1', 'model/depth': '3', text: 'a\nb  c ü', constructor: 'x' });
    expect(tags).toMatchObject({ 'mlflow.note.content': 'a note', 'mlflow.runName': 'parent', 'mlflow.user': 'ada' });
  });

  test('the history is exact: repeated and negative steps, 64 bits, NaN and infinities', async () => {
    const t = await openTestTransfer();
    const store = copyOf(fixture);
    await t.import(store);
    const parent = run(t, 'parent');
    expect(points(t, parent, 'loss').map(({ step, value }) => [step, value])).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 1 / 3],
      [3, 0.25],
      [4, 0.2],
    ]);
    const lines = readFileSync(path.join(folderOf(store, 'parent'), 'metrics', 'odd'), 'utf8')
      .trim()
      .split('\n');
    expect(points(t, parent, 'odd').map(({ step, time, value }) => `${time} ${value} ${step}`)).toEqual(
      lines.map(line => line.replace('nan', 'NaN').replace('inf', 'Infinity')),
    );
    expect(points(t, parent, 'odd').map(({ step }) => step)).toContain(9007199254740993n);
    expect(points(t, parent, 'val/auc')).toMatchObject([{ step: 2, value: 0.75 }]);
  });

  test('datasets and artifacts come along, though the absolute paths in meta.yaml are elsewhere', async () => {
    const t = await openTestTransfer();
    await t.import(copyOf(fixture));
    const parent = run(t, 'parent');
    expect(parent.inputs).toMatchObject([{ dataset: 'rows', context: 'training' }]);
    expect(JSON.parse(parent.inputs[0]!.detail)).toMatchObject({
      source_type: 'local',
      source: '{"uri": "rows.csv"}',
      tags: [{ key: 'k', value: 'v' }],
    });
    expect(await text(t, parent, 'a/b.txt')).toBe('hello');
    expect(JSON.parse(await text(t, parent, 'd.json'))).toEqual({ x: 1 });
  });

  test('experiments are matched by name; a deleted one comes deleted, and is restored with its runs', async () => {
    const t = await openTestTransfer();
    await t.import(copyOf(fixture));
    expect(t.tracking.experimentByName('credit')).toMatchObject({
      lifecycle: 'active',
      tags: { team: 'risk' },
      runs: 2,
    });
    const gone = t.tracking.experimentByName('gone');
    expect(gone.lifecycle).toBe('deleted');
    expect(run(t, 'in gone').lifecycle).toBe('deleted');
    t.tracking.restoreExperiment(gone.id);
    expect(run(t, 'in gone').lifecycle).toBe('active');
    expect(run(t, 'deleted').lifecycle).toBe('deleted');
  });

  test('a second import finds everything here', async () => {
    const t = await openTestTransfer();
    await t.import(copyOf(fixture));
    const before = t.tracking.searchRecords({ lifecycle: 'all' });
    expect((await t.import(copyOf(fixture))).runs).toMatchObject({ imported: 0, updated: 0, unchanged: 5, broken: 0 });
    expect(t.tracking.searchRecords({ lifecycle: 'all' })).toEqual(before);
  });
});

test('a logged model of MLflow 3 becomes artifacts of its run', async () => {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  expect(await text(t, run(t, 'parent'), 'model/MLmodel')).toBe('flavors: {}\n');
});

test('numbers of runs count up with their time', async () => {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  const credit = t.tracking.experimentByName('credit').id;
  const { records } = t.tracking.searchRecords({
    experimentIds: [credit],
    lifecycle: 'all',
    orderBy: ['start_time ASC'],
  });
  expect(records.map(({ name }) => name)).toEqual(['parent', 'child', 'deleted']);
  const numbers = records.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

test('one experiment, and one run, can be imported by themselves', async () => {
  const t = await openTestTransfer();
  const store = copyOf('mlruns-3.17');
  const folder = folderOf(store, 'parent');
  expect((await t.import(folder)).runs.imported).toBe(1);
  expect(run(t, 'parent').inputs).toHaveLength(1);
  expect((await t.import(path.dirname(folder))).runs).toMatchObject({ imported: 2, unchanged: 1 });
});

test('all runs go to the experiment that was named', async () => {
  const t = await openTestTransfer();
  await t.import({ source: copyOf('mlruns-2.9'), experiment: 'all of them' });
  expect(
    new Set(t.tracking.searchRecords({ lifecycle: 'all' }).records.map(({ experimentId }) => experimentId)).size,
  ).toBe(1);
  expect(t.tracking.experimentByName('all of them').runs).toBe(3);
  expect(() => t.tracking.experimentByName('credit')).toThrow('Could not find');
});

describe('what cannot be read is said with file and line, and the rest is kept', () => {
  test.each<[string, (folder: string) => void, RegExp, { file: string; line?: number }]>([
    ['a metric', folder => appendFileSync(path.join(folder, 'metrics/loss'), '17 zero 5\n'),
      /"17 zero 5" is not a time, a value and a step/, { file: 'metrics/loss', line: 6 }],
    ['a step beyond 64 bits', folder => writeFileSync(path.join(folder, 'metrics/loss'), '1 1 9223372036854775808\n'),
      /is not a time, a value and a step/, { file: 'metrics/loss', line: 1 }],
    ['an empty meta.yaml', folder => writeFileSync(path.join(folder, 'meta.yaml'), ''), /cut off/, { file: 'meta.yaml' }],
    ['no YAML', folder => writeFileSync(path.join(folder, 'meta.yaml'), 'a: [1'), /it is not YAML/, { file: 'meta.yaml' }],
    ['no meta.yaml', folder => rmSync(path.join(folder, 'meta.yaml')), /it is not there/, { file: 'meta.yaml' }],
    ['another id', folder => appendFileSync(path.join(folder, 'meta.yaml'), ''), /folder is named otherwise/, { file: 'meta.yaml' }],
    ['a status', folder => writeFileSync(path.join(folder, 'meta.yaml'),
      readFileSync(path.join(folder, 'meta.yaml'), 'utf8').replace(/status: \d/, 'status: 9')), /"9" is not a status/, { file: 'meta.yaml' }],
    ['a param in another encoding', folder => writeFileSync(path.join(folder, 'params/lr'), Buffer.from([0xff, 0xfe])),
      /not UTF-8/, { file: 'params/lr' }],
  ])('%s', async (what, damage, why, { file, line }) => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17');
    const folder = folderOf(store, 'parent');
    if (what === 'another id')
      writeFileSync(path.join(folder, 'meta.yaml'), readFileSync(path.join(folder, 'meta.yaml'), 'utf8').replace(/run_id: ./, 'run_id: x'));
    damage(folder);
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 4, broken: 1 });
    expect(report.problems).toHaveLength(1);
    const [problem] = report.problems;
    expect(problem!.message).toMatch(why);
    expect(problem!.place).toEqual({ file: path.join(folder, file), ...(line !== undefined && { line }) });
    expect(problem!.run).toBe(path.basename(folder));
    expect(t.tracking.searchRecords({ lifecycle: 'all' }).records).toHaveLength(4);
  }); // prettier-ignore

  test('an experiment without its meta.yaml: its runs are no experiment of MLflow', async () => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17');
    const folder = path.dirname(folderOf(store, 'parent'));
    writeFileSync(path.join(folder, 'meta.yaml'), 'experiment_id: 7\n');
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 2, broken: 3 });
    expect(report.problems[0]!.message).toMatch(/its experiment cannot be read.*it has no name/);
  });

  test('a folder without any experiment', async () => {
    const t = await openTestTransfer();
    const store = copyOf('dvc');
    await expect(t.import({ source: store, kind: 'mlruns' })).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringContaining('it has no experiment'),
    });
    await expect(t.import(path.join(store, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(t.import(path.join(store, 'train.py'))).rejects.toMatchObject({ code: 'data.unreadable' });
  });

  test('a damaged model is said, the runs are kept', async () => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17');
    const models = path.join(path.dirname(folderOf(store, 'parent')), 'models');
    writeFileSync(path.join(models, readdirSync(models)[0]!, 'meta.yaml'), '');
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 5, broken: 0 });
    expect(report.notes).toEqual([expect.stringContaining('A logged model was left out.')]);
  });
});

test('an id of digits and an e is no number', async () => {
  const t = await openTestTransfer();
  const store = copyOf('mlruns-3.17');
  const folder = folderOf(store, 'killed');
  const id = '1e2345678901234567890123456789012'.slice(0, 32);
  const meta = readFileSync(path.join(folder, 'meta.yaml'), 'utf8').replaceAll(path.basename(folder), id);
  writeFileSync(path.join(folder, 'meta.yaml'), meta);
  const { renameSync } = await import('node:fs');
  renameSync(folder, path.join(path.dirname(folder), id));
  await t.import(store);
  expect(t.tracking.record(runId(id)).name).toBe('killed');
});

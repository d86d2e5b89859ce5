import { readFileSync, readdirSync, truncateSync, writeFileSync, cpSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

const records = (t: TestTransfer) => t.tracking.searchRecords({ orderBy: ['start_time ASC'] }).records;
const values = (t: TestTransfer, id: Parameters<typeof t.tracking.history>[0], key: string) =>
  t.tracking.history(id, key).points.map(({ step, value }) => [step, value]);
const fileOf = (folder: string, run: string): string =>
  path.join(
    folder,
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith(`run-${run}.wandb`))!,
  );

test('history, config, summary, notes, tags, exit code and files', async () => {
  const t = await openTestTransfer();
  const report = await t.import(copyOf('wandb'));
  expect(report).toMatchObject({ kind: 'wandb', runs: { imported: 2, broken: 0 }, experiments: 1, problems: [] });
  const [first, second] = records(t);
  expect(t.tracking.getExperiment(first!.experimentId).name).toBe('credit');
  expect(first).toMatchObject({
    name: 'first',
    status: 'FINISHED',
    params: { lr: '0.1', 'model.depth': '3', layers: '[1,2]', late: 'true', constructor: 'x' },
    tags: {
      'mlflow.note.content': 'a note',
      'wandb.run_id': 'firstrun',
      'wandb.project': 'credit',
      'wandb.group': 'g',
      'wandb.job_type': 'train',
      'wandb.tags': '["a","b"]',
    },
  });
  expect(values(t, first!.id, 'loss')).toEqual(Array.from({ length: 20 }, (_, step) => [step, 1 / (step + 1)]));
  expect(values(t, first!.id, 'val.auc').at(-1)).toEqual([19, 0.69]);
  expect(values(t, first!.id, 'odd')).toEqual([
    [20, Number.NaN],
    [21, Infinity],
  ]);
  expect(values(t, first!.id, 'best')).toEqual([[22, 0.99]]); // only in the summary
  expect(values(t, first!.id, 'long')).toEqual([[22, 1]]); // its record goes over several blocks
  expect(Object.keys(first!.metrics).filter(key => key.startsWith('_'))).toEqual([]);
  expect(first!.startedAt).toBeGreaterThan(Date.UTC(2020, 0));
  expect(first!.endedAt).toBeGreaterThanOrEqual(first!.startedAt);
  expect(t.tracking.artifact(first!.id, 'output.log').size).toBe(6);
  expect(second).toMatchObject({ name: 'second', status: 'FAILED', params: { lr: '0.2' } });
  expect(values(t, second!.id, 'acc')).toEqual([
    [0, 0.7],
    [9007199254, 0.8],
  ]);
});

test('again: nothing new; one folder and one file can be imported alone', async () => {
  const t = await openTestTransfer();
  const folder = copyOf('wandb');
  const file = fileOf(folder, 'second');
  expect((await t.import(file)).runs).toMatchObject({ imported: 1 });
  expect((await t.import(path.dirname(file))).runs).toMatchObject({ imported: 0, unchanged: 1 });
  expect((await t.import(path.dirname(folder))).runs).toMatchObject({ imported: 1, unchanged: 1 });
});

describe('files that are not whole', () => {
  test('cut off by a crash: what was written is there, the run did not end well', async () => {
    const t = await openTestTransfer();
    const folder = copyOf('wandb');
    const file = fileOf(folder, 'second');
    truncateSync(file, statSync(file).size - 40);
    expect((await t.import(file)).runs).toMatchObject({ imported: 1, broken: 0 });
    expect(records(t)).toMatchObject([{ name: 'second', status: 'KILLED' }]);
  });

  test('and goes on when it is imported whole', async () => {
    const t = await openTestTransfer();
    const whole = copyOf('wandb');
    const folder = copyOf('wandb');
    truncateSync(fileOf(folder, 'first' + 'run'), 30_000);
    await t.import(fileOf(folder, 'firstrun'));
    expect((await t.import(fileOf(whole, 'firstrun'))).runs).toMatchObject({ updated: 1, conflicting: 0 });
    expect(values(t, records(t)[0]!.id, 'long')).toEqual([[22, 1]]);
    expect(records(t)[0]!.status).toBe('FINISHED');
  });

  test('damaged in the middle: said with its place', async () => {
    const t = await openTestTransfer();
    const folder = copyOf('wandb');
    const file = fileOf(folder, 'firstrun');
    const bytes = readFileSync(file);
    bytes[20_000]! ^= 1;
    writeFileSync(file, bytes);
    const report = await t.import(folder);
    expect(report.runs).toMatchObject({ imported: 1, broken: 1 });
    expect(report.problems).toMatchObject([{ message: expect.stringMatching(/damaged at byte \d+/), place: { file } }]);
  });

  test('something else', async () => {
    const t = await openTestTransfer();
    const folder = copyOf('wandb');
    writeFileSync(fileOf(folder, 'second'), 'hello');
    const report = await t.import(folder);
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('does not begin as a file of W&B does') },
    ]);
  });
});

test('the parts of a resumed run are one run', async () => {
  const t = await openTestTransfer();
  const folder = copyOf('wandb');
  // the same id in a second folder: W&B writes one for each time that a run is resumed
  const first = path.dirname(fileOf(folder, 'second'));
  const again = path.join(folder, 'offline-run-20261129_000000-second');
  cpSync(first, again, { recursive: true });
  renameSync(first, path.join(folder, 'offline-run-20261127_000000-second'));
  expect((await t.import(folder)).runs).toMatchObject({ imported: 2, broken: 0, conflicting: 0 });
  expect(records(t).map(({ name }) => name)).toEqual(['first', 'second']);
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import { temporaryFolder } from '../../support/store';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer, transferFixtures } from '../../support/transfer';

const table = (text: string, name = 'runs.csv'): string => {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
};
const records = (t: TestTransfer) => t.tracking.searchRecords({ orderBy: ['start_time ASC'] }).records;
const signal = new AbortController().signal;

describe('search_runs().to_csv() of MLflow', () => {
  test('ids, names, times, status, params, tags and the last metrics', async () => {
    const t = await openTestTransfer();
    const report = await t.import(path.join(transferFixtures, 'search_runs.csv'));
    expect(report).toMatchObject({ kind: 'csv', runs: { imported: 2, broken: 0 }, notes: [] });
    const [parent, child] = records(t);
    const source = await openTestTransfer();
    await source.import(copyOf('mlruns-3.17'));
    const original = source.tracking.record(parent!.id);
    const { startedAt, endedAt, params, tags, status, user, name } = original;
    expect(parent).toMatchObject({ startedAt, endedAt, params, tags, status, user, name });
    expect(parent!.metrics['val/auc']).toMatchObject({ value: 0.75 });
    expect(parent!.metrics['odd']).toMatchObject({ value: -Infinity });
    expect(child).toMatchObject({ parentRunId: parent!.id, params: {} });
    expect(t.tracking.getExperiment(parent!.experimentId).name).toBe('search_runs');
  });

  test('again: nothing new; a run that is here with its history is left as it is', async () => {
    const t = await openTestTransfer();
    const file = path.join(transferFixtures, 'search_runs.csv');
    await t.import(copyOf('mlruns-3.17'));
    const before = t.tracking.searchRecords({ lifecycle: 'all' });
    expect((await t.import(file)).runs).toMatchObject({ imported: 0, unchanged: 2, conflicting: 0 });
    expect(t.tracking.searchRecords({ lifecycle: 'all' })).toEqual(before);
    const other = await openTestTransfer();
    await other.import(file);
    expect((await other.import(file)).runs).toMatchObject({ imported: 0, unchanged: 2 });
  });
});

test('what is exported as a table comes back as the same runs', async () => {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  const file = path.join(temporaryFolder(), 'out.csv');
  const report = await t.transfer.export({ to: { kind: 'csv', file } }, () => undefined, signal);
  expect(report.runs).toEqual({ exported: 3, unchanged: 0, broken: 0 });
  const other = await openTestTransfer();
  expect((await other.import(file)).runs).toMatchObject({ imported: 3, broken: 0 });
  const facts = (one: TestTransfer) =>
    records(one).map(({ id, name, status, user, startedAt, endedAt, params, tags, experimentId, metrics }) => ({
      ...{ id, name, status, startedAt, endedAt, params, user },
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key !== 'mlflow.user')),
      experiment: one.tracking.getExperiment(experimentId).name,
      metrics: Object.fromEntries(Object.entries(metrics).map(([key, { value }]) => [key, value])),
    }));
  expect(facts(other)).toEqual(facts(t).map(run => ({ ...run, user: run.user === 'unknown' ? '' : run.user })));
});

test('the table of MLflow’s page: no prefixes, local times, durations', async () => {
  const t = await openTestTransfer();
  const report = await t.import(
    table(
      `Start Time,Duration,Run ID,Name,Source Type,Source Name,User,Status,learner,lr,auc,team
"2026-01-31 12:00:00","2.5s",0123456789abcdef0123456789abcdef,"first ""one""",LOCAL,train.py,ada,FINISHED,forest,0.1,0.75,risk
"2026-01-31 13:00:00","1.5min",1123456789abcdef0123456789abcdef,second,LOCAL,train.py,ada,FAILED,logistic,0.2,,
`,
    ),
  );
  expect(report.runs).toMatchObject({ imported: 2, broken: 0 });
  expect(report.notes).toEqual([expect.stringContaining('metrics lr, auc; parameters learner, team')]);
  const start = new Date(2026, 0, 31, 12).getTime();
  expect(records(t)).toMatchObject([
    { name: 'first "one"', startedAt: start, endedAt: start + 2500, status: 'FINISHED', user: 'ada', params: { learner: 'forest', team: 'risk' }, metrics: { auc: { value: 0.75 }, lr: { value: 0.1 } } },
    { name: 'second', status: 'FAILED', endedAt: start + 3600_000 + 90_000, params: { learner: 'logistic' } },
  ]); // prettier-ignore
  expect(records(t)[1]!.metrics).not.toHaveProperty('auc');
});

describe('rows that are wrong are said with their line, the rest is kept', () => {
  const head = 'run_id,status,start_time,metrics.auc,params.lr\n';
  const good = '0123456789abcdef0123456789abcdef,FINISHED,2026-01-31 12:00:00+00:00,0.5,1\n';
  test.each([
    ['too few cells', 'x,FINISHED\n', /has 2 cells, the header 5/],
    ['no number', 'x,FINISHED,2026-01-31 12:00:00+00:00,high,1\n', /the metric auc is "high", not a number/],
    ['no time', 'x,FINISHED,yesterday,0.5,1\n', /"yesterday" is not a time/],
    ['no status', 'x,DONE,2026-01-31 12:00:00+00:00,0.5,1\n', /"DONE" is not a status/],
    ['no id', '../x,FINISHED,2026-01-31 12:00:00+00:00,0.5,1\n', /"..\/x" is not the id of a run/],
  ])('%s', async (_, row, why) => {
    const t = await openTestTransfer();
    const file = table(head + row + good);
    const report = await t.import(file);
    expect(report.runs).toMatchObject({ imported: 1, broken: 1 });
    expect(report.problems).toMatchObject([{ message: expect.stringMatching(why), place: { file, line: 2 } }]);
  });

  test('an open quote ends what can be read', async () => {
    const t = await openTestTransfer();
    const report = await t.import(table(`${head}${good}"x,FINISHED\n`));
    expect(report.runs).toMatchObject({ imported: 1, broken: 1 });
    expect(report.problems[0]!.message).toMatch(/cannot be read from here on/);
  });

  test('nothing that could be a run', async () => {
    const t = await openTestTransfer();
    await expect(t.import(table(''))).rejects.toMatchObject({ code: 'data.unreadable' });
    await expect(t.import(table('a.txt\n'.replace('a.txt', 'run_id')))).rejects.toMatchObject({
      message: expect.stringContaining('no column of parameters or metrics'),
    });
  });
});

test('a row without an id is the same run when it comes again; other delimiters and a byte order mark', async () => {
  const t = await openTestTransfer();
  const file = table('\ufeffName;params.lr;metrics.auc\nfirst;0,1;0.5\n');
  expect((await t.import(file)).runs.imported).toBe(1);
  expect((await t.import(file)).runs.unchanged).toBe(1);
  expect(records(t)).toMatchObject([{ name: 'first', params: { lr: '0,1' }, status: 'FINISHED' }]);
});

test('NaN and infinities', async () => {
  const t = await openTestTransfer();
  await t.import(table('run_id,metrics.a,metrics.b,metrics.c\nabcd,nan,inf,-inf\n'));
  const { metrics } = t.tracking.record(runId('abcd'));
  expect([metrics['a']!.value, metrics['b']!.value, metrics['c']!.value]).toEqual([Number.NaN, Infinity, -Infinity]);
});

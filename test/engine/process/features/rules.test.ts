import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../../engine/process/features/compareVersions';
import { computeView } from '../../../../engine/process/features/computeView';
import { previewRows } from '../../../../engine/process/features/previewRows';
import { writeTrainingSet } from '../../../../engine/process/features/trainingSet';
import type { FeatureDefinition } from '../../../../engine/protocol/features';
import { batchView, column, computed, dataset, errorOf, newFolder, never, planOf, quiet } from './world';

type View = ReturnType<typeof batchView>;
type More = Parameters<typeof batchView>[1];

/** Cells of a preview: value and status. */
async function cells(source: string, asked: string, more: More = {}, change: Partial<ReturnType<typeof planOf>> = {}) {
  const folder = newFolder();
  const view = batchView([dataset(folder, 'source.csv', source)], more);
  const plan = { ...planOf(dataset(folder, 'asked.csv', asked), [view]), ...change };
  const { preview } = await previewRows({ ...plan, offset: 0, limit: 100, filter: 'all' }, quiet, never);
  return preview.map(row => row.cells.map(({ value, status }) => (status === 'present' ? value : status)));
}

describe('times', () => {
  test('without a zone are those of the clocks of the view; what a clock passes over comes later, what it shows twice is the first', async () => {
    const source =
      'id,at,amount\n1,2024-03-31T02:30:00,1\n2,2024-10-27T02:30:00,2\n3,2024-10-27T02:30:00+01:00,3\n4,2024-01-01,4\n';
    const asked = [
      ...['1,2024-03-31T01:29:59Z', '1,2024-03-31T01:30:00Z', '2,2024-10-27T00:29:59Z', '2,2024-10-27T00:30:00Z'],
      ...['3,2024-10-27T01:29:59Z', '3,2024-10-27T01:30:00Z', '4,2023-12-31T22:59:59Z', '4,2023-12-31T23:00:00Z'],
    ];
    expect(await cells(source, `id,time\n${asked.join('\n')}\n`, { timezone: 'Europe/Berlin' })).toEqual([
      ['no-row'],
      [1],
      ['no-row'],
      [2],
      ['no-row'],
      [3],
      ['no-row'],
      [4],
    ]);
  });

  test('of the entity file have a zone of their own', async () => {
    const asked = 'id,time\n1,2024-06-01T12:00:00\n';
    const source = 'id,at,amount\n1,2024-06-01T10:00:01Z,1\n';
    expect(await cells(source, asked, {}, { timezone: 'Europe/Berlin' })).toEqual([['no-row']]);
    expect(await cells(source, asked, {}, { timezone: 'UTC' })).toEqual([[1]]);
  });

  test('of any precision are compared to the microsecond', async () => {
    const source =
      'id,at,amount\n1,2024-06-01T10:00:00.000002Z,2\n1,2024-06-01T10:00:00.000001999Z,1\n1,2024-06-01T10:00:00Z,0\n';
    const asked =
      'id,time\n1,2024-06-01T10:00:00\n1,2024-06-01T10:00:00.000001Z\n1,2024-06-01T10:00:00.000002Z\n1,2024-06-01\n1,2024-06-02\n';
    expect(await cells(source, asked)).toEqual([[0], [1], [2], ['no-row'], [2]]);
  });

  test('of the future are no rows yet', async () => {
    expect(await cells('id,at,amount\n1,2999-01-01,1\n', 'id\n1\n', {}, { eventTime: undefined } as never)).toEqual([
      ['no-row'],
    ]);
  });
});

describe('values', () => {
  test('expire by the time of the row that asks', async () => {
    const source = 'id,at,amount\n1,2020-01-01,1\n';
    const asked = 'id,time\n1,2020-01-31\n1,2020-01-31T00:00:00.000001Z\n';
    expect(await cells(source, asked, { ttl: 30 * 86_400_000 })).toEqual([[1], ['expired']]);
  });

  test('are only of rows for which the condition holds, and are null where they cannot be computed', async () => {
    const source = 'id,at,amount,status\n1,2024-01-01,4,ok\n1,2024-01-02,8,test\n2,2024-01-01,0,ok\n';
    const features = [column('amount'), computed('ratio', '1 / amount'), computed('half', 'ratio / 2')];
    const asked = 'id,time\n1,2024-02-01\n2,2024-02-01\n';
    expect(await cells(source, asked, { where: "status <> 'test'", features })).toEqual([
      [4, 0.25, 0.125],
      [0, 'null-value', 'null-value'],
    ]);
  });

  test('of windows count versions of an event once', async () => {
    const window = (name: string, from: object): FeatureDefinition =>
      ({ name, type: 'number', from: { kind: 'window', over: 7 * 86_400_000, ...from } }) as FeatureDefinition;
    const features = [
      window('n', { aggregate: 'count' }),
      window('s', { aggregate: 'sum', of: 'amount' }),
      window('big', { aggregate: 'count', where: 'amount > 10' }),
    ];
    const source =
      'id,at,known,tx,amount\n1,2024-01-01,2024-01-01,a,5\n1,2024-01-02,2024-01-02,b,20\n1,2024-01-01,2024-01-05,a,15\n';
    const asked = 'id,time\n1,2024-01-03\n1,2024-01-06\n1,2024-01-08\n9,2024-01-08\n';
    expect(await cells(source, asked, { features, identity: 'tx', created_time: 'known' })).toEqual([
      [2, 25, 1],
      [2, 35, 2],
      [1, 20, 1],
      [0, 0, 0],
    ]);
  });

  test('that are computed when they are asked for use what the row says and other features', async () => {
    const folder = newFolder();
    const view = batchView(
      [dataset(folder, 'source.csv', 'id,at,known,amount\n1,2024-01-01,2024-01-01,50\n1,2024-01-02,2024-03-01,40\n')],
      {
        created_time: 'known',
      },
    );
    const onDemand = {
      ...{ view: 'share', version: 2 },
      definition: {
        ...{ kind: 'on-demand', request: { wanted: 'number' }, uses: ['loans@v1:amount'] },
        features: [computed('ratio', 'wanted / amount')],
      },
    } as const;
    const plan = planOf(dataset(folder, 'asked.csv', 'id,time,wanted\n1,2024-02-01,200\n9,2024-02-01,200\n'), [
      view,
      onDemand as never,
    ]);
    const { preview, columns } = await previewRows({ ...plan, offset: 0, limit: 9, filter: 'changed' }, quiet, never);
    expect(columns.map(({ changedByLater }) => changedByLater)).toEqual([1, 1]);
    expect(preview).toHaveLength(1);
    expect(preview[0]!.cells[1]).toEqual({ value: 4, status: 'present', later: { value: 5 } });
  });
});

describe('what is wrong is said with its place:', () => {
  const asked = 'id,time\n1,2024-02-01\n';
  const failure = async (source: string, more: More = {}, change = {}) => errorOf(cells(source, asked, more, change));

  test('two rows of a key without a time', async () => {
    const folder = newFolder();
    const { event_time: _, ...definition } = batchView([]).definition;
    const source = dataset(folder, 'source.csv', 'id,amount\n1,1\n2,2\n01,3\n1.0,4\n');
    const view: View = { ...batchView([source]), definition };
    const plan = planOf(dataset(folder, 'asked.csv', asked), [view]);
    const error = await errorOf(previewRows({ ...plan, offset: 0, limit: 1, filter: 'all' }, quiet, never));
    expect(error).toMatchObject({ code: 'data.unreadable', place: { file: 'source.csv', line: 5 } });
    expect(error.message).toContain('1 has a second row here');
  });

  test('a time that is none', async () => {
    const error = await failure('id,at,amount\n1,2024-01-01,1\n1,soon,2\n');
    expect(error).toMatchObject({ code: 'data.column', place: { file: 'source.csv', line: 3, key: 'at' } });
  });

  test('a text among numbers, far below', async () => {
    const error = await failure(`id,at,amount\n${'1,2024-01-01,1\n'.repeat(2000)}1,2024-01-01,many\n`);
    expect(error).toMatchObject({ code: 'data.column', place: { file: 'source.csv', line: 2002, key: 'amount' } });
    expect(error.message).toContain('"many", where a number is expected');
  });

  test('a column that is not there', async () => {
    expect((await failure('id,at,sum\n1,2024-01-01,1\n')).message).toContain('no column `amount`');
    expect((await failure('id,at,amount\n', {}, { eventTime: 'when' })).code).toMatch(/^data/);
  });

  test('a column that would stand twice', async () => {
    const error = await errorOf(cells('id,at,amount\n1,2024-01-01,1\n', 'id,time,amount\n1,2024-02-01,3\n'));
    expect(error).toMatchObject({ code: 'conflict', place: { file: 'asked.csv', key: 'amount' } });
  });

  test('a source that changes while it is read', async () => {
    const folder = newFolder();
    const rows = '1,2024-01-01,1\n'.repeat(200_000);
    const view = batchView([dataset(folder, 'source.csv', `id,at,amount\n${rows}`)]);
    const plan = planOf(dataset(folder, 'asked.csv', asked), [view]);
    const to = path.join(folder, 'set.csv');
    let isFirst = true;
    const change = (): void => {
      if (isFirst) appendFileSync(path.join(folder, 'source.csv'), '1,2024-01-03,7\n');
      isFirst = false;
    };
    const error = await errorOf(writeTrainingSet({ ...plan, path: to, format: 'csv' }, change, never));
    expect(error.message).toContain('changed while it was being read');
  });
});

test('rows that were pushed come after those of the source, as far as they hold', async () => {
  const folder = newFolder();
  const pushed = '{"id":1,"at":"2024-01-02","amount":2}\n';
  const log = { ...dataset(folder, 'pushed.jsonl', `${pushed}{"id":1,"at":"2024-01-03","amo`), bytes: pushed.length };
  const view = batchView([dataset(folder, 'source.csv', 'id,at,amount\n1,2024-01-01,1\n'), log], { push: true });
  const plan = planOf(dataset(folder, 'asked.csv', 'id,time\n1,2024-02-01\n'), [view]);
  const { preview } = await previewRows({ ...plan, offset: 0, limit: 9, filter: 'all' }, quiet, never);
  expect(preview[0]!.cells[0]).toMatchObject({ value: 2, matched: { place: { file: 'pushed.jsonl', line: 1 } } });
});

test('versions are compared over the newest row of each entity', async () => {
  const folder = newFolder();
  const source = dataset(
    folder,
    'source.csv',
    'id,at,a,b\n1,2024-01-01,1,1\n1,2024-01-02,2,2\n2,2024-01-01,3,5\n3,2024-01-01,,6\n',
  );
  const before = batchView([source], {
    features: [column('x')].map(one => ({ ...one, from: { kind: 'column', column: 'a' } })),
  });
  const after = { ...before, version: 2, definition: { ...before.definition, features: [computed('x', 'b')] } };
  expect(await compareVersions({ before, after, now: Date.UTC(2025, 0, 1) }, quiet, never)).toEqual([
    {
      ...{ feature: 'x', entities: 3, differing: 2, onlyBefore: 0, onlyAfter: 1, meanDifference: 1 },
      examples: [
        { key: [2], before: 3, after: 5 },
        { key: [3], before: null, after: 6 },
      ],
    },
  ]);
});

test('a view is computed whole, with its first rows', async () => {
  const folder = newFolder();
  const source = dataset(folder, 'source.csv', 'id,at,amount\n1,2024-01-01,1\n1,2024-01-02,2\n2,2024-01-05,3\n');
  const sum: FeatureDefinition = {
    ...{ name: 'sum', type: 'number', from: { kind: 'window', aggregate: 'sum', of: 'amount', over: 86_400_000 * 3 } },
  };
  const view = batchView([source], { features: [column('amount'), sum] });
  expect(await computeView({ view, limit: 2, now: Date.UTC(2024, 0, 5) }, { progress: quiet }, never)).toMatchObject({
    ...{ rows: 3, entities: 2, newestEvent: Date.UTC(2024, 0, 5), columns: ['id', 'at', 'amount', 'sum'] },
    head: [
      [1, '2024-01-01T00:00:00Z', 1, 1],
      [1, '2024-01-02T00:00:00Z', 2, 3],
    ],
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, test } from 'vitest';
import { writeTrainingSet } from '../../../../engine/process/features/trainingSet';
import type { DataFormat } from '../../../../engine/protocol/data';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { batchView, column, dataset, newFolder, never, planOf, quiet } from './world';

const loans =
  'id,at,amount,grade,ok,day,when\n1,2024-01-01,1.5,"é ""x""",true,2024-01-02,2024-01-03T04:05:06.000007Z\n';
const features = [
  column('amount'),
  column('grade', 'string'),
  column('ok', 'boolean'),
  column('day', 'date'),
  column('when', 'datetime'),
];

async function written(entities: DatasetSource, folder: string, format: DataFormat) {
  const to = path.join(folder, `set.${format}`);
  const view = batchView([dataset(folder, 'loans.csv', loans)], { features });
  await writeTrainingSet({ ...planOf(entities, [view]), path: to, format }, quiet, never);
  return to;
}

const objects = async (file: string) => {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return parquetReadObjects({ file: buffer, compressors });
};

describe('JSON lines', () => {
  const lines = '{"id": 1.0, "time": "2024-02-01", "deep": {"a":  [1, 2]}}\n\n{"time":null,"id":"1"}\n{ }\n';

  test('stay as they are, with the new keys behind', async () => {
    const folder = newFolder();
    const file = await written(dataset(folder, 'asked.jsonl', lines), folder, 'jsonl');
    const some = '"amount":1.5,"grade":"é \\"x\\"","ok":true,"day":"2024-01-02","when":"2024-01-03T04:05:06.000007Z"';
    const none = '"amount":null,"grade":null,"ok":null,"day":null,"when":null';
    expect(readFileSync(file, 'utf8')).toBe(
      `{"id": 1.0, "time": "2024-02-01", "deep": {"a":  [1, 2]},${some}}\n{"time":null,"id":"1",${none}}\n{${none}}\n`,
    );
  });

  test('become CSV', async () => {
    const folder = newFolder();
    const file = await written(dataset(folder, 'asked.jsonl', lines), folder, 'csv');
    expect(readFileSync(file, 'utf8').split('\n').slice(0, 3)).toEqual([
      'id,time,deep,amount,grade,ok,day,when',
      '1,2024-02-01,"{""a"":[1,2]}",1.5,"é ""x""",true,2024-01-02,2024-01-03T04:05:06.000007Z',
      '1,,,,,,,',
    ]);
  });
});

const csv = 'id,time,note\n1,2024-02-01,x\n2,2024-02-01,\n';
const row = {
  ...{ amount: 1.5, grade: 'é "x"', ok: true, day: new Date('2024-01-02'), when: new Date('2024-01-03T04:05:06Z') },
};
const nulls = { amount: null, grade: null, ok: null, day: null, when: null };

test('CSV becomes Parquet with the types of its columns', async () => {
  const folder = newFolder();
  const time = new Date('2024-02-01');
  expect(await objects(await written(dataset(folder, 'asked.csv', csv), folder, 'parquet'))).toEqual([
    { id: 1n, time, note: 'x', ...row },
    { id: 2n, time, note: null, ...nulls },
  ]);
});

test('CSV becomes JSON lines with the types of its cells', async () => {
  const folder = newFolder();
  const file = await written(dataset(folder, 'asked.csv', csv), folder, 'jsonl');
  const { day, when, ...rest } = row;
  void day;
  void when;
  const [first] = readFileSync(file, 'utf8').split('\n');
  const texts = { day: '2024-01-02', when: '2024-01-03T04:05:06.000007Z' };
  expect(JSON.parse(first!)).toEqual({ id: 1, time: '2024-02-01', note: 'x', ...rest, ...texts });
});

test.each(['plain', 'dictionary', 'second'])('columns of Parquet are the same afterwards: %s', async name => {
  const folder = newFolder();
  const file = path.resolve(`test/fixtures/features/parquet/${name}.parquet`);
  const entities: DatasetSource = { name, path: file, format: 'parquet', missing: [], expect: [] };
  const to = path.join(folder, 'set.parquet');
  const source = dataset(folder, 'rates.csv', 'full,rate\n7,0.5\n8,0.25\n');
  const { event_time: _, ...definition } = batchView([]).definition;
  const view = {
    ...batchView([source]),
    definition: {
      ...definition,
      entities: [{ entity: 'full', key: 'full', type: 'integer' as const }],
      features: [column('rate')],
    },
  };
  const plan = { ...planOf(entities, [view]), eventTime: 'us' };
  const set = await writeTrainingSet({ ...plan, path: to, format: 'parquet' }, quiet, never);
  const before = await objects(file);
  const rates = new Map([
    [7n, 0.5],
    [8n, 0.25],
  ]);
  expect(await objects(to)).toEqual(before.map(one => ({ ...one, rate: rates.get(BigInt(one['full'])) ?? null })));
  expect(set.columns[0]!.statuses.present).toBe(before.filter(one => rates.has(BigInt(one['full']))).length);
  expect(set.columns[0]!.statuses.present).toBeGreaterThan(10);
});

test('a column of whole numbers by its first rows keeps the others in every format', async () => {
  const folder = newFolder();
  const rows = Array.from({ length: 1500 }, (_, id) => `${id},2024-01-01,${id < 1200 ? id : id + 0.5}\n`);
  const source = dataset(folder, 'loans.csv', `id,at,amount\n${rows.join('')}`);
  const view = batchView([source], { features: [column('amount', 'integer')] });
  const asked = dataset(folder, 'asked.csv', 'id,time\n7,2024-02-01\n1300,2024-02-01\n9999,2024-02-01\n');
  const write = async (format: DataFormat) => {
    const to = path.join(folder, `set.${format}`);
    await writeTrainingSet({ ...planOf(asked, [view]), path: to, format }, quiet, never);
    return to;
  };
  const amounts = (await objects(await write('parquet'))).map(({ amount }) => amount);
  expect(amounts).toEqual([7, 1300.5, null]);
  expect(readFileSync(await write('csv'), 'utf8')).toContain('1300,2024-02-01,1300.5\n');
  expect(readFileSync(await write('jsonl'), 'utf8')).toContain('"amount":1300.5}\n');
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { MaterialisedRows } from '../../../../../engine/features/online/rowSource';
import { FeaturesChild } from '../../../../../engine/process/wiring/features/featuresChild';
import { bundles } from '../../../../support/bundles';
import { batchView, column, dataset, errorOf, newFolder, never, planOf } from '../../features/world';

let child: FeaturesChild;
beforeAll(async () => {
  child = new FeaturesChild({ featuresFile: path.join(await bundles(), 'features.js') });
});

const loans = 'id,at,amount,status\n1,2024-01-01,100,ok\n1,2024-02-01,200,ok\n2,2024-01-15,50,test\n';

test('a set is written by a process of its own, which says what it took', async () => {
  const folder = newFolder();
  const to = path.join(folder, 'set.csv');
  const entities = dataset(folder, 'asked.csv', 'id,time\n1,2024-01-20\n2,2024-02-20\n');
  const plan = planOf(entities, [batchView([dataset(folder, 'loans.csv', loans)])]);
  const set = await child.join({ ...plan, path: to, format: 'csv' }, never);
  expect(readFileSync(to, 'utf8')).toBe('id,time,amount\n1,2024-01-20,100\n2,2024-02-20,50\n');
  expect(set).toMatchObject({ rows: 2, bytes: 48 });
  expect(set.cpu).toBeGreaterThan(0);
  const { preview } = await child.preview({ ...plan, offset: 0, limit: 1, filter: 'all' }, never);
  expect(preview).toEqual([
    {
      ...{ row: 0, entity: [1, '2024-01-20'], time: Date.UTC(2024, 0, 20) },
      cells: [
        {
          ...{ value: 100, status: 'present' },
          matched: { event: Date.UTC(2024, 0, 1), place: { file: 'loans.csv', line: 2 } },
        },
      ],
    },
  ]);
});

test('what fails or is cancelled leaves nothing behind', async () => {
  const folder = newFolder();
  const to = path.join(folder, 'set.csv');
  const entities = dataset(folder, 'asked.csv', 'id,time\n1,yesterday\n');
  const plan = {
    ...planOf(entities, [batchView([dataset(folder, 'loans.csv', loans)])]),
    path: to,
    format: 'csv',
  } as const;
  const error = await errorOf(child.join(plan, never));
  expect(error).toMatchObject({ code: 'data.column', place: { file: 'asked.csv', line: 2, key: 'time' } });
  const many = dataset(folder, 'many.csv', `id,time\n${'1,2024-01-20\n'.repeat(200_000)}`);
  const controller = new AbortController();
  const work = child.join({ ...plan, entities: many }, controller.signal);
  setTimeout(() => controller.abort(), 150);
  expect((await errorOf(work)).code).toBe('cancelled');
  expect(existsSync(to)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['asked.csv', 'loans.csv', 'many.csv']);
});

test('rows for an online store come as there is room for them', async () => {
  const folder = newFolder();
  const lines = Array.from({ length: 45_000 }, (_, id) => `${id},2024-01-01,${id / 4},ok\n`);
  const view = batchView([dataset(folder, 'many.csv', `id,at,amount,status\n${lines.join('')}`)], {
    where: "status <> 'test'",
    features: [
      column('amount'),
      {
        name: 'sum_30d',
        type: 'number',
        from: { kind: 'window', aggregate: 'sum', of: 'amount', over: 30 * 86_400_000 },
      },
    ],
  });
  const to = Date.UTC(2024, 0, 2) * 1000;
  const found: MaterialisedRows[] = [];
  for await (const rows of child.materialise({ view, to, oldestEvent: to - 30 * 86_400_000_000 }, never))
    found.push(rows);
  expect(found.map(({ kind, rows }) => [kind, typeof rows === 'number' ? rows : rows.length]).at(-1)).toEqual([
    'end',
    45_000,
  ]);
  const latest = found.flatMap(one => (one.kind === 'latest' ? one.rows : []));
  expect(latest).toHaveLength(45_000);
  const event = Date.UTC(2024, 0, 1) * 1000;
  expect(latest[7]).toEqual({ key: '7', event, created: -Number.MAX_SAFE_INTEGER, packed: '[1.75]', place: 0 });
  expect(found.flatMap(one => (one.kind === 'events' ? one.rows : []))).toHaveLength(45_000);
});

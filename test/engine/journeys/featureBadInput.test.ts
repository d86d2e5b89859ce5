import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Cell } from '../../../engine/protocol/data';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

/** A workspace whose one view is called so, with what else it says. */
const config = (view: string, body: string, more = ''): string => `name: bad
tracking: {system_metrics: false}
datasets:
  loans: {path: loans.csv}
  asked: {path: asked.csv}
entities:
  applicant: {key: id, type: integer}
features:
  ${view}: {entity: applicant, source: loans, push: true, ${body}}
${more}feature_services: {credit: {features: [${view}${more === '' ? '' : ', request'}]}}
`;

/** The values of the rows of asked.csv. */
async function joined(eventTime?: string): Promise<readonly (readonly Cell[])[]> {
  const asked = { service: 'credit', entities: 'asked', ...(eventTime !== undefined && { eventTime }) };
  const { preview } = await at.client.call('features/preview', asked);
  return preview.map(({ cells }) => cells.map(({ value, status }) => (value === null ? status : value)));
}

async function online(entities: Readonly<Record<string, readonly Cell[]>>): Promise<readonly (readonly Cell[])[]> {
  const { features } = await at.client.call('features/online', { service: 'credit', entities });
  return Object.values(entities)[0]!.map((_, row) => features.map(({ values }) => values[row] ?? null));
}

const materialise = (more: { readonly full?: boolean } = {}) => at.client.call('features/materialise', more);
const push = (view: string, rows: readonly Readonly<Record<string, Cell>>[]) =>
  at.client.call('features/push', { view, rows, to: 'online_and_offline' });
/** The error of a call. */
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => error,
  );

test('a division by zero, and what is no finite number, is null wherever it is computed', async () => {
  const compute =
    'compute: {ratio: a / b, rest: a % b, power: "power(a * 1e200, 2)", root: sqrt(b - 1), log: ln(b), kept: "coalesce(a / b, -1)"}';
  const onDemand =
    '  request: {request: {asked: number}, uses: ["zero:kept"], compute: {share: asked / b2, b2: kept + 1}}\n';
  at.write({
    'modelyard.yaml': config(
      'zero',
      `event_time: at, ${compute}, windows: {mean: {mean: a / b, over: 9000d}}`,
      onDemand,
    ),
    'loans.csv': 'id,at,a,b\n1,2024-01-01,6,0\n2,2024-01-01,6,4\n',
    'asked.csv': 'id,asked\n1,5\n2,5\n',
  });
  const nulls = ['null-value', 'null-value', 'null-value', 'null-value', 'null-value'];
  const one = [1.5, 2, 'null-value', Math.sqrt(3), Math.log(4), 1.5, 1.5];
  expect(await joined()).toEqual([
    [...nulls, -1, 'null-value', 'null-value', 0],
    [...one, 5 / 2.5, 2.5],
  ]);
  await materialise();
  const plain = (values: readonly Cell[]): readonly Cell[] => values.map(one => (one === 'null-value' ? null : one));
  const asked = { id: [1, 2], asked: [5, 5] };
  const expected = [
    [...plain(nulls), -1, null, null, 0],
    [...plain(one), 2, 2.5],
  ];
  expect(await online(asked)).toEqual(expected);
  const at2 = '2024-01-02T00:00:00Z';
  await push('zero', [
    { id: 1, at: at2, a: 6, b: 4 },
    { id: 2, at: at2, a: 6, b: 0 },
  ]);
  expect((await online(asked)).map(row => row.slice(0, 6))).toEqual([plain(one).slice(0, 6), [...plain(nulls), -1]]);
  expect((await joined()).map(row => plain(row.slice(0, 6)))).toEqual(
    (await online(asked)).map(row => row.slice(0, 6)),
  );
});

test('rows without a time, or of the future, hold at no time; who asks without one gets nothing, and what is none is placed', async () => {
  const times = 'event_time: at, created_time: known, columns: [a], windows: {n: {count: "*", over: 9000d}}';
  at.write({
    'modelyard.yaml': config('times', times),
    'loans.csv': [
      'id,at,known,a',
      '1,2024-01-01,2024-01-01,1',
      '1,,2024-01-01,2',
      '1,2024-01-02,,3',
      '1,2999-01-01,2024-01-01,4',
      '1,2024-01-03,2999-01-01,5',
      '',
    ].join('\n'),
    'asked.csv': 'id,time\n1,2024-06-01\n1,\n1,2998-01-01\n1,3000-01-01\n1,2024-01-01T00:00:00Z\n',
  });
  expect(await joined('time')).toEqual([
    [1, 1],
    ['no-time', 'no-time'],
    [1, 0],
    [4, 1],
    [1, 1],
  ]);
  const { sources } = await at.client.call('features/preview', { service: 'credit', entities: 'asked' });
  expect(sources).toMatchObject([{ rows: 5, withoutTime: 1, withoutCreated: 1 }]);
  expect(await materialise()).toMatchObject([{ rows: 1 }]);
  expect(await online({ id: [1] })).toEqual([[1, 1]]);

  const good = { id: 1, at: '2024-02-01T00:00:00Z', known: '2024-02-01T00:00:00Z', a: 9 };
  for (const [row, message] of [
    [{ ...good, at: null }, 'Row 2 for times has no event time: `at`.'],
    [{ ...good, at: '2999-01-01' }, 'Row 2 for times is from the future: `at` is 2999-01-01T00:00:00.000Z.'],
    [{ ...good, known: '2999-01-01' }, 'Row 2 for times is from the future: `known` is 2999-01-01T00:00:00.000Z.'],
    [{ ...good, at: 'soon' }, 'rows pushed to times, line 2: `at` is "soon", where a time such as'],
  ] as const)
    expect(await errorOf(push('times', [good, row]))).toMatchObject({ message: expect.stringContaining(message) });
  expect(await online({ id: [1] })).toEqual([[1, 1]]);

  at.write({ 'asked.csv': 'id,time\n1,2024-06-01\n1,yesterday\n' });
  expect(await errorOf(joined('time'))).toMatchObject({
    message: expect.stringContaining('asked.csv, line 3: `time` is "yesterday", where a time such as'),
    fix: 'Correct the cell, add its text to `missing:` of the dataset, or name another column as that of the time.',
    place: { file: 'asked.csv', line: 3, key: 'time' },
  });
});

test('rows that stand twice: of equal times the last one holds, windows count each, one identity counts once', async () => {
  const rows =
    'id,at,known,tx,a\n1,2024-01-01,2024-01-02,x,1\n1,2024-01-01,2024-01-02,x,2\n1,2024-01-01,2024-01-02,x,2\n';
  const times =
    'event_time: at, created_time: known, columns: [a], windows: {n: {count: "*", over: 9000d}, sum: {sum: a, over: 9000d}}';
  at.write({ 'modelyard.yaml': config('twice', times), 'loans.csv': rows, 'asked.csv': 'id\n1\n1\n' });
  expect(await joined()).toEqual([
    [2, 3, 5],
    [2, 3, 5],
  ]); // who asks twice is answered twice
  await materialise();
  expect(await online({ id: [1, '1'] })).toEqual([
    [2, 3, 5],
    [2, 3, 5],
  ]);
  expect(await materialise({ full: true })).toMatchObject([{ rows: 3 }]);
  expect(await online({ id: [1] })).toEqual([[2, 3, 5]]);

  at.write({ 'modelyard.yaml': config('versions', `${times}, identity: tx`) });
  expect(await joined()).toEqual([
    [2, 1, 2],
    [2, 1, 2],
  ]);
  await materialise();
  const row = { id: 1, at: '2024-01-05T00:00:00Z', known: '2024-01-05T00:00:00Z', tx: 'x', a: 7 };
  await push('versions', [{ ...row, a: 6 }, row]);
  expect(await online({ id: [1] })).toEqual([[7, 1, 7]]);
  expect((await joined())[0]).toEqual([7, 1, 7]);
});

test('two rows of a key without a time are an error with the key and the line, and nothing is online', async () => {
  at.write({
    'modelyard.yaml': config('static', 'columns: [a]').replace('push: true, ', ''),
    'loans.csv': 'id,a\n1,1\n2,2\n"1.0",3\n',
    'asked.csv': 'id\n1\n2\n',
  });
  const wrong = {
    code: 'data.unreadable',
    message: 'loans.csv, line 4: 1 has a second row here, and nothing says which one holds when.',
    place: { file: 'loans.csv', line: 4 },
    fix: expect.stringContaining('`event_time:`'),
  };
  expect(await errorOf(joined())).toMatchObject(wrong);
  expect(await errorOf(materialise())).toMatchObject(wrong);
  expect(await errorOf(at.client.call('features/compute', { view: 'static' }))).toMatchObject(wrong);
  expect(await online({ id: [1, 2] })).toEqual([[null], [null]]);
  const { materialisations, freshness } = await at.client.call('features/get', { view: 'static' });
  expect(materialisations).toMatchObject([{ status: 'failed', problem: wrong.message }]);
  expect(freshness.materialisedTo).toBe(undefined);
});

test('features that are computed from one another are refused by every call that computes, with the place', async () => {
  at.write({
    'modelyard.yaml': config('circle', 'event_time: at, compute: {x: y + a, y: z * 2, z: x - 1}'),
    'loans.csv': 'id,at,a\n1,2024-01-01,1\n',
    'asked.csv': 'id\n1\n',
  });
  expect(await at.diagnostics()).toMatchObject([['x', expect.stringContaining('computed from one another')]]);
  const calls = {
    join: () => joined(),
    materialise: () => materialise(),
    push: () => push('circle', [{ id: 1, at: '2024-01-02T00:00:00Z', a: 1 }]),
    compute: () => at.client.call('features/compute', { view: 'circle' }),
  };
  const found = new Map<string, unknown>();
  for (const [name, call] of Object.entries(calls)) found.set(name, await errorOf(call()));
  const wrong = {
    code: 'config.invalid',
    message: expect.stringContaining('These features are computed from one another: x → y → z → x.'),
    place: { file: 'modelyard.yaml', line: 9, key: 'features.circle.compute.x' },
  };
  expect(Object.fromEntries(found)).toMatchObject(Object.fromEntries([...found.keys()].map(name => [name, wrong])));
});

test('what is not of its type is placed by file and line, or by the row that was pushed, and nothing of it is online', async () => {
  at.write({
    'modelyard.yaml': config('typed', 'event_time: at, columns: [a]'),
    'loans.csv': `id,at,a\n${'1,2024-01-01,1\n'.repeat(1500)}2,2024-01-01,many\n`,
    'asked.csv': 'id\n1\n',
  });
  const wrong = {
    code: 'data.column',
    message: 'loans.csv, line 1502: `a` is "many", where a number is expected.',
    place: { file: 'loans.csv', line: 1502, key: 'a' },
  };
  expect(await errorOf(joined())).toMatchObject(wrong);
  expect(await errorOf(materialise())).toMatchObject(wrong);
  expect(await errorOf(at.client.call('features/compute', { view: 'typed' }))).toMatchObject(wrong);
  expect(await online({ id: [1, 2] })).toEqual([[null], [null]]);
  const time = '2024-01-02T00:00:00Z';
  const pushed = push('typed', [
    { id: 1, at: time, a: 5 },
    { id: 2, at: time, a: 'many' },
  ]);
  expect(await errorOf(pushed)).toMatchObject({ message: expect.stringContaining('line 2: `a` is "many"') });
  expect(await online({ id: [1, 2] })).toEqual([[null], [null]]);
  const lines = readFileSync(path.join(at.folder, 'loans.csv'), 'utf8').replace('many', '3');
  at.write({ 'loans.csv': lines });
  expect(await materialise()).toMatchObject([{ status: 'complete', rows: 1501 }]);
  expect(await online({ id: [1, 2] })).toEqual([[1], [3]]);
});

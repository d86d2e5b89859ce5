import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test, vi } from 'vitest';
import type { Cell } from '../../../engine/protocol/data';
import { journey } from '../../support/journey';
import { noRedis, startRedis } from '../features/online/redisServer';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

type EntityType = 'string' | 'integer';

interface Parts {
  readonly view: string;
  readonly type: EntityType;
  readonly source?: string;
  readonly asked?: string;
  readonly redis?: string;
}

const config = ({ view, type, source = 'loans.jsonl', asked = 'asked.jsonl', redis }: Parts): string => `name: keys
tracking: {system_metrics: false}
datasets:
  loans: {path: ${source}}
  asked: {path: ${asked}}
entities:
  applicant: {key: id, type: ${type}}
features:
  ${view}: {entity: applicant, source: loans, event_time: at, push: true, columns: [amount], windows: {spent: {sum: amount, over: 9000d}}}
feature_services: {credit: {features: [${view}]}}
${redis === undefined ? '' : `online_store: {redis: {url: "${redis}"}}\n`}`;

const lines = (rows: readonly object[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('');

/** What a join finds of keys, and whether there is a key at all. */
async function joined(ids: readonly unknown[]): Promise<readonly Cell[]> {
  at.write({ 'asked.jsonl': lines(ids.map(id => ({ id }))) });
  return (await previewed()).map(([value]) => value ?? null);
}

async function previewed(): Promise<readonly (readonly Cell[])[]> {
  const { preview } = await at.client.call('features/preview', { service: 'credit', entities: 'asked' });
  return preview.map(({ cells }) => cells.map(({ value, status }) => (status === 'no-key' ? 'no-key' : value)));
}

async function online(ids: readonly Cell[]): Promise<readonly Cell[]> {
  const { features } = await at.client.call('features/online', { service: 'credit', entities: { id: ids } });
  return features[0]?.values ?? [];
}

const day = '2024-03-01T00:00:00Z';
/** All are told apart: normalisation forms, beyond the first plane, blanks, controls, what looks like a number. */
const texts = [
  ...['é', 'e\u0301', 'ﬁ', 'fi', '日本', '😀', '👩‍👩‍👧', '👩', 'ß', 'SS', 'i\u0307', 'İ'],
  ...[
    'a',
    'a\0',
    'a\0b',
    '\0',
    ' ',
    'a ',
    ' a',
    '\t',
    '\n',
    'a\r\n',
    '"',
    "'",
    '\\',
    '[1]',
    '["a"]',
    '*',
    '%',
    '\u200b',
  ],
  ...['1', '01', '1.0', '1e0', '-0', '0', 'true', '__proto__', 'constructor', '\ufeffa', '\ufffd', 'x'.repeat(3000)],
];

describe.each([
  { store: 'local', skip: undefined },
  { store: 'redis', skip: noRedis },
])('texts as keys, with the online store $store', ({ store, skip }) => {
  test('are told apart letter by letter in joins, materialisations, requests and pushes', async context => {
    if (skip !== undefined) context.skip(skip);
    const redis = store === 'redis' ? { redis: (await startRedis()).url } : {};
    const view = `texts_${store}`;
    at.write({
      'modelyard.yaml': config({ view, type: 'string', ...redis }),
      'loans.jsonl': lines(texts.map((id, amount) => ({ id, at: day, amount }))),
      'asked.jsonl': '{"id":"a"}\n',
    });
    const order = texts.map((_, amount) => amount);
    expect(await joined([...texts, 'nobody'])).toEqual([...order, null]);
    const [made] = await at.client.call('features/materialise', {});
    expect(made).toMatchObject({ status: 'complete', rows: texts.length });
    expect(await online([...texts, 'nobody'])).toEqual([...order, null]);
    const rows = texts.map((id, amount) => ({ id, at: '2024-03-02T00:00:00Z', amount: 1000 + amount }));
    const pushed = await at.client.call('features/push', { view, rows, to: 'online_and_offline' });
    expect(pushed).toEqual({ accepted: texts.length, stale: 0 });
    const after = [...order.map(amount => 1000 + amount), null];
    expect(await online([...texts, 'nobody'])).toEqual(after);
    expect(await joined([...texts, 'nobody'])).toEqual(after);
    await at.client.call('features/materialise', { full: true });
    expect(await online([...texts, 'nobody'])).toEqual(after);
  });
});

test('an empty text is no key, wherever it stands', async () => {
  const view = 'empty';
  at.write({
    'modelyard.yaml': config({ view, type: 'string' }),
    'loans.jsonl': lines([
      { id: '', at: day, amount: 1 },
      { id: 'a', at: day, amount: 2 },
    ]),
  });
  expect(await joined(['', null, 'a'])).toEqual(['no-key', 'no-key', 2]);
  expect(await at.client.call('features/materialise', {})).toMatchObject([{ rows: 1 }]);
  const { features } = await at.client.call('features/online', {
    service: 'credit',
    entities: { id: ['', null, 'a'] },
  });
  expect(features[0]).toMatchObject({ values: [null, null, 2], statuses: ['NOT_FOUND', 'NOT_FOUND', 'PRESENT'] });
  for (const id of ['', null])
    await expect(
      at.client.call('features/push', {
        view,
        rows: [
          { id: 'a', at: day, amount: 3 },
          { id, at: day },
        ],
        to: 'online',
      }),
    ).rejects.toMatchObject({ message: `Row 2 for ${view} has no key: \`id\` (string).` });
  expect(await online(['a'])).toEqual([2]);
});

/** Keys of mixed types, and what each is by the type of the entity: the amount of its row. */
const mixed: readonly (readonly [unknown, Readonly<Record<EntityType, Cell>>])[] = [
  [1, { integer: 1, string: 1 }],
  ['1', { integer: 1, string: 1 }],
  [' 1 ', { integer: 1, string: null }],
  ['1.0', { integer: 1, string: null }],
  ['01', { integer: 'no-key', string: null }],
  [1.5, { integer: 'no-key', string: 2 }],
  ['x', { integer: 'no-key', string: 3 }],
  [true, { integer: 'no-key', string: 4 }],
  [null, { integer: 'no-key', string: 'no-key' }],
  ['9007199254740993', { integer: 5, string: 5 }],
  ['9007199254740992', { integer: null, string: null }],
  ['99999999999999999999999', { integer: 6, string: 6 }],
  [-0, { integer: 7, string: 7 }],
  ['2024-01-01', { integer: 'no-key', string: 8 }],
];
const rows = [1, 1.5, 'x', true, '9007199254740993', '99999999999999999999999', 0, '2024-01-01'].map((id, index) => ({
  ...{ id, at: day, amount: index + 1 },
}));

test.each(['integer', 'string'] as const)('keys of mixed types are %ss or none, the same everywhere', async type => {
  const view = `mixed_${type}`;
  at.write({ 'modelyard.yaml': config({ view, type }), 'loans.jsonl': lines(rows) });
  const ids = mixed.map(([id]) => id);
  const expected = mixed.map(([, of]) => of[type]);
  expect(await joined(ids)).toEqual(expected);
  await at.client.call('features/materialise', {});
  const asked = ids.map(id => id as Cell);
  expect(await online(asked)).toEqual(expected.map(value => (value === 'no-key' ? null : value)));
  const push = (id: Cell) =>
    at.client.call('features/push', { view, rows: [{ id, at: '2024-03-02T00:00:00Z', amount: 50 }], to: 'online' });
  for (const [index, id] of asked.entries())
    if (expected[index] === 'no-key') await expect(push(id)).rejects.toMatchObject({ code: 'params.invalid' });
  await push('9007199254740993');
  expect(await online(['9007199254740993', '9007199254740992'])).toEqual([50, null]);
});

test.each(['integer', 'string'] as const)(
  'whole numbers of CSV and Parquet are the same keys of the type %s',
  async type => {
    const view = `formats_${type}`;
    at.write({
      'modelyard.yaml': config({ view, type, source: 'loans.parquet', asked: 'asked.csv' }),
      'asked.csv': 'id\n7\n8\n9007199254740993\n',
    });
    const columnData = [
      { name: 'id', data: [7n, 8n, 9007199254740993n], type: 'INT64' as const },
      { name: 'at', data: [day, day, day].map(text => new Date(text)), type: 'TIMESTAMP' as const },
      { name: 'amount', data: [1, 2, 3], type: 'DOUBLE' as const },
    ];
    writeFileSync(path.join(at.folder, 'loans.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
    expect((await previewed()).map(([value]) => value)).toEqual([1, 2, 3]);
    await at.client.call('features/materialise', {});
    expect(await online([7, '8', '9007199254740993'])).toEqual([1, 2, 3]);
  },
);

import { describe, expect, test } from 'vitest';
import { canonicalKey } from '../../../../engine/features/online/entityKey';
import { computePushed } from '../../../../engine/process/features/online/pushedRows';
import { previewRows } from '../../../../engine/process/features/previewRows';
import type { Cell } from '../../../../engine/protocol/data';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { batchView, dataset, newFolder, never, planOf, quiet } from './world';

type KeyType = 'integer' | 'string';
const entity = (type: KeyType) => ({ entities: [{ entity: 'applicant', key: 'id', type }] });

/** How each way writes keys. Texts of CSV files are quoted, so that blanks stand where they are. */
const files = {
  csv: (cells: readonly Cell[], rest: string) =>
    [`id,${rest.split(' ')[0] ?? ''}`, ...cells.map(cell => `"${String(cell)}",${rest.split(' ')[1] ?? ''}`)].join(
      '\n',
    ),
  jsonl: (cells: readonly Cell[], rest: string) => {
    const [names = '', values = ''] = rest.split(' ');
    const more = names.split(',').map((name, at) => [name, values.split(',')[at]]);
    return cells.map(cell => JSON.stringify({ id: cell, ...Object.fromEntries(more) })).join('\n');
  },
};

async function matches(source: DatasetSource, asked: DatasetSource, type: KeyType): Promise<boolean[]> {
  const view = batchView([source], {
    ...entity(type),
    features: [{ name: 'at', type: 'string', from: { kind: 'column', column: 'at' } }],
  });
  const { preview } = await previewRows(
    { ...planOf(asked, [view]), offset: 0, limit: 100, filter: 'all' },
    quiet,
    never,
  );
  return preview.map(({ cells }) => cells[0]?.status === 'present');
}

/** By way, for each written key whether it is the one that is meant. */
async function found(written: readonly Cell[], meant: Cell, type: KeyType) {
  const folder = newFolder();
  const ways: Record<string, boolean[]> = {};
  for (const format of ['csv', 'jsonl'] as const) {
    const write = (name: string, cells: readonly Cell[], rest: string) =>
      dataset(folder, `${name}.${format}`, `${files[format](cells, rest)}\n`);
    const one = write('one', [meant], 'at 2024-01-01');
    ways[`rows that ask, ${format}`] = await matches(one, write('many', written, 'time 2024-02-01'), type);
    const asking = write('asking', [meant], 'time 2024-02-01');
    ways[`source, ${format}`] = [];
    for (const [at, cell] of written.entries())
      ways[`source, ${format}`]!.push((await matches(write(`of${at}`, [cell], 'at 2024-01-01'), asking, type))[0]!);
  }
  const key = canonicalKey(entity(type).entities, [meant]);
  ways['online'] = written.map(cell => canonicalKey(entity(type).entities, [cell]) === key);
  const rows = written.map(id => ({ id, at: '2024-01-01' }));
  ways['pushed'] = (await computePushed(batchView([], entity(type)), rows)).map(row => row.key === key);
  return ways;
}

describe('a text is the same key wherever it stands,', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      '7',
      ['7', ' 7 ', '7.0', '7e0', '70E-1', '0.7e+1'],
      ['07', '+7', '7.', '7.5', '7.0000000000000000001', 'seven', '７'],
    ],
    ['1000', ['1000', '1e3', '1E+03', '1000.000', '10000e-1'], ['1,000', '1_000', '1e4']],
    ['0', ['0', '-0', '-0.0', '0.0', '0e3'], ['00', '.0', '1e-400', '-']],
    ['-12', ['-12', '-12.0', '-1.2e1'], ['12', '−12', '- 12']],
    [
      '9007199254740993',
      ['9007199254740993', '9007199254740993.0', '9.007199254740993e15'],
      ['9007199254740992', '9007199254740994'],
    ],
    ['9007199254740991', ['9007199254740991.0'], ['9007199254740991.4', '9007199254740990.9']],
    ['92233720368547758080', ['92233720368547758080', '9.223372036854775808e19'], ['92233720368547758081', '9.2e19']],
  ];
  test.each(cases)('as the integer %s', async (meant, same, others) => {
    const ways = await found([...same, ...others], meant, 'integer');
    const expected = [...same.map(() => true), ...others.map(() => false)];
    for (const [way, are] of Object.entries(ways)) expect([way, are]).toEqual([way, expected]);
  });

  test('as a text, letter by letter', async () => {
    const ways = await found(['1.0', '1', '01', '1.00', ' 1.0', '1e0'], '1.0', 'string');
    for (const [way, are] of Object.entries(ways))
      expect([way, are]).toEqual([way, [true, false, false, false, false, false]]);
  });
});

test('a number of JSON that may have been rounded is no key', async () => {
  const numbers = [7, 7.5, 1e20, -7, 9007199254740992];
  const expected = [true, false, false, false, false];
  for (const meant of ['7', '100000000000000000000', '9007199254740992']) {
    const folder = newFolder();
    const asked = dataset(
      folder,
      'asked.jsonl',
      '{"id":7,"time":"2024-02-01"}\n{"id":7.5,"time":"2024-02-01"}\n{"id":1e20,"time":"2024-02-01"}\n{"id":-7,"time":"2024-02-01"}\n{"id":9007199254740992.0,"time":"2024-02-01"}\n',
    );
    const source = dataset(folder, 'one.jsonl', `${files.jsonl([meant], 'at 2024-01-01')}\n`);
    const is = meant === '7' ? expected : expected.map(() => false);
    expect([meant, await matches(source, asked, 'integer')]).toEqual([meant, is]);
    expect(numbers.map(id => canonicalKey(entity('integer').entities, [id]) === meant)).toEqual(is);
    const pushed = await computePushed(
      batchView([], entity('integer')),
      numbers.map(id => ({ id, at: '2024-01-01' })),
    );
    expect(pushed.map(({ key }) => key === meant)).toEqual(is);
  }
});

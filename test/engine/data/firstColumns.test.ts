import { expect, test } from 'vitest';
import { firstColumns } from '../../../engine/data/firstColumns';
import { dataset, scan } from './support';

const typesOf = async (...parameters: Parameters<typeof dataset>) =>
  Object.fromEntries((await firstColumns(dataset(...parameters))).map(({ name, type }) => [name, type]));

test('the types of columns are those of the first thousand rows', async () => {
  const rows = Array.from({ length: 3000 }, (_, row) => `${row},${row < 999 ? 1 : 'x'},${row < 1000 ? 1 : 'x'}\n`);
  expect(await typesOf(`n,mixed,later\n${rows.join('')}`)).toEqual({ n: 'integer', mixed: 'string', later: 'integer' });
});

test('a column that is empty in them has the type of the first value after', async () => {
  const rows = Array.from(
    { length: 60_000 },
    (_, row) => `${row < 50_000 ? '' : '0.5'},${row % 2},,${row < 5 ? '' : 'A'}\n`,
  );
  expect(await typesOf(`late,n,never,grade\n${rows.join('')}`)).toEqual({
    ...{ late: 'number', n: 'integer', never: 'string', grade: 'string' },
  });
});

test('the same of JSON lines', async () => {
  const rows = Array.from(
    { length: 9000 },
    (_, row) => `{"id":${row}${row < 8000 ? ',"rate":null' : ',"rate":1.5'}}\n`,
  );
  expect(await typesOf(rows.join(''), { format: 'jsonl' })).toEqual({ id: 'integer', rate: 'number' });
});

test('a column without any value is what `expect:` says, one with values what they are', async () => {
  const declared = [
    { column: 'at', type: 'datetime', severity: 'error' },
    { column: 'n', type: 'integer', severity: 'error' },
  ] as const;
  expect(await typesOf('at,n\n', { expect: declared })).toEqual({ at: 'datetime', n: 'integer' });
  expect(await typesOf('at,n\nsoon,\n', { expect: declared })).toEqual({ at: 'string', n: 'integer' });
  const { columns } = await scan(dataset('at,n\nsoon,\n', { expect: declared }));
  expect(columns.map(({ type }) => type)).toEqual(['string', 'integer']);
});

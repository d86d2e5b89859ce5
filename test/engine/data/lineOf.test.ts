import { expect, test } from 'vitest';
import { lineOf } from '../../../engine/data/lineOf';
import { dataset, errorOf, never } from './support';

test('blank lines and quoted line ends are counted', async () => {
  const source = dataset('a,b\n1,x\n\n2,"y\nz"\n3,x\n');
  expect(await Promise.all([0, 1, 2, 3].map(row => lineOf(source, row, never)))).toEqual([2, 4, 6, undefined]);
});

test('in a file of several blocks', async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `${i},text`);
  expect(await lineOf(dataset(`a,b\n${rows.join('\n')}\n`), 399_999, never)).toBe(400_001);
});

test('JSON lines have lines, Parquet has none', async () => {
  expect(await lineOf(dataset('{"a": 1}\n{"a": 2}\n', { format: 'jsonl' }), 1, never)).toBe(2);
  expect(await lineOf(dataset('PAR1', { format: 'parquet' }), 1, never)).toBeUndefined();
});

test('fails as reading does', async () => {
  expect(await errorOf(lineOf(dataset(''), 0, never))).toMatchObject({ code: 'data.empty' });
});

import { expect, test } from 'vitest';
import { dataset, never } from '../support';
import { validateDataset } from '../../../../engine/data/validateDataset';
import { readTable, sampleOf } from '../../../../engine/data/suites/table';
import { judge, judgeOne, tableOf, written } from './suiteKit';

const lines = (count: number, of: (row: number) => string): string =>
  Array.from({ length: count }, (_, row) => of(row)).join('\n');

test.each([
  ['no label is known', ['conflicting-labels'], {}, 'no column is known as the label'],
  ['a label that is not there', [{ check: 'class-imbalance', label: 'lable' }], {}, 'Did you mean `label`?'],
  ['pipelines that disagree', ['class-imbalance'], { unsure: 'pipelines predict different columns (a, b)' }, 'a, b'],
  ['one class', [{ check: 'class-imbalance', label: 'same' }], {}, 'one class only'],
  ['a label without a value', [{ check: 'conflicting-labels', label: 'empty' }], {}, 'no value at all'],
  ['a column that is not there', [{ check: 'nulls', columns: ['nowhere'] }], {}, 'no column nowhere'],
  ['too few rows for outliers', ['outliers'], {}, 'too few to find outliers'],
] as const)('cannot be judged, which is no pass: %s', async (_, checks, roles, said) => {
  const table = await written(`label,same,empty,x\n${lines(20, row => `${row % 2},1,,${row}`)}\n`);
  const found = await judgeOne(table, checks, { roles });
  expect(found.verdict).toBe('unknown');
  expect(found.message).toContain(said);
});

test('in a suite a broken label is a failure, a check that does not apply is not', async () => {
  const table = await written(`label,x\n${lines(20, row => `1,${row}`)}\n`);
  const found = await judge(table, ['integrity'], { roles: { label: 'label' } });
  const verdicts = Object.fromEntries(found.map(({ check, verdict }) => [check, verdict]));
  expect(verdicts).toMatchObject({
    'class-imbalance': 'unknown',
    outliers: 'skipped',
    'identifier-label-correlation': 'skipped',
  });
});

test('an empty part', async () => {
  const table = await written(`label,x\n${lines(20, row => `${row % 2},${row}`)}\n`);
  const found = await judge(table, ['train-test'], { roles: { label: 'label' }, train: 20 });
  expect(found.every(({ verdict }) => verdict === 'unknown')).toBe(true);
  expect(found[0]?.message).toBe('sizes: cannot be judged: the test part has no rows.');
});

test('infinite values and columns without any', async () => {
  const table = await written(
    `label,x,y,z\n${lines(300, row => `${row % 2},${row === 7 ? 'inf' : row},,${row % 5 ? row * 3 : ''}`)}\n`,
  );
  const found = [
    ...(await judge(table, ['integrity'], { roles: { label: 'label' } })),
    ...(await judge(table, ['train-test'], { roles: { label: 'label' }, train: 200 })),
  ];
  for (const { value, findings, message } of found) {
    expect(value ?? 0, message).toBeLessThan(Infinity);
    for (const finding of findings) expect(Number.isNaN(finding.value ?? 0), message).toBe(false);
  }
});

test('a table beyond the memory: a sample of its rows, with their own lines, that is the same each time', async () => {
  const source = dataset(`id,x\n${lines(5000, row => `${row},${row % 7 === 0 ? 'NA' : row}`)}\n`, { missing: ['NA'] });
  const { profile } = await validateDataset(source, { signal: never, progress: () => undefined });
  const options = { rows: profile.rows, columns: profile.columns, seed: 42, cells: 1000 };
  const table = await readTable(source, options, never);
  expect(table.frame.rows).toBe(500);
  expect(table.rows).toBe(5000);
  const [id, x] = table.frame.columns;
  if (id?.kind !== 'number' || x?.kind !== 'number') throw new Error('numbers are expected');
  expect([...id.values]).toEqual([...(table.rowNumbers ?? [])]);
  expect([...table.lines]).toEqual([...id.values].map(value => value + 2));
  expect([...x.values].filter(value => Number.isNaN(value)).length).toBe(table.nulls.get('x')?.get('NA'));
  expect((await readTable(source, options, never)).rowNumbers).toEqual(table.rowNumbers);
});

test('a sample has different rows, rising, all equally likely', () => {
  const counts = new Float64Array(20);
  for (let seed = 0; seed < 2000; seed++) {
    const rows = sampleOf(20, 5, seed);
    expect(new Set(rows).size).toBe(5);
    for (const row of rows) counts[row]!++;
  }
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
});

test('an aborted check ends as such', async () => {
  const table = await tableOf(dataset(`a\n${lines(50, row => String(row))}\n`));
  expect(table.frame.rows).toBe(50);
});

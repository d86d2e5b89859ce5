import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { DataCheckResult } from '../../../../engine/protocol/dataChecks';
import { sourceOf } from '../support';
import { judge, judgeOne, reference, suiteFile, tableOf, written } from './suiteKit';

const numbers = v.record(v.string(), v.number());
const { parts: expected, together } = v.parse(
  v.object({
    parts: v.object({
      newLabels: numbers,
      newCategories: numbers,
      variants: numbers,
      dateDuplicates: v.number(),
      dateOverlap: v.number(),
      index: v.number(),
      mix: v.number(),
      drift: numbers,
      driftOther: numbers,
      labelDrift: v.number(),
      multivariate: v.object({ auc: v.number(), most: v.string() }),
    }),
    together: v.object({ shifted: v.number(), crossed: v.number() }),
  }),
  reference,
);

const x = (row: number): number => (row * 7919) % 1009;
const y = (row: number): number => (row * 104729) % 997;
const parts = () => tableOf(sourceOf(suiteFile('parts.csv')));
const columns = ['income', 'months', 'debt', 'score', 'housing', 'region'];
const one = async (entry: unknown): Promise<DataCheckResult> =>
  judgeOne(await parts(), [entry], { train: 300, roles: { label: 'label', date: 'day' } });
const values = ({ findings }: DataCheckResult) =>
  Object.fromEntries(findings.map(({ subject, value }) => [subject, value]));

describe('as deepchecks measures', () => {
  test('new labels', async () => {
    const found = await one('new-labels');
    expect(found).toMatchObject({ verdict: 'failed', value: 1, failing: expected.newLabels['fraud'] });
    expect(found.message).toContain('"fraud"');
    expect(found.rows.map(({ line }) => line)).toEqual([412, 413]);
  });

  test('new categories and new ways to write them', async () => {
    const categories = await one({ check: 'new-categories', columns });
    expect(values(categories)).toEqual(expected.newCategories);
    expect(categories.rows.map(({ line }) => line)).toEqual([402, 403, 404]);
    const variants = await one({ check: 'new-variants', columns: ['housing', 'region'] });
    expect(values(variants)).toEqual(expected.variants);
    expect(variants.message).toContain('"OWN" for "own"');
  });

  test('leakage by date, identifier and equal rows', async () => {
    const duplicates = await one('date-duplicates');
    expect(duplicates.value).toBeCloseTo(expected.dateDuplicates, 12);
    const overlap = await one('date-overlap');
    expect(overlap.value).toBeCloseTo(expected.dateOverlap, 12);
    expect(overlap.rows).toEqual([{ line: 302, value: '2024-10-25' }]);
    const index = await one({ check: 'index-leakage', index: 'id' });
    expect(index.value).toBeCloseTo(expected.index, 12);
    expect(index.rows).toEqual([
      { line: 312, value: 5 },
      { line: 322, value: 6 },
      { line: 332, value: 7 },
    ]);
    const mix = await one({ check: 'samples-mix', columns });
    expect(mix.value).toBeCloseTo(expected.mix, 12);
    expect(mix.rows[0]).toEqual({ line: 422, value: 'as line 3' });
    for (const { verdict } of [duplicates, overlap, index]) expect(verdict).toBe('failed');
    expect(mix.verdict).toBe('passed');
  });

  test('drift of features: Kolmogorov–Smirnov and Cramér’s V, earth mover’s distance and PSI', async () => {
    const found = await one({ check: 'feature-drift', columns });
    for (const [name, value] of Object.entries(values(found)))
      expect(value, name).toBeCloseTo(expected.drift[name]!, 10);
    expect(found.verdict).toBe('failed');
    expect(found.message).toContain('drift is income 0.247, debt 0.247, of 6 columns; below 0.2 is asked for');
    const other = await one({ check: 'feature-drift', columns, numeric: 'emd', categories: 'psi' });
    for (const [name, value] of Object.entries(values(other)))
      expect(value, name).toBeCloseTo(expected.driftOther[name]!, 10);
    expect(other.verdict).toBe('passed');
  });

  test('drift of the label', async () => {
    expect((await one('label-drift')).value).toBeCloseTo(expected.labelDrift, 10);
  });

  test.each([
    ['shifted', (row: number) => [x(row) + (row < 4000 ? 0 : 150), y(row)]],
    ['crossed', (row: number) => [x(row) % 100, (row < 4000 ? x(row) % 100 : 100 - (x(row) % 100)) + (y(row) % 40)]],
  ] as const)('drift of all features together, %s: our trees tell the parts apart as well', async (name, of) => {
    const text = Array.from({ length: 8000 }, (_, row) => of(row).join(','));
    const table = await written(`x,y\n${text.join('\n')}\n`);
    const found = await judgeOne(table, ['multivariate-drift'], { train: 4000 });
    // No single feature shows it.
    expect((await judgeOne(table, ['feature-drift'], { train: 4000 })).verdict).toBe('passed');
    // 2,400 rows are held out: an AUC has a standard error of about 0.01, the trees of the two learners differ a little.
    expect(Math.abs(0.5 + (found.value ?? 0) / 2 - together[name])).toBeLessThan(0.04);
    expect(found.verdict).toBe(2 * together[name] - 1 < 0.25 ? 'passed' : 'failed');
  });
});

const line = (row: number, shift: number): string =>
  `${((row * 7919) % 1009) + shift},${(row * 104729) % 997},${row % 2}`;
const rows = (count: number, shift: (row: number) => number): string =>
  `x,y,label\n${Array.from({ length: count }, (_, row) => line(row, shift(row))).join('\n')}\n`;

test('multivariate drift: parts that are alike pass, parts that are not are told apart by what differs', async () => {
  const alike = await judgeOne(await written(rows(2000, () => 0)), ['multivariate-drift'], { train: 1000 });
  expect(alike.verdict).toBe('passed');
  const apart = await judgeOne(await written(rows(2000, row => (row < 1000 ? 0 : 400))), ['multivariate-drift'], {
    train: 1000,
  });
  expect(apart.verdict).toBe('failed');
  expect(apart.value).toBeGreaterThan(0.35);
  expect(apart.findings[0]?.subject).toBe('x');
  expect(apart.message).toContain('mostly by x');
});

test('a label that a feature tells in the training part only', async () => {
  const text = Array.from({ length: 600 }, (_, row) => {
    const label = (row * 7919) % 3 === 0 ? 'bad' : 'good';
    const leak = row < 400 ? (label === 'bad' ? 1 : 0) : (row * 31) % 2;
    return `${leak},${(row * 13) % 11},${label}`;
  });
  const found = await judgeOne(await written(`leak,x,label\n${text.join('\n')}\n`), ['label-correlation-change'], {
    train: 400,
    roles: { label: 'label' },
  });
  expect(found.verdict).toBe('failed');
  expect(found.message).toContain('leak 1 in training rows, 0 in test rows');
});

test('sizes', async () => {
  const table = await written(rows(500, () => 0));
  expect((await judgeOne(table, ['sizes'], { train: 400 })).verdict).toBe('passed');
  expect((await judgeOne(table, ['sizes'], { train: 498 })).verdict).toBe('failed');
  const few = await judgeOne(table, [{ check: 'sizes', at_least: 200 }], { train: 400 });
  expect(few).toMatchObject({ verdict: 'failed' });
  expect(few.message).toContain('100 rows');
});

test('the suite on both parts, with what is known of the pipelines', async () => {
  const found = await judge(
    await parts(),
    [
      { check: 'train-test', index: 'id' },
      { check: 'feature-drift', below: 0.3 },
    ],
    {
      train: 300,
      roles: { label: 'label', date: 'day', drop: ['note'] },
    },
  );
  const verdicts = found.map(({ check, verdict, index }) => [check, `${verdict} ${index}`]);
  expect(Object.fromEntries(verdicts.filter(([check]) => check !== 'multivariate-drift'))).toEqual({
    sizes: 'passed 0',
    'new-labels': 'failed 0',
    'new-categories': 'failed 0',
    'new-variants': 'failed 0',
    'date-duplicates': 'failed 0',
    'date-overlap': 'failed 0',
    'index-leakage': 'failed 0',
    'samples-mix': 'passed 0',
    'label-correlation-change': 'passed 0',
    'label-drift': 'passed 0',
    'feature-drift': 'passed 1',
  });
});

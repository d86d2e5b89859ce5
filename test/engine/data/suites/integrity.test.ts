import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { features } from '../../../../engine/data/suites/columns';
import { association } from '../../../../engine/data/suites/correlation';
import { allRows, asCategories } from '../../../../engine/data/suites/columns';
import { outlierProbabilities } from '../../../../engine/data/suites/outlierProbability';
import { predictivePower } from '../../../../engine/data/suites/predictivePower';
import type { SuiteTable } from '../../../../engine/data/suites/table';
import type { PlannedCheck } from '../../../../engine/protocol/dataChecks';
import { never } from '../support';
import { judge, judgeOne, messy, reference, tableOf, written, suiteFile } from './suiteKit';
import { sourceOf } from '../support';

const numbers = v.record(v.string(), v.number());
const expected = v.parse(
  v.object({
    single: v.array(v.string()),
    special: numbers,
    mixedNulls: numbers,
    mixedTypes: numbers,
    mismatch: numbers,
    duplicates: v.number(),
    lengths: v.object({ usual: v.array(v.number()), outliers: v.number() }),
    conflicting: v.number(),
    nulls: numbers,
    imbalance: v.number(),
    association: numbers,
    outliers: v.array(v.number()),
    power: numbers,
    powerOfNumber: numbers,
  }),
  reference,
);
const columns = ['income', 'months', 'debt', 'score', 'housing', 'region'];

const listOf = (table: SuiteTable) =>
  features(table, { check: 'outliers', suite: 'integrity', entry: 0, named: true, columns } satisfies PlannedCheck, {});

describe('as deepchecks measures', () => {
  test('single-value', async () => {
    const found = await judgeOne(await messy(), ['single-value']);
    expect(found.findings.map(({ subject }) => subject)).toEqual(expected.single);
    expect(found.verdict).toBe('failed');
    expect(found.message).toBe('single-value: 1 column of 14 has one value only: "constant".');
  });

  test('shares of texts: special-characters, string-mismatch, mixed-types', async () => {
    const table = await messy();
    const shares = async (entry: unknown) => {
      const { findings } = await judgeOne(table, [entry]);
      return Object.fromEntries(findings.flatMap(({ subject, value }) => (value ? [[subject, value]] : [])));
    };
    expect(await shares('special-characters')).toEqual(expected.special);
    const three = ['town', 'housing', 'remark'];
    const { town } = await shares({ check: 'string-mismatch', columns: three });
    expect(town).toBeCloseTo(expected.mismatch['town']!, 12);
    expect(Object.keys(await shares({ check: 'string-mismatch', columns: three }))).toEqual(['town']);
    expect(await shares('mixed-types')).toEqual(expected.mixedTypes);
  });

  test('special-characters warns, names the texts and their lines', async () => {
    const found = await judgeOne(await messy(), ['special-characters']);
    expect(found).toMatchObject({ verdict: 'warned', severity: 'warn', bound: 0.001, failing: 3, checked: 406 });
    expect(found.rows).toEqual([
      { line: 7, value: 'remark: "??"' },
      { line: 8, value: 'remark: "--"' },
      { line: 9, value: 'remark: "?!"' },
    ]);
    expect(found.message).toContain('remark 0.739 %');
  });

  test('mixed-nulls counts the ways to write what is missing', async () => {
    const found = await judgeOne(await messy(), ['mixed-nulls']);
    const counted = found.findings.flatMap(({ subject, value }) => (value ? [[subject, value]] : []));
    expect(Object.fromEntries(counted)).toEqual(expected.mixedNulls);
    expect(found.message).toContain('gap: empty 40, "None" 2)');
    expect((await judgeOne(await messy(), [{ check: 'mixed-nulls', at_most: 2 }])).verdict).toBe('passed');
  });

  test('what counts as missing is a way of writing it too', async () => {
    const text = 'a\n1\nNA\nnull\n\n3\n';
    const found = await judgeOne(
      await written(`a,b\n${text.trim().split('\n').slice(1).join(',x\n')},x\n,x\n`, { missing: ['NA', 'null'] }),
      [{ check: 'mixed-nulls', columns: ['a'] }],
    );
    expect(found.value).toBe(3);
  });

  test('duplicates, with the line that is repeated', async () => {
    const found = await judgeOne(await messy(), ['duplicates']);
    expect(found.value).toBeCloseTo(expected.duplicates, 12);
    expect(found.verdict).toBe('passed');
    expect(found.rows[0]).toEqual({ line: 402, value: 'as line 12' });
    expect((await judgeOne(await messy(), [{ check: 'duplicates', at_most: 0.001, severity: 'error' }])).verdict).toBe(
      'failed',
    );
  });

  test('string-length of free text', async () => {
    const found = await judgeOne(await messy(), [{ check: 'string-length', columns: ['note'] }]);
    expect(found.failing).toBe(expected.lengths.outliers);
    expect(found.message).toContain(`usual are ${expected.lengths.usual.join(' to ')} characters`);
    expect(found.rows.map(({ line }) => line)).toEqual([17, 18]);
  });

  test('conflicting-labels', async () => {
    const found = await judgeOne(await messy(), [{ check: 'conflicting-labels', label: 'label', columns }]);
    expect(found.value).toBeCloseTo(expected.conflicting, 12);
    expect(found.verdict).toBe('failed');
    expect(found.rows.map(({ line }) => line)).toEqual([22, 23, 406, 407]);
  });

  test('nulls and class-imbalance', async () => {
    const table = await messy();
    const found = await judgeOne(table, [{ check: 'nulls', columns: ['income'] }]);
    expect(found.value).toBe(expected.nulls['income']);
    const gap = await judgeOne(await tableOf(sourceOf(suiteFile('messy.csv'), { missing: ['None'] })), [
      { check: 'nulls', columns: ['gap'] },
    ]);
    expect(gap.value).toBeCloseTo(expected.nulls['gap']! + 2 / 406, 12);
    const imbalance = await judgeOne(table, [{ check: 'class-imbalance', label: 'label' }]);
    expect(imbalance.value).toBeCloseTo(expected.imbalance, 12);
  });

  test('the association of each pair of features', async () => {
    const list = listOf(await messy());
    const rows = allRows(406);
    for (const [at, first] of list.entries())
      for (const second of list.slice(at + 1))
        expect(association(first, second, rows), `${first.name} ~ ${second.name}`).toBeCloseTo(
          expected.association[`${first.name} ~ ${second.name}`]!,
          10,
        );
    const found = await judgeOne(await messy(), [{ check: 'feature-correlation', columns }]);
    expect(found.verdict).toBe('failed');
    expect(found.message).toContain('1 pair of features is correlated above 0.9: income ~ debt 0.999');
  });

  test('the probability of each row to be an outlier', async () => {
    const list = listOf(await messy());
    const found = await outlierProbabilities(list, allRows(406), { neighbours: 5, signal: never });
    expect(found.length).toBe(expected.outliers.length);
    // Which of two neighbours that are as near is taken differs: then so do the rows around.
    const off = [...found].filter((value, row) => Math.abs(value - expected.outliers[row]!) > 1e-6).length;
    expect(off).toBeLessThanOrEqual(6);
    expect([...found].indexOf(Math.max(...found))).toBe(expected.outliers.indexOf(Math.max(...expected.outliers)));
  });

  test('predictive power, as decision trees of scikit-learn on the same rows', async () => {
    const table = await messy();
    const list = listOf(table);
    const column = (name: string) => table.frame.columns.find(one => one.name === name)!;
    const label = asCategories(column('label'));
    const debt = column('debt');
    const rows = allRows(406);
    for (const feature of list) {
      const classes = { kind: 'classes', codes: label.codes, count: label.count } as const;
      expect(predictivePower(feature, classes, { rows, seed: 42 }), feature.name).toBeCloseTo(
        expected.power[feature.name]!,
        10,
      );
      if (feature.name === 'debt' || debt.kind !== 'number') continue;
      const value = predictivePower(feature, { kind: 'values', values: debt.values }, { rows, seed: 42 });
      expect(value, feature.name).toBeCloseTo(expected.powerOfNumber[feature.name]!, 10);
    }
  });
});

describe('the suite', () => {
  test('all checks of a table, each with a verdict; what does not apply is no pass', async () => {
    const found = await judge(await messy(), ['integrity', { check: 'outliers', columns }], {
      roles: { label: 'label' },
    });
    expect(Object.fromEntries(found.map(({ check, verdict }) => [check, verdict]))).toEqual({
      'single-value': 'failed',
      'special-characters': 'warned',
      'mixed-nulls': 'failed',
      'mixed-types': 'warned',
      'string-mismatch': 'warned',
      duplicates: 'passed',
      'string-length': 'warned',
      'conflicting-labels': 'failed',
      'feature-label-correlation': 'passed',
      'feature-correlation': 'failed',
      'identifier-label-correlation': 'skipped',
      outliers: expected.outliers.filter(value => value > 0.7).length / 406 > 0.005 ? 'warned' : 'passed',
      nulls: 'warned',
      'class-imbalance': 'passed',
    });
    for (const { message, index } of found) {
      expect(message).toMatch(/^[a-z-]+: .+[.?]$/);
      expect(index).toBeLessThan(2);
    }
  });

  test('the same in another process and order: nothing is left to chance', async () => {
    const once = await judge(await messy(), ['integrity'], { roles: { label: 'label' } });
    const twice = await judge(await messy(), ['integrity'], { roles: { label: 'label' } });
    expect(twice).toEqual(once);
  });

  test('an identifier that tells the label', async () => {
    const rows = Array.from({ length: 200 }, (_, id) => `${id},${id < 100 ? 'bad' : 'good'},${(id * 7919) % 13}`);
    const found = await judgeOne(await written(`id,label,x\n${rows.join('\n')}\n`), [
      { check: 'identifier-label-correlation', index: 'id', label: 'label' },
    ]);
    expect(found.verdict).toBe('failed');
    expect(found.value).toBeGreaterThan(0.9);
  });

  test('a feature that holds the answer', async () => {
    const rows = Array.from(
      { length: 200 },
      (_, id) => `${(id * 37) % 101},${id % 3 ? 'a' : 'b'},${id % 3 ? 'no' : 'yes'}`,
    );
    const found = await judgeOne(await written(`x,leak,label\n${rows.join('\n')}\n`), ['feature-label-correlation'], {
      roles: { label: 'label' },
    });
    expect(found.verdict).toBe('failed');
    expect(found.message).toContain('leak 1');
  });
});

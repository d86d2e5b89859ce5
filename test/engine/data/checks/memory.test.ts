import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkMemory } from '../../../../engine/data/checks/checkMemory';
import { scanDataset } from '../../../../engine/data/scan';
import type { Expectation } from '../../../../engine/protocol/expectations';
import { Random } from '../../../../engine/random';
import { temporaryFolder } from '../../../support/store';
import { dataset, never } from '../support';

type Rule = Omit<Expectation, 'severity'>;
const random = new Random(7);
/** Values that come once for the most part, the same ones early and late, some missing. */
const rows = Array.from({ length: 6000 }, (_, at) => ({
  line: at + 2,
  a: random.uniform() < 0.02 ? '' : String(random.uniform() < 0.1 ? Math.floor(random.uniform() * at) : at),
  b: `t${Math.floor(random.uniform() * 3)}`,
  n: Math.floor(random.uniform() * 1000),
}));
const text = `a,b,n\n${rows.map(({ a, b, n }) => `${a},${b},${n}`).join('\n')}\n`;

/** By the book: the rows whose key an earlier one has. */
function repeated(keyOf: (row: (typeof rows)[number]) => string | undefined) {
  const first = new Map<string, number>();
  return rows.flatMap(row => {
    const key = keyOf(row);
    if (key === undefined) return [];
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, row.line);
    return earlier === undefined ? [] : [{ ...row, earlier }];
  });
}
const single = repeated(({ a }) => (a === '' ? undefined : a));
const both = repeated(({ a, b }) => (a === '' ? undefined : `${a} · ${b}`));
const some = repeated(({ a, n }) => (a === '' || n < 500 ? undefined : a));

async function judge(rules: readonly Rule[], different: number, keep?: number) {
  const scratch = temporaryFolder();
  const source = dataset(text, { expect: rules });
  const memory = { ...checkMemory(source.expect, scratch), different };
  const kept = keep === undefined ? {} : { keep };
  const { checks } = await scanDataset(source, { signal: never, now: 0, memory, ...kept, progress: () => undefined });
  expect(readdirSync(scratch)).toEqual([]);
  return checks;
}

describe.each([
  ['in memory', 1 << 20],
  ['with a file beside 500 values', 500],
  ['with a file beside no value', 0],
])('uniqueness %s', (_, different) => {
  test('finds every row that repeats an earlier one, with both lines', async () => {
    const rules: readonly Rule[] = [{ unique: 'a' }, { unique: ['a', 'b'] }, { unique: 'a', where: 'n >= 500' }];
    const checks = await judge(rules, different);
    for (const [at, found] of [single, both, some].entries()) {
      expect(found.length).toBeGreaterThan(100);
      const value = ({ a, b }: { a: string; b: string }) => (at === 1 ? `${a} · ${b}` : Number(a));
      expect(checks[at]).toMatchObject({
        failing: found.length,
        rows: found.slice(0, 100).map(row => ({ line: row.line, value: value(row) })),
      });
      const earlier = found[0]!.earlier.toLocaleString('en-US');
      expect(checks[at]?.message).toContain(`stands at line ${earlier} already`);
    }
    const every = await judge([{ unique: 'a' }], different, 10_000);
    expect(every[0]?.rows.map(({ line }) => line)).toEqual(single.map(({ line }) => line));
  });

  test('counts different values', async () => {
    const values = rows.filter(({ a }) => a !== '');
    const count = new Set(values.map(({ a }) => a)).size;
    const checks = await judge(
      [
        { column: 'a', distinct_count: count },
        { column: 'a', distinct_count: count + 1 },
        { column: 'a', distinct_share: [count / values.length, count / values.length] },
      ],
      different,
    );
    expect(checks.map(({ passed }) => passed)).toEqual([true, false, true]);
  });
});

test('the aggregates of an entry are those of each by itself, with a condition too', async () => {
  const ranges: Rule = {
    ...{ min: [1, 2], max: [1, 2], mean: [1, 2], median: [1, 2], sum: [1, 2], std: [1, 2] },
    quantiles: { 0.1: [1, 2] },
  };
  for (const where of [undefined, 'n >= 300']) {
    const entry = { column: 'n', ...(where !== undefined && { where }) };
    const together = await judge([{ ...entry, ...ranges }], 10);
    const alone = await judge(
      Object.entries(ranges).map(([key, range]) => ({ ...entry, [key]: range })),
      10,
    );
    expect(together.map(({ message }) => message)).toEqual(alone.map(({ message }) => message));
    const numbers = rows.map(({ n }) => n).filter(n => where === undefined || n >= 300);
    const sum = numbers.reduce((total, n) => total + n, 0);
    expect(together[4]?.message).toContain(`it is ${sum.toLocaleString('en-US')}.`);
    expect(together[4]?.checked).toBe(numbers.length);
  }
});

test('however many rules there are, they share the same memory', () => {
  for (const count of [1, 4, 25, 300]) {
    const { different } = checkMemory(Array.from({ length: count }, () => ({ unique: 'a', severity: 'error' })));
    // 12 bytes a place, three quarters of which are taken at most
    expect((count * different * 12) / 0.75).toBeLessThanOrEqual(210e6);
    const { sampled } = checkMemory(Array.from({ length: count }, () => ({ median: [0, 1], severity: 'error' })));
    expect(count * sampled * 8).toBeLessThanOrEqual(135e6);
    expect(Math.min(different, sampled)).toBeGreaterThan(10_000);
  }
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Weighted } from '../../../../engine/data/compare/distances';
import { binned, jensenShannon, stability, walk, deviation } from '../../../../engine/data/compare/distances';
import { upperGamma } from '../../../../engine/statistics/gamma';
import { kolmogorovP, oneSampleP } from '../../../../engine/data/compare/kolmogorov';
import { benjaminiHochberg, chiSquared, proportionsP } from '../../../../engine/data/compare/tests';
import { fixture } from '../support';

interface Reference {
  readonly ks: readonly { a: number[]; b: number[]; d: number; p: number }[];
  readonly kstwo: readonly { n: number; d: number; p: number }[];
  readonly wasserstein: readonly number[];
  readonly chi2: readonly { before: number[]; after: number[]; statistic: number; degrees: number; p: number }[];
  readonly proportions: readonly { before: [number, number]; after: [number, number]; p: number }[];
  readonly bh: readonly { p: number[]; q: number[] }[];
  readonly chi2sf: readonly { x: number; k: number; p: number }[];
}
const scipy = JSON.parse(readFileSync(fixture('compare.json'), 'utf8')) as Reference;

function weighted(values: readonly number[]): Weighted {
  const counts = new Map<number, number>();
  for (const value of [...values].sort((a, b) => a - b)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { values: [...counts.keys()], counts: [...counts.values()], total: values.length };
}

/** Relative, so that small p-values are compared as well. */
const near = (value: number, expected: number, tolerance: number): void =>
  expect(Math.abs(value - expected), `${value} for ${expected}`).toBeLessThanOrEqual(tolerance * Math.abs(expected));

describe('as SciPy', () => {
  test.each(scipy.ks.map((one, i) => [i, one] as const))(
    'two-sample Kolmogorov–Smirnov, exact, %i',
    (i, { a, b, d, p }) => {
      const found = walk(weighted(a), weighted(b));
      near(found.steps / a.length / b.length, d, 1e-12);
      const { p: ours, exact } = kolmogorovP(found.steps, { m: a.length, n: b.length });
      expect(exact).toBe(true);
      near(ours, p, 1e-9);
      near(found.wasserstein, scipy.wasserstein[i]!, 1e-12);
      near(kolmogorovP(found.steps, { m: b.length, n: a.length }).p, p, 1e-9);
    },
  );

  test.each(scipy.kstwo)('large samples: $n values, D = $d', ({ n, d, p }) => {
    if (n * d * d < 2.2) expect(Math.abs(oneSampleP(d, n) - p)).toBeLessThan(1e-6);
    else near(oneSampleP(d, n), p, 1e-4);
  });

  test('χ² of two samples, and its upper tail', () => {
    for (const { x, k, p } of scipy.chi2sf) near(upperGamma(k / 2, x / 2), p, 1e-10);
    for (const { before, after, statistic, degrees, p } of scipy.chi2.filter(
      ({ before: [, , , rare] }) => rare === undefined,
    )) {
      const found = chiSquared(before, after)!;
      near(found.statistic, statistic, 1e-12);
      expect(found.degrees).toBe(degrees);
      near(found.p, p, 1e-10);
    }
  });

  test('two shares', () => {
    for (const { before, after, p } of scipy.proportions) near(proportionsP(before, after), p, 1e-10);
  });

  test('Benjamini and Hochberg', () => {
    for (const { p, q } of scipy.bh) benjaminiHochberg(p).forEach((value, i) => near(value, q[i]!, 1e-12));
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

test('a million rows have their p quickly: more than 10,000 a side are no longer exact', () => {
  const { p, exact } = kolmogorovP(Math.round(0.01 * 32768 * 32768), { m: 32768, n: 32768 });
  expect(exact).toBe(false);
  near(p, 0.0749899962592151, 1e-5); // scipy.stats.kstwo.sf at the same D and 16,384
});

test('rare categories are taken together, and a table of one category has no test', () => {
  const found = chiSquared([1000, 900, 3, 2, 2], [1100, 950, 2, 2, 1]);
  expect(found?.degrees).toBe(2);
  expect(chiSquared([1000, 1], [1000, 2])).toBeUndefined();
  expect(chiSquared([100], [120])).toBeUndefined();
  expect(chiSquared([0, 0], [5, 5])).toBeUndefined();
});

describe('as Evidently 0.7.23', () => {
  const reference = JSON.parse(readFileSync(fixture('drift_evidently.json'), 'utf8')) as {
    values: Readonly<Record<string, number>>;
  };
  const columns = (file: string): Readonly<Record<string, readonly string[]>> => {
    const [head, ...rows] = readFileSync(fixture(file), 'utf8')
      .trimEnd()
      .split(/\r?\n/)
      .map(line => line.split(','));
    return Object.fromEntries(head!.map((name, i) => [name, rows.map(row => row[i]!)]));
  };
  const before = columns('drift_before.csv');
  const after = columns('drift_after.csv');
  const numbers = (values: readonly string[]): Weighted => weighted(values.filter(value => value !== '').map(Number));

  test.each(['age', 'income', 'stable'])('%s, a column of numbers', name => {
    const [a, b] = [numbers(before[name]!), numbers(after[name]!)];
    const { steps, wasserstein } = walk(a, b);
    near(kolmogorovP(steps, { m: a.total, n: b.total }).p, reference.values[`ks:${name}`]!, 1e-9);
    near(wasserstein / Math.max(deviation(a), 0.001), reference.values[`wasserstein:${name}`]!, 1e-9);
    const bins = binned(a, b);
    near(jensenShannon(bins.before, bins.after), reference.values[`jensenshannon:${name}`]!, 1e-9);
    near(stability(bins.before, bins.after), reference.values[`psi:${name}`]!, 1e-9);
  });

  test.each(['flag', 'plan'])('%s, a column of categories', name => {
    const keys = [...new Set([...before[name]!, ...after[name]!])].filter(key => key !== '');
    const counts = (values: readonly string[]): number[] =>
      keys.map(key => values.filter(value => value === key).length);
    const [a, b] = [counts(before[name]!), counts(after[name]!)];
    near(jensenShannon(a, b), reference.values[`jensenshannon:${name}`]!, 1e-9);
    near(stability(a, b), reference.values[`psi:${name}`]!, 1e-9);
  });
});
